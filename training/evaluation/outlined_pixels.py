"""Pixels of the outlines found in many pairs: kept, they vote again with another scaling in no time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.decision.vote import class_sums

from .calibration import ClassSamples, Scaling
from .decision_search import Found, outlines_in, true_values
from .pair_prediction import PairPrediction

_STEP = 1_000_000  # pixels that are scaled at a time


@dataclass(frozen=True)
class OutlinedPixels:
    """Outlines found in some pairs, and what is predicted for their pixels.

    Attributes:
        outlines: number of the outline of each pixel, from 1, int32 (M,).
        building: building probability × 255, uint8 (M,).
        damage: class probabilities given a building × 255, uint8 (4, M).
        pixels: of each outline by what is true there, as of :class:`.decision_search.Found`, int64 (N, 6).
        owners: which pair each outline lies in, int64 (N,).
        truth: pixels of each pair by what is true there, int64 (P, 6).
    """

    outlines: NDArray[np.int32]
    building: NDArray[np.uint8]
    damage: NDArray[np.uint8]
    pixels: NDArray[np.int64]
    owners: NDArray[np.int64]
    truth: NDArray[np.int64]

    @staticmethod
    def of(pairs: Iterable[PairPrediction], decision: ObjectVote, gsd_m: float) -> OutlinedPixels:
        """Find the outlines of pairs, one pair after the other.

        Args:
            pairs: what is predicted for them.
            decision: thresholds and least area; its class weights do not matter.
            gsd_m: ground sampling distance in metres.
        """
        parts = [_nothing()]
        for pair in pairs:
            parts.append(_of_pair(pair, decision, gsd_m))
        return joined_pixels(parts)

    def found(self, scaling: Scaling) -> Found:
        """Return the outlines with the votes of their pixels, whose class probabilities are scaled."""
        count = len(self.owners)
        sums = np.zeros((4, count))
        for first in range(0, len(self.outlines), _STEP):
            here = slice(first, first + _STEP)
            raw = ClassSamples(self.damage[:, here].T / 255.0, np.empty(0, np.int64))
            weights = np.maximum(self.building[here], 1).astype(np.float64)
            sums += class_sums(
                self.outlines[here].astype(np.intp), count, weights, raw.scaled(scaling).probabilities.T
            )  # fmt: skip
        return Found((sums / sums.sum(axis=0)).T, self.pixels, self.owners, self.truth)


def joined_pixels(parts: Sequence[OutlinedPixels]) -> OutlinedPixels:
    """Put outlines of several lots of pairs together, in their order."""
    outlines, pairs = [0], [0]
    for part in parts:
        outlines.append(outlines[-1] + len(part.owners))
        pairs.append(pairs[-1] + len(part.truth))
    return OutlinedPixels(
        np.concatenate([p.outlines + np.int32(before) for p, before in zip(parts, outlines, strict=False)]),
        np.concatenate([p.building for p in parts]),
        np.concatenate([p.damage for p in parts], axis=1),
        np.concatenate([p.pixels for p in parts]),
        np.concatenate([p.owners + before for p, before in zip(parts, pairs, strict=False)]),
        np.concatenate([p.truth for p in parts]),
    )


def _nothing() -> OutlinedPixels:
    byte, whole = np.empty(0, np.uint8), np.empty(0, np.int64)
    table = np.empty((0, 6), np.int64)
    return OutlinedPixels(np.empty(0, np.int32), byte, np.empty((4, 0), np.uint8), table, whole, table)


def _of_pair(pair: PairPrediction, decision: ObjectVote, gsd_m: float) -> OutlinedPixels:
    true = true_values(pair)
    numbers = np.zeros(true.shape, np.int32)
    count = 0
    for part, labels, more in outlines_in(pair, decision, gsd_m):
        inside = labels > 0
        numbers[part][inside] = labels[inside] + count
        count += more
    inside = numbers > 0
    outlines = numbers[inside]
    pixels = np.bincount((outlines - 1) * 6 + true[inside], minlength=6 * count).reshape(count, 6)
    return OutlinedPixels(
        outlines, pair.building[inside], pair.damage[:, inside], pixels.astype(np.int64), np.zeros(count, np.int64),
        np.bincount(true.ravel(), minlength=6).astype(np.int64)[None],
    )  # fmt: skip
