"""The folder of a run: never overwritten silently, and entered again only with the same settings."""

import json

import pytest

from tests.training.fit.test_fitting import content
from training.fit.fitting import fit
from training.run.checkpoint import CheckpointError, read_checkpoint
from training.run.configuration import check_configuration
from training.run.folder import read_configuration
from training.section import ConfigurationError


@pytest.fixture
def section(towns, tmp_path):
    return content(towns, tmp_path, steps=2)


@pytest.fixture
def run(section):
    return fit(check_configuration(section), progress=False)


def test_a_folder_with_a_run_is_refused(section, run):
    files = {p: p.read_bytes() for p in run.parent.iterdir() if p.is_file()}
    section["run"]["seed"] = 1
    with pytest.raises(
        ConfigurationError, match=r"run: holds a run already; choose another run\.folder, or add --resume"
    ):
        fit(check_configuration(section), progress=False)
    assert {p: p.read_bytes() for p in run.parent.iterdir() if p.is_file()} == files


@pytest.mark.parametrize(
    ("place", "key", "value", "message"),
    [
        ("run", "seed", 1, r"\(run\.seed 0 there, 1 here\)"),
        ("run", "batch", 2, r"run\.batch 4 there, 2 here"),
        ("optimiser", "clip", 1.0, r"optimiser\.clip not set there, 1\.0 here"),
        ("network", "widths", [8, 8, 8, 8], r"network\.widths \[16, 16, 16, 16\] there"),
        ("data", "folds", 2, r"data\.fold null there, 0 here; data\.folds null there, 2 here"),
    ],
)
def test_other_settings_are_named(section, run, place, key, value, message):
    stored = (run.parent / "configuration.json").read_bytes()
    section[place][key] = value
    if key == "folds":
        section[place]["fold"] = 0
    with pytest.raises(ConfigurationError, match=message):
        fit(check_configuration(section), resume=True, progress=False)
    assert (run.parent / "configuration.json").read_bytes() == stored


def test_length_and_bookkeeping_may_change(section, run, tmp_path):
    section["run"] |= {"steps": 4, "log_every": 3, "save_every": 1, "evaluate_every": 2, "precision": "bf16-mixed"}
    section["data"] |= {"workers": 0, "cache": str(tmp_path / "elsewhere")}
    last = fit(check_configuration(section), resume=True, progress=False)
    assert read_checkpoint(last).step == 4
    assert json.loads((last.parent / "configuration.json").read_text())["run"]["steps"] == 4


def test_small_numbers_come_back_from_a_stored_configuration(section, tmp_path):
    """JSON writes 0.00001 as 1e-05, which YAML takes for text."""
    section["optimiser"]["weight_decay"] = 1e-5
    config = check_configuration(section)
    fit(config, progress=False)
    stored = read_configuration(tmp_path / "run" / "configuration.json")
    assert stored == config
    assert fit(config, resume=True, progress=False).is_file()


@pytest.mark.parametrize("text", ["", "[]", '{"run": 5}', '{"unknown": 1}'])
def test_damaged_configuration_is_named(section, run, text):
    (run.parent / "configuration.json").write_text(text)
    with pytest.raises(ConfigurationError, match=r"configuration\.json: "):
        fit(check_configuration(section), resume=True, progress=False)


def test_nothing_is_written_where_a_run_cannot_begin(section, tmp_path):
    section["start"] = str(tmp_path / "nowhere.pt")
    with pytest.raises(CheckpointError, match="there is no such checkpoint"):
        fit(check_configuration(section), progress=False)
    assert not (tmp_path / "run").exists()


def test_another_network_or_optimiser_without_a_stored_configuration(section, run):
    (run.parent / "configuration.json").unlink()
    section["optimiser"]["name"] = "sgd"
    section["optimiser"]["frozen"] = ["encoder"]
    with pytest.raises(CheckpointError, match="another optimiser"):
        fit(check_configuration(section), resume=True, progress=False)
    section["network"]["widths"] = [8, 8, 8, 8]
    with pytest.raises(CheckpointError, match="another network"):
        fit(check_configuration(section), resume=True, progress=False)
