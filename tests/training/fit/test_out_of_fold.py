"""Out-of-fold predictions: the pairs that a run held back, and no others."""

import shutil

import numpy as np
import pytest

from tests.training.fit.test_fitting import SMALL
from training.data.xbd import list_pairs, read_pair
from training.fit.fitting import fit
from training.fit.out_of_fold import check_disjoint, held_back_predictions
from training.fit.validation import Validation
from training.run.configuration import check_configuration
from training.section import ConfigurationError


@pytest.fixture
def run(towns, tmp_path):
    config = check_configuration(
        {
            "network": SMALL,
            "loss": {"name": "compact"},
            "data": {"train": [{"folder": str(towns)}], "cache": str(tmp_path / "cache"), "workers": 0, "folds": 2,
                     "fold": 1},
            "sampling": {"size": 64},
            "phases": [{"length": 1}],
            "run": {"folder": str(tmp_path / "run"), "steps": 1, "batch": 2, "accelerator": "cpu"},
        }
    )  # fmt: skip
    return config, fit(config, progress=False)


def test_held_back_pairs(run, towns):
    config, checkpoint = run
    names = [f.name for f in Validation.of(config).files]
    truth = {f.name: read_pair(f).damage for f in list_pairs(towns)}
    predictions = list(held_back_predictions(checkpoint))
    assert len(predictions) == len(names) == 1
    np.testing.assert_array_equal(predictions[0].truth, truth[names[0]])
    assert predictions[0].building.shape == truth[names[0]].shape
    assert np.abs(predictions[0].damage.astype(int).sum(0) - 255).max() <= 2


def test_a_checkpoint_away_from_its_run(run, tmp_path):
    _, checkpoint = run
    moved = checkpoint.rename(tmp_path / "network.pt")
    with pytest.raises(ConfigurationError, match=r"no configuration\.json beside it"):
        list(held_back_predictions(moved))


def test_a_run_that_held_nothing_back(run):
    config, checkpoint = run
    data = config.data.model_copy(update={"folds": None, "fold": None})
    (checkpoint.parent / "configuration.json").write_text(config.model_copy(update={"data": data}).model_dump_json())
    with pytest.raises(ConfigurationError, match="held nothing back"):
        list(held_back_predictions(checkpoint))


def test_two_runs_that_held_the_same_pairs_back(run, tmp_path):
    _, checkpoint = run
    copy = shutil.copytree(checkpoint.parent, tmp_path / "copy") / checkpoint.name
    check_disjoint([checkpoint])
    with pytest.raises(ConfigurationError, match=r"copy.last\.pt: its run held back 1 of the pairs that the run of .*"):
        check_disjoint([checkpoint, copy])
