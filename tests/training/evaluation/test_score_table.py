"""The table: figures by hand, absent classes, the held-out disaster, and how it reads."""

import json

import numpy as np
import pytest

from training.evaluation.object_scoring import ObjectScore
from training.evaluation.objects import Objects
from training.evaluation.score_table import PairScore, tabulate
from xview2_qgis.engine.scoring.challenge import Score


def pair(disaster, target, predicted, objects=None):
    target, predicted = np.array([target]), np.array([predicted])
    score = Score()
    score.add(predicted > 0, predicted, (target > 0).astype(int), target)
    return PairScore(disaster, score, objects)


def test_absent_class_does_not_collapse_the_score():
    row = tabulate([pair("fire", [1, 1, 4, 4, 0], [1, 4, 4, 4, 0])]).row("fire")
    # class 1: 2 / (2 + 1), class 4: 4 / (4 + 1)
    damage = 2 / (1 / (2 / 3) + 1 / 0.8)
    assert row.localization_f1 == 1
    assert row.damage_f1 == pytest.approx(damage, abs=1e-5)
    assert row.score == pytest.approx(0.3 + 0.7 * damage, abs=1e-5)
    assert row.pixels.combined == pytest.approx(0.3, abs=1e-5)
    figures = row.as_dict()
    assert figures["damage_f1_minor_damage"] is None
    assert [figures[f"pixels_{k}"] for k in ("no_damage", "minor_damage", "major_damage", "destroyed")] == [2, 0, 0, 2]


def test_rows_pool_counts_not_figures():
    one, other = pair("a", [1, 1, 1, 1], [1, 1, 1, 1]), pair("b", [1, 1], [0, 0])
    table = tabulate([other, one, one])
    assert [r.name for r in table.rows] == ["a", "b", "all"]
    assert [r.pairs for r in table.rows] == [2, 1, 3]
    assert table.row("all").localization_f1 == pytest.approx(16 / 18)


def test_held_out_disaster_is_not_summed_with_the_others():
    good, bad = pair("seen", [1, 2], [1, 2]), pair("new", [1, 2], [2, 1])
    table = tabulate([bad, good], holdout_disaster="new")
    assert [(r.name, r.held_out, r.pairs) for r in table.rows] == [
        ("seen", False, 1), ("all others", False, 1), ("new", True, 1),
    ]  # fmt: skip
    assert table.row("all others").damage_f1 == pytest.approx(1)
    assert table.row("new").damage_f1 == pytest.approx(0, abs=1e-5)
    assert "new (held out)" in table.text()
    with pytest.raises(KeyError):
        table.row("all")


def test_only_the_held_out_disaster():
    assert [r.name for r in tabulate([pair("new", [1], [1])], "new").rows] == ["new"]


def test_without_buildings_nothing_is_claimed():
    row = tabulate([pair("sea", [0, 0], [0, 0])]).row("sea")
    assert (row.localization_f1, row.damage_f1, row.score) == (None, None, None)


def test_localization_only():
    score = Score()
    score.add(np.array([[1, 0]]), None, np.array([[1, 1]]), np.array([[1, 2]]))
    table = tabulate([PairScore("fire", score)])
    figures = table.row("all").as_dict()
    assert figures["localization_f1"] == pytest.approx(2 / 3)
    assert figures["score"] is figures["damage_f1"] is figures["pixels_no_damage"] is None
    assert figures["official"] == {"localization_f1": pytest.approx(2 / 3)}


def test_text_and_json():
    numbers = np.zeros((4, 8), np.int32)
    numbers[:, :3], numbers[:, 4:] = 1, 2
    objects = ObjectScore()
    objects.add(Objects(numbers, np.array([1, 3], np.uint8)), Objects(numbers, np.array([1, 4], np.uint8)))
    table = tabulate([pair("fire", [1, 4, 4], [1, 4, 3], objects)])
    lines = table.text().splitlines()
    assert lines[1].split() == [
        "disaster", "pairs", "score", "localization", "damage", "none", "minor", "major", "destroyed",
        "none", "px", "minor", "px", "major", "px", "destroyed", "px",
    ]  # fmt: skip
    assert " ".join(lines[2].split()) == "fire 1 0.860 1.000 0.800 1.000 – – 0.667 1 0 0 2"
    assert len({len(line) for line in lines[1:4]}) == 1
    assert " ".join(lines[7].split()) == "fire 2 1.000 1.000 1.000 0.000 1.000 – – 0.000 1 0 0 1"
    row = json.loads(json.dumps(table.as_dict()))["rows"][0]
    assert row["objects"]["buildings"] == 2
    assert row["objects"]["buildings_destroyed"] == 1
    assert row["confusion"][4][3] == 1
