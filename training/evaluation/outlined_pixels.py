"""The outlines found in a pair and the pixels within: kept, these vote again with another scaling in no time."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from xview2_qgis.engine.buildings.instances import separate
from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.decision.vote import class_sums

from ..labels import IGNORED
from .calibration import ClassSamples, Scaling
from .found import Found
from .pair_prediction import PairPrediction

_UNCLASSIFIED = 5  # column of buildings without a class


@dataclass(frozen=True)
class OutlinedPixels:
    """Outlines found in a pair, and what is predicted for their pixels: nine bytes each.

    Attributes:
        outlines: number of the outline of each pixel, from 1, int32 (M,).
        building: building probability × 255, uint8 (M,).
        damage: class probabilities given a building × 255, uint8 (4, M).
        counts: pixels of each outline by what is true there, see :class:`.found.Found`, int64 (N, 6).
        truth: pixels of the pair by what is true there, int64 (1, 6).
    """

    outlines: NDArray[np.int32]
    building: NDArray[np.uint8]
    damage: NDArray[np.uint8]
    counts: NDArray[np.int64]
    truth: NDArray[np.int64]

    @staticmethod
    def of(pair: PairPrediction, decision: ObjectVote, gsd_m: float) -> OutlinedPixels:
        """Find the outlines of a pair as the engine does: mask, instances.

        Args:
            pair: what is predicted for it.
            decision: thresholds and least area; its class weights do not matter.
            gsd_m: ground sampling distance in metres.
        """
        numbers, count = _outlines(pair, decision, max(int(decision.minimum_area_m2 / gsd_m**2), 1))
        true = np.where(pair.truth == IGNORED, np.uint8(_UNCLASSIFIED), pair.truth)
        inside = numbers > 0
        outlines = numbers[inside]
        counts = np.bincount((outlines - 1) * 6 + true[inside], minlength=6 * count).reshape(count, 6)
        return OutlinedPixels(
            outlines,
            pair.building[inside],
            pair.damage[:, inside],
            counts.astype(np.int64),
            np.bincount(true.ravel(), minlength=6).astype(np.int64)[None],
        )

    def found(self, scaling: Scaling | None = None) -> Found:
        """Return the buildings with the votes of their pixels, as the engine counts them.

        Args:
            scaling: of the class probabilities before they vote; as they are by default.
        """
        damage = self.damage / 255.0
        if scaling is not None:
            damage = ClassSamples(damage.T, np.empty(0, np.int64)).scaled(scaling).probabilities.T
        weights = np.maximum(self.building, 1).astype(np.float64)
        sums = class_sums(self.outlines.astype(np.intp), len(self.counts), weights, damage)
        owners = np.zeros(len(self.counts), np.int64)
        return Found((sums / sums.sum(axis=0)).T, self.counts, owners, self.truth)


def _outlines(pair: PairPrediction, decision: ObjectVote, smallest: int) -> tuple[NDArray[np.int32], int]:
    """Return the number of the outline of each pixel, 0 for none, int32 (H, W), and how many there are."""
    mask = decision.building_mask(pair.building, pair.damage)
    _, components, boxes, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    numbers, count = np.zeros(mask.shape, np.int32), 0
    for number, (left, top, width, height, area) in enumerate(boxes.tolist()):
        if number and area >= smallest:
            part = np.s_[top : top + height, left : left + width]
            labels, more = separate(components[part] == number, pair.building[part], smallest)
            numbers[part][labels > 0] = labels[labels > 0] + count
            count += more
    return numbers, count
