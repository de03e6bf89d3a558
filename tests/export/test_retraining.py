"""From reviews to a new model and back: assess, review, export, train on, export the bundle, assess with it."""

import json

import numpy as np
import pytest
import yaml
from rasterio.features import rasterize
from shapely import from_wkt

from export.cli import main as xview2_export
from tests.engine.drawn_houses import HOUSES
from tests.engine.retraining.reviewed_pair import assess_houses, review
from training.cli import main as xview2_train
from training.data.xbd import check_folder, list_pairs, read_pair
from training.run.checkpoint import read_checkpoint
from xview2_qgis.engine.cli import main as xview2
from xview2_qgis.protocol.stored_result import images_of_run

WORDS = ["destroyed", "minor-damage", "major-damage", "no-building", "unknown", None]
CARD = {"id": "mine", "title": "Mine", "licence": "CC0-1.0", "training_data": "drawn", "source": "me", "scores": []}


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory):
    """A reviewed result, and the folder made of it."""
    folder = tmp_path_factory.mktemp("reviewed")
    result = assess_houses(folder)
    review(result, HOUSES, WORDS)
    assert xview2(["export-reviewed", str(result), "--output", str(folder / "ida"), "--event", "ida"]) == 0
    return result, folder / "ida"


def test_training_reads_the_folder(reviewed):
    """The masks are those of the outlines, with the classes of the reviewers; what nobody rated is ignored."""
    _, folder = reviewed
    assert check_folder(folder) == []
    (files,) = list_pairs(folder)
    assert (files.disaster, files.name) == ("ida", "ida_00000000")
    pair = read_pair(files)
    entries = json.loads(files.label("post").read_text())["features"]["xy"]
    values = {"destroyed": 4, "minor-damage": 2, "major-damage": 3, "un-classified": 255}
    drawn = [(from_wkt(entry["wkt"]), values[entry["properties"]["subtype"]]) for entry in entries]
    expected = rasterize(drawn, (1024, 1024))
    assert np.array_equal(pair.damage, expected)
    assert np.array_equal(pair.building, expected > 0)
    assert sorted(set(pair.damage.ravel().tolist())) == [0, 2, 3, 4, 255]
    for rule in ("second-place", "fifth-place", "first-place", "baseline"):
        assert check_folder(folder, rule) == []


def configuration(folder, place, run, seed=0, **more):
    return {
        "network": {"name": "compact", "encoder": "test_efficientnet", "weights": None, "widths": [16, 16, 16, 16]},
        "loss": {"name": "compact"},
        "data": {"train": [{"folder": str(folder)}], "cache": str(place / "cache"), "workers": 0},
        "sampling": {"size": 64},
        "phases": [{"length": 1.0}],
        "run": {"folder": str(place / run), "steps": 2, "batch": 2, "accelerator": "cpu", "seed": seed},
        **more,
    }


def fit(folder, place, run, seed=0, **more):
    file = place / f"{run}.yaml"
    file.write_text(yaml.safe_dump(configuration(folder, place, run, seed, **more)))
    assert xview2_train(["fit", "--config", str(file)]) == 0
    return place / run / "last.pt"


def test_a_model_goes_on_from_reviews_and_assesses(reviewed, tmp_path):
    result, folder = reviewed
    first = fit(folder, tmp_path, "first")
    # of another seed: a network that did not begin with the first one's weights would have nothing in common with it
    second = fit(folder, tmp_path, "second", seed=5, start=str(first))
    before, after = (read_checkpoint(path).average for path in (first, second))
    moved = [float((after[name] - before[name]).abs().max()) for name in before if name.endswith("conv.weight")]
    assert 0 < max(moved) < 0.01
    card = tmp_path / "card.json"
    card.write_text(json.dumps(CARD))
    bundle = tmp_path / "mine"
    command = ["onnx", str(second), "--output", str(bundle), "--card", str(card), "--input-size", "64x64"]
    assert xview2_export([*command, "--check", str(folder), "--pairs", "1"]) == 0
    pre, post = (str(result.with_name(name)) for name in ("pre.tif", "post.tif"))
    again = tmp_path / "again.gpkg"
    # of two steps' worth; that every stage accepts what the one before has written is what counts
    given = ["--footprints", str(result), "--device", "cpu", "--register", "off"]
    assert xview2(["assess", "--pre", pre, "--post", post, "--output", str(again), "--model", str(bundle), *given]) == 0
    assert images_of_run(again) == ("pre.tif", "post.tif")
