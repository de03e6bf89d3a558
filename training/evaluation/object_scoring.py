"""Scores that count buildings instead of pixels.

A predicted and a true building match when their intersection over union is at least one half. Above one half no
building can match twice (Kirillov et al. 2019, *Panoptic Segmentation*), so the order of matching makes no difference;
for the rest, pairs are taken greedily from the best down.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xview2_qgis.engine.scoring.challenge import IGNORED, Confusion
from xview2_qgis.engine.scoring.object_score import LEAST_IOU, MatchedClasses
from xview2_qgis.engine.scoring.object_score import ObjectScore as CountedObjects

from .objects import Objects


@dataclass(frozen=True)
class Matching:
    """Which predicted building is which true one.

    Attributes:
        predicted: numbers of the matched predicted buildings, (M,).
        actual: numbers of their true buildings, (M,).
        iou: intersection over union of each pair, (M,), falling.
    """

    predicted: NDArray[np.intp]
    actual: NDArray[np.intp]
    iou: NDArray[np.float64]


def match(predicted: Objects, actual: Objects, least_iou: float = LEAST_IOU) -> Matching:
    """Match the buildings of one image."""
    both = np.flatnonzero((predicted.numbers > 0) & (actual.numbers > 0))
    width = len(actual) + 1
    keys = predicted.numbers.ravel()[both].astype(np.int64) * width + actual.numbers.ravel()[both]
    pairs, shared = np.unique(keys, return_counts=True)
    one, other = pairs // width, pairs % width
    iou = shared / (predicted.areas[one - 1] + actual.areas[other - 1] - shared)
    order = np.argsort(-iou, kind="stable")
    order = order[iou[order] >= least_iou]
    chosen, used_one, used_other = [], set(), set()
    for index in order.tolist():
        if one[index] not in used_one and other[index] not in used_other:
            chosen.append(index)
            used_one.add(one[index])
            used_other.add(other[index])
    return Matching(one[chosen], other[chosen], iou[chosen])


@dataclass
class ObjectScore(CountedObjects):
    """Accumulates images and gives figures of buildings."""

    def add(self, predicted: Objects, actual: Objects, least_iou: float = LEAST_IOU) -> None:
        """Count one image.

        Args:
            predicted: buildings with classes, or without from a network that predicts buildings only.
            actual: true buildings with classes; without, they count for localization only.
            least_iou: intersection over union from which on two buildings match.
        """
        pairs = match(predicted, actual, least_iou)
        found = len(pairs.predicted)
        self.localization.include(Confusion(found, len(predicted) - found, len(actual) - found))
        if predicted.classes is None or actual.classes is None:
            self.rates_damage = False
            return
        given = np.concatenate([[0], np.where(predicted.classes == IGNORED, 0, predicted.classes)])
        true = np.concatenate([[0], actual.classes])
        self.count(
            MatchedClasses(
                true[pairs.actual],
                given[pairs.predicted],
                np.delete(true, np.append(pairs.actual, 0)),
                np.delete(given, np.append(pairs.predicted, 0)),
            )
        )
