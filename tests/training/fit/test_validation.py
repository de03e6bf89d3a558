"""The validation of a run: which pairs it takes, and what it writes."""

import shutil

import numpy as np
import pytest
import torch

from training.data.datasets import training_sources
from training.data.xbd import list_pairs
from training.evaluation.score_table import PairScore
from training.fit.validation import Validation
from training.run.configuration import check_configuration
from training.run.recording import class_picture
from training.section import ConfigurationError
from xview2_qgis.engine.scoring.challenge import Score


def configuration(towns, tmp_path, **data):
    return check_configuration(
        {
            "network": {"name": "compact"},
            "loss": {"name": "compact"},
            "data": {"train": [{"folder": str(towns)}], "cache": str(tmp_path / "cache"), **data},
            "phases": [{"length": 1}],
            "run": {"folder": str(tmp_path / "run")},
        }
    )


def test_no_pairs_no_validation(towns, tmp_path):
    assert Validation.of(configuration(towns, tmp_path)) is None


def test_fold_is_its_own_validation(towns, tmp_path):
    names = [
        {f.name for f in Validation.of(configuration(towns, tmp_path, folds=2, fold=fold)).files} for fold in (0, 1)
    ]
    assert len(names[0]) == len(names[1]) == 1
    assert not names[0] & names[1]


def test_class_picture_has_the_colours_of_the_product():
    picture = class_picture(np.array([[0, 1, 2, 3, 4, 255]], np.uint8))
    assert picture[0].tolist() == [
        [0, 0, 0], [0x2C, 0x7B, 0xB6], [0xFF, 0xFF, 0xBF], [0xFD, 0xAE, 0x61], [0xD7, 0x19, 0x1C], [150, 150, 150],
    ]  # fmt: skip


def test_what_is_always_trained_on_is_in_no_fold(towns, tmp_path):
    more = shutil.copytree(towns, tmp_path / "more")
    for file in [f for f in more.rglob("*") if f.is_file()]:
        file.rename(file.with_name(f"more-{file.name}"))
    folders = [{"folder": str(towns)}, {"folder": str(more), "always": True}]
    held_back = set()
    for fold in (0, 1):
        config = configuration(towns, tmp_path, train=folders, folds=2, fold=fold)
        own, always = (set(p.name for p in source.pairs) for source in training_sources(config.data))
        names = {f.name for f in Validation.of(config).files}
        assert len(always) == 2
        assert not names & (own | always)
        held_back |= names
    assert held_back == {f.name for f in list_pairs(towns)}


def test_one_disaster_or_several_are_held_out(towns, tmp_path):
    pairs = list_pairs(towns)
    disasters = sorted({f.disaster for f in pairs})
    drawn = shutil.copytree(towns, tmp_path / "drawn")
    for file in [f for f in drawn.rglob("*") if f.is_file()]:
        file.rename(file.with_name(file.name.replace("town-", "village-")))
    folders = [{"folder": str(towns)}, {"folder": str(drawn), "always": True}]
    for held_out in (disasters[0], disasters):
        config = configuration(towns, tmp_path, train=folders, holdout_disaster=held_out)
        named = {held_out} if isinstance(held_out, str) else set(held_out)
        assert {f.disaster for f in Validation.of(config).files} == named
        trained = {p.disaster for source in training_sources(config.data) for p in source.pairs}
        assert not trained & named
    with pytest.raises(ConfigurationError, match="no pair of 'flood'"):
        training_sources(configuration(towns, tmp_path, holdout_disaster=[disasters[0], "flood"]).data)


def test_the_same_names_in_a_folder_that_is_always_trained_on(towns, tmp_path):
    """Two folders may hold pairs of one name: only the pair that is not trained on is measured."""
    copy = shutil.copytree(towns, tmp_path / "copy")
    folders = [{"folder": str(towns)}, {"folder": str(copy), "always": True}]
    for chosen in ({"folds": 2, "fold": 0}, {"holdout_disaster": list_pairs(towns)[0].disaster}):
        config = configuration(towns, tmp_path, train=folders, **chosen)
        files = Validation.of(config).files
        assert [f.folder for f in files] == [towns]
        own, always = training_sources(config.data)
        # the copy of a pair of a part goes on being trained on, that of a disaster does not
        left_out = {f.name for f in files} if "holdout_disaster" in chosen else set()
        assert {p.name for p in always.pairs} == {f.name for f in list_pairs(towns)} - left_out
        assert files[0].name not in {p.name for p in own.pairs}


def test_localization_network_goes_where_the_network_is(towns, monkeypatch):
    """On the meta device, as there is not a GPU everywhere."""
    localization, network = torch.nn.Conv2d(1, 1, 1), torch.nn.Conv2d(1, 1, 1, device="meta")
    seen = []

    def pairs(predictor, files, objects):
        seen.append({p.device.type for part in (predictor.network, predictor.localization) for p in part.parameters()})
        return iter([PairScore("fire", Score(), None)])

    monkeypatch.setattr("training.fit.validation.score_pairs", pairs)
    Validation((), "score", localization)(network, 0, None)
    assert seen == [{"meta"}]
