"""Buildings found in pairs, each with what is predicted and what is true there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.scoring.challenge import Confusion, Score

from .calibration import ClassSamples

ClassWeights = tuple[float, float, float, float]


@dataclass(frozen=True)
class Found:
    """Buildings found in some pairs.

    Attributes:
        probabilities: mean class probabilities of each, as the engine's vote takes them, float64 (N, 4).
        pixels: of each building by what is true there: background, 1…4, no class; int64 (N, 6).
        owners: which pair each building lies in, int64 (N,).
        truth: pixels of each pair by what is true there, int64 (P, 6).
    """

    probabilities: NDArray[np.float64]
    pixels: NDArray[np.int64]
    owners: NDArray[np.int64]
    truth: NDArray[np.int64]

    @property
    def samples(self) -> ClassSamples:
        """Buildings of which more than half lies on labelled ones, with the class that most of their pixels have."""
        labelled = self.pixels[:, 1:5]
        on_one = 2 * labelled.sum(1) > self.pixels.sum(1)
        return ClassSamples(self.probabilities[on_one], labelled[on_one].argmax(1).astype(np.int64))

    def score(self, class_weights: ClassWeights, copies: NDArray[np.int64] | None = None) -> Score:
        """Return the official score when the largest weighted probability gives the class.

        Args:
            class_weights: factors on the four probabilities.
            copies: how often each pair counts, int64 (P,); once by default.
        """
        given = ObjectVote(class_weights=class_weights).winner(self.probabilities.T) - 1
        pixels, truth = self.pixels, self.truth.sum(0)
        if copies is not None:
            pixels, truth = pixels * copies[self.owners, None], copies @ self.truth
        table = np.stack([pixels[given == c].sum(0) for c in range(4)])
        found, true = table.sum(), truth[1:].sum()
        hit = table[:, 1:].sum()
        damage = []
        for c in range(4):
            right = int(table[c, c + 1])
            damage.append(Confusion(right, int(table[c, 1:5].sum()) - right, int(truth[c + 1]) - right))
        return Score(Confusion(int(hit), int(found - hit), int(true - hit)), tuple(damage))


def joined_found(parts: Sequence[Found]) -> Found:
    """Put the buildings of several lots of pairs together, in their order."""
    first = [0]
    for part in parts:
        first.append(first[-1] + len(part.truth))
    nothing = Found(np.empty((0, 4)), np.empty((0, 6), np.int64), np.empty(0, np.int64), np.empty((0, 6), np.int64))
    parts = [*parts, nothing]
    return Found(
        np.concatenate([part.probabilities for part in parts]),
        np.concatenate([part.pixels for part in parts]),
        np.concatenate([part.owners + before for part, before in zip(parts, first, strict=True)]),
        np.concatenate([part.truth for part in parts]),
    )
