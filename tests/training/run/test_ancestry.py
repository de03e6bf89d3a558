"""A run is not measured by pairs that its start weights were trained on."""

import json

import pytest

from tests.training.fit.test_fitting import content
from training.fit.fitting import fit
from training.run.ancestry import check_ancestors
from training.run.configuration import check_configuration
from training.section import ConfigurationError


def configured(towns, folder, name, fold, start=None):
    plan = content(towns, folder, name, steps=1)
    plan["data"] |= {"folds": 2, "fold": fold}
    return check_configuration(plan | ({"start": str(start)} if start else {}))


@pytest.fixture(scope="module")
def first(towns, tmp_path_factory):
    folder = tmp_path_factory.mktemp("ancestry")
    return fit(configured(towns, folder, "first", 0), progress=False)


def test_the_same_pairs_held_back(first, towns, tmp_path):
    check_ancestors(configured(towns, tmp_path, "second", 0, first))


def test_other_pairs_held_back(first, towns, tmp_path):
    second = configured(towns, tmp_path, "second", 1, first)
    with pytest.raises(ConfigurationError, match=r"first.last\.pt: was trained on 1 of the 1 pairs"):
        fit(second, progress=False)
    assert not (tmp_path / "second").exists()


def test_the_run_before_the_run_before(first, towns, tmp_path):
    """What came before counts, too, even where the data of the run between lie elsewhere by now."""
    second = fit(configured(towns, tmp_path, "second", 0, first), progress=False)
    file = second.parent / "configuration.json"
    stored = json.loads(file.read_text())
    stored["data"]["train"][0]["folder"] = str(tmp_path / "moved")
    file.write_text(json.dumps(stored))
    with pytest.raises(ConfigurationError, match=r"first.last\.pt: was trained on"):
        check_ancestors(configured(towns, tmp_path, "third", 1, second))


def test_weights_of_unknown_origin_are_trusted(first, towns, tmp_path):
    alone = tmp_path / "alone.pt"
    alone.write_bytes(first.read_bytes())
    check_ancestors(configured(towns, tmp_path, "second", 1, alone))
