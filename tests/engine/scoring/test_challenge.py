"""The score against the official scorer's figures (fixtures) and an analytic case."""

import json

import numpy as np
import pytest

from tests.checkout import DATA
from xview2_qgis.engine.scoring.challenge import Score

CASES = json.loads((DATA / "scorer.json").read_text())


@pytest.mark.parametrize("case", sorted(CASES))
def test_equals_official_scorer(case):
    arrays = np.load(DATA / "scorer.npz")
    score = Score()
    for image in range(CASES[case]["images"]):
        key = f"{case}.image{image}."
        score.add(
            arrays[key + "loc_prediction"],
            arrays[key + "damage_prediction"],
            arrays[key + "loc_target"],
            arrays[key + "damage_target"],
        )
    for name, value in CASES[case]["expected"].items():
        assert score.as_dict()[name] == pytest.approx(value, abs=1e-12), name
    counts = [[c.tp, c.fp, c.fn] for c in score.damage]
    assert counts == CASES[case]["damage_tp_fp_fn"]
    assert [score.localization.tp, score.localization.fp, score.localization.fn] == CASES[case]["localization_tp_fp_fn"]


def test_unclassified_buildings_count_for_localization_only():
    target = np.array([[255, 1, 0]])
    score = Score()
    score.add(np.array([[1, 1, 0]]), np.array([[3, 1, 0]]), np.array([[1, 1, 0]]), target)
    assert score.localization.f1 == 1.0
    assert [c.tp + c.fp + c.fn for c in score.damage] == [1, 0, 0, 0]
    assert score.present_damage_f1 == pytest.approx(1.0, abs=1e-5)
