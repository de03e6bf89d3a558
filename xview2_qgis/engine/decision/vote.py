"""The vote: one class per building from the class probabilities of its pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...protocol.schema import Damage

#: Share of a building that both images show at least where it is given a class. Where post is hidden the network is
#: given pre-event pixels, which make the building look whole: of buildings of the synthetic town hidden in part at
#: random, those with heavy damage were recognized as such in 4 of 224 cases below a quarter, in 13 % of the cases
#: between a quarter and a half, and in 63 % above it.
LEAST_SEEN = 0.25


@dataclass(frozen=True)
class Pixels:
    """Pixels of a window and what is predicted for them.

    Attributes:
        building: building probability × 255, uint8 (H, W).
        damage: class probabilities given a building × 255, uint8 (4, H, W).
        valid: where both images have data, bool (H, W).
    """

    building: NDArray[np.uint8]
    damage: NDArray[np.uint8]
    valid: NDArray[np.bool_]


@dataclass(frozen=True)
class Vote:
    """The class of one building, for which its pixels voted.

    Attributes:
        damage: the class given; ``UNKNOWN`` where less than :data:`LEAST_SEEN` is valid in both images.
        probabilities: mean class probabilities (no damage, minor, major, destroyed), sum 1; None for an unknown
            building.
        confidence: probability of the class given, 0–1; None for an unknown building.
        valid_fraction: share of the building's pixels that are valid in both images, 0–1.
    """

    damage: Damage
    probabilities: tuple[float, float, float, float] | None
    confidence: float | None
    valid_fraction: float

    def seen_on(self, share: float) -> Vote:
        """Return the vote of a building of which these pixels are only a share, 0–1; the rest was not seen."""
        fraction = self.valid_fraction * share
        return replace(self, valid_fraction=fraction) if fraction >= LEAST_SEEN else _unknown(fraction)

    def hidden(self) -> Vote:
        """Return the vote of a building of which most is hidden by the word of the user."""
        return _unknown(self.valid_fraction)


def _unknown(fraction: float) -> Vote:
    return Vote(Damage.UNKNOWN, None, None, fraction)


def vote(
    labels: NDArray[np.int32], count: int, pixels: Pixels, winner: Callable[[NDArray[np.floating]], NDArray[np.intp]]
) -> list[Vote]:
    """Let the pixels of each building vote.

    A pixel votes with its class probabilities, and its vote weighs as much as the network is sure of the building
    there: pixels at a blurred edge count less than those in the middle of the roof.

    Args:
        labels: number of the building of each pixel, 0 for none, int32 (H, W).
        count: how many buildings there are, numbered 1 … ``count``.
        pixels: probabilities of the same pixels.
        winner: returns the class 1…4 for mean probabilities (4, …), see :meth:`.rule.DecisionRule.winner`.

    Returns:
        One vote per building, in the order of their numbers.
    """
    inside = np.flatnonzero(labels)
    owners = labels.ravel()[inside].astype(np.intp)  # once: NumPy counts in no other type
    valid = pixels.valid.ravel()[inside]
    # a footprint may lie where the network sees no building at all: its pixels then weigh the same, not nothing
    weights = np.maximum(pixels.building.ravel()[inside], 1) * valid.astype(np.float64)
    sums = class_sums(owners, count, weights, pixels.damage.reshape(len(pixels.damage), -1).take(inside, axis=1))
    sizes = np.bincount(owners, minlength=count + 1)[1:]
    valid_sizes = np.bincount(owners, valid, count + 1)[1:]
    totals = sums.sum(axis=0)

    votes: list[Vote] = []
    for index in range(count):
        fraction = float(valid_sizes[index] / sizes[index]) if sizes[index] else 0.0
        if totals[index] <= 0 or fraction < LEAST_SEEN:
            votes.append(_unknown(fraction))
            continue
        means = sums[:, index] / totals[index]
        damage = Damage(int(winner(means)))
        no_damage, minor, major, destroyed = (float(value) for value in means)
        votes.append(Vote(damage, (no_damage, minor, major, destroyed), float(means[damage - 1]), fraction))
    return votes


def class_sums(
    owners: NDArray[np.integer],
    count: int,
    weights: NDArray[np.floating],
    damage: NDArray[np.floating] | NDArray[np.uint8],
) -> NDArray[np.float64]:
    """Return the weighted sums of the class probabilities of each building's pixels, float64 (4, ``count``).

    Args:
        owners: number 1 … ``count`` of the building of each pixel, (P,).
        count: how many buildings there are.
        weights: of the pixels, (P,).
        damage: class probabilities of the pixels on any scale, (4, P).
    """
    sums = np.empty((len(damage), count), np.float64)
    for row, channel in zip(sums, weights * damage, strict=True):
        row[:] = np.bincount(owners, channel, count + 1)[1:]
    return sums
