"""Evaluation with networks that know the truth of a drawn folder."""

import shutil

import numpy as np
import pytest

from tests.training.oracle import Oracle
from training.data.folder.dataset_error import DatasetError
from training.data.xbd import list_pairs
from training.evaluation.pair_scores import evaluate, score_pairs
from training.evaluation.prediction import PredictionError, Predictor
from xview2_qgis.engine.scoring.challenge import Score


def test_table_of_the_truth(towns):
    table = evaluate(Predictor(Oracle(towns)), towns)
    assert [r.name for r in table.rows] == [*sorted({f.disaster for f in list_pairs(towns)}), "all"]
    row = table.row("all")
    assert row.pairs == 2
    assert row.localization_f1 == 1
    assert row.score == pytest.approx(1, abs=1e-5)
    # synthetic towns have no buildings that touch, but some lie on the border with less than the smallest object
    assert row.objects.localization.f1 > 0.9
    matched = row.objects.matrix[1:, 1:]
    assert matched.trace() == matched.sum() > 0


def test_table_equals_the_official_score_of_the_folder(towns):
    network = Oracle(towns, lambda b, d: (np.roll(b, 3, 1), np.roll(d, 2, 0)))
    official = Score()
    for pair in score_pairs(Predictor(network), list_pairs(towns), objects=False):
        assert pair.objects is None
        official.include(pair.pixels)
    row = evaluate(Predictor(network), towns).row("all")
    assert row.pixels.as_dict() == official.as_dict()
    assert 0 < official.localization.f1 < 1


def test_held_out_disaster(towns):
    name = list_pairs(towns)[0].disaster
    table = evaluate(Predictor(Oracle(towns)), towns, holdout_disaster=name)
    assert [(r.name, r.held_out) for r in table.rows][-1] == (name, True)
    assert table.row("all others").pairs == 1
    with pytest.raises(DatasetError, match=f"no pair of flood; there are .*{name}"):
        evaluate(Predictor(Oracle(towns)), towns, holdout_disaster="flood")


def test_networks_that_say_one_thing_only(towns):
    building, damage = Oracle(towns, says="localization"), Oracle(towns, says="damage")
    row = evaluate(Predictor(building), towns).row("all")
    assert row.pixels.as_dict() == {"localization_f1": 1.0}
    assert set(row.objects.as_dict()) == {
        "localization_f1", "localization_precision", "localization_recall",
    }  # fmt: skip
    with pytest.raises(PredictionError, match="--loc-weights"):
        evaluate(Predictor(damage), towns)
    joint = evaluate(Predictor(Oracle(towns)), towns).as_dict()
    assert evaluate(Predictor(damage, building), towns).as_dict() == joint
    assert evaluate(Predictor(Oracle(towns, says="five")), towns).row("all").damage_f1 == pytest.approx(1, abs=1e-5)


def test_only_the_pairs_given(towns):
    files = list_pairs(towns)
    (score,) = score_pairs(Predictor(Oracle(towns)), files[1:])
    assert score.disaster == files[1].disaster


def test_unusable_label_is_named(towns, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(towns, folder)
    network = Oracle(folder)
    victim = list_pairs(folder)[0].label("pre")
    victim.write_text("{}")
    with pytest.raises(DatasetError, match=victim.name):
        evaluate(Predictor(network), folder)
