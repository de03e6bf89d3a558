"""What the runs of a protocol hold back: every pair once, or every disaster."""

from pathlib import Path

import pytest

from tests.training.xbd_folder import squares, write_labelled, write_pair
from training.data.datasets import held_back_files, trained_files
from training.protocol.parts import parts_of
from training.run.configuration import check_configuration
from training.section import ConfigurationError

NAMES = ("fire_00000001", "fire_00000002", "flood_00000001", "flood_00000002", "wind_00000007")


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    folder = tmp_path_factory.mktemp("protocol")
    for name in NAMES:
        write_pair(folder / "pairs", name, squares(64, (8, 8, 1)))
    write_labelled(folder / "single", "fire_00000009", [(8, 8, 4)], dates=("post",))
    write_labelled(folder / "single", "quake_00000001", [(8, 8, 4)], dates=("post",))
    train = [{"folder": str(folder / "pairs")}, {"folder": str(folder / "single"), "post_only": True, "always": True}]
    return check_configuration(
        {
            "network": {"name": "compact"},
            "loss": {"name": "compact"},
            "data": {"train": train, "cache": str(folder / "cache"), "folds": 3, "fold": 1},
            "phases": [{"length": 1}],
            "run": {"folder": str(folder / "runs")},
        }
    )


def test_folds_hold_every_pair_back_once(config):
    parts = parts_of(config, "folds")
    assert [p.name for p in parts] == ["fold-0", "fold-1", "fold-2"]
    held_back = [f.name for part in parts for f in held_back_files(part.of(config).data)]
    assert sorted(held_back) == sorted(NAMES)
    run = parts[2].of(config).run
    assert run.folder == config.run.folder / "fold-2"
    assert {f.name for f in trained_files(parts[0].data)} >= {"fire_00000009", "quake_00000001"}


def test_runs_begin_with_those_of_the_same_parts(config):
    later = config.model_copy(update={"start": Path("runs/before/{part}/last.pt")})
    starts = [part.of(later).start for part in parts_of(later, "folds")]
    assert starts == [Path(f"runs/before/fold-{number}/last.pt") for number in range(3)]
    assert parts_of(config, "folds")[0].of(config).start is None


def test_disasters_are_left_out_with_their_single_images(config):
    parts = parts_of(config, "disasters")
    assert [p.name for p in parts] == ["without-fire", "without-flood", "without-wind"]
    for part, disaster in zip(parts, ("fire", "flood", "wind"), strict=True):
        assert {f.disaster for f in held_back_files(part.data)} == {disaster}
        assert {f.disaster for f in trained_files(part.data)} == {"fire", "flood", "wind", "quake"} - {disaster}


def test_disasters_share_runs(config):
    """Two pairs of fire and of flood, one of wind: it goes to the first of two runs that are alike."""
    parts = parts_of(config, "disasters", 2)
    assert [p.name for p in parts] == ["without-fire+wind", "without-flood"]
    assert {f.disaster for f in held_back_files(parts[0].data)} == {"fire", "wind"}
    assert {f.disaster for f in trained_files(parts[0].data)} == {"flood", "quake"}
    held_back = [f.name for part in parts for f in held_back_files(part.data)]
    assert sorted(held_back) == sorted(NAMES)
    assert [p.name for p in parts_of(config, "disasters", 9)] == ["without-fire", "without-flood", "without-wind"]


def test_one_disaster_cannot_be_left_out(config, tmp_path):
    write_pair(tmp_path, "fire_00000001", squares(64))
    source = config.data.train[0].model_copy(update={"folder": tmp_path})
    alone = config.model_copy(update={"data": config.data.model_copy(update={"train": [source]})})
    with pytest.raises(ConfigurationError, match="pairs of one disaster only"):
        parts_of(alone, "disasters")
