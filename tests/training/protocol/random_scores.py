"""Scores of pairs whose masks are drawn by chance."""

import numpy as np

from training.evaluation.object_scoring import ObjectScore
from training.evaluation.score_table import PairScore
from xview2_qgis.engine.scoring.challenge import Confusion, Score


def random_score(seed, disaster="fire"):
    rng = np.random.default_rng(seed)
    target = rng.integers(0, 5, (40, 40))
    given = np.where(rng.random((40, 40)) < 0.7, target, rng.integers(0, 5, (40, 40)))
    pixels, objects = Score(), ObjectScore()
    pixels.add(given > 0, given, target > 0, target)
    objects.matrix += rng.integers(0, 30, (5, 5))
    objects.matrix[0, 0] = 0
    objects.localization.include(Confusion(*rng.integers(1, 50, 3).tolist()))
    return PairScore(disaster, pixels, objects)
