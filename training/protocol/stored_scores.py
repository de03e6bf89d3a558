"""Scores of pairs as a file: counts, from which every figure can be computed again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import astuple
from pathlib import Path

import numpy as np

from xview2_qgis.engine.scoring.challenge import Confusion, Score

from ..errors import TrainingError
from ..evaluation.object_scoring import ObjectScore
from ..evaluation.score_table import PairScore


class StoredScoresError(TrainingError):
    """A file of scores cannot be read."""


def write_scores(path: Path, scores: Iterable[PairScore]) -> None:
    """Write scores of pairs that rate damage and count buildings, a JSON line each; whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_text("".join(json.dumps(_counts(score)) + "\n" for score in scores), encoding="utf-8")
    os.replace(part, path)


def read_scores(path: Path) -> list[PairScore]:
    """Read what :func:`write_scores` has written.

    Raises:
        StoredScoresError: the file is missing or damaged.
    """
    try:
        return [_score(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoredScoresError(f"{path}: no scores of pairs ({error}); remove it to measure again") from error


def _counts(score: PairScore) -> dict[str, object]:
    objects = score.objects or ObjectScore()
    return {
        "disaster": score.disaster,
        "localization": astuple(score.pixels.localization),
        "damage": [astuple(counts) for counts in score.pixels.damage],
        "buildings": astuple(objects.localization),
        "matrix": objects.matrix.tolist(),
    }


def _score(counts: dict[str, object]) -> PairScore:
    found, damage, buildings = counts["localization"], counts["damage"], counts["buildings"]
    if not isinstance(found, list) or not isinstance(damage, list) or not isinstance(buildings, list):
        raise TypeError("lists of counts are expected")
    matrix = np.array(counts["matrix"], np.int64)
    if len(damage) != 4 or matrix.shape != (5, 5):
        raise ValueError("counts of four classes are expected")
    pixels = Score(Confusion(*found), tuple(Confusion(*one) for one in damage))
    return PairScore(str(counts["disaster"]), pixels, ObjectScore(Confusion(*buildings), matrix))
