"""Headline figures of pooled pairs, each with an interval by bootstrap over tiles.

All pairs count into one table of counts; figures of single disasters, of which most lack a class, are not averaged.
The interval is the percentile interval of Efron 1979: pairs are drawn with replacement, since buildings of one tile are
more alike than those of two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from xview2_qgis.engine.scoring.challenge import Confusion, Score

from ..evaluation.object_scoring import ObjectScore
from ..evaluation.score_table import PairScore

_DRAWS = 2000
_PERCENTILES = (2.5, 97.5)
_WORSE = (3, 4)  # major damage and destroyed


@dataclass(frozen=True)
class Pooled:
    """Counts of several pairs together.

    Attributes:
        pixels: counts of pixels.
        objects: counts of buildings.
    """

    pixels: Score
    objects: ObjectScore

    @staticmethod
    def of(pairs: Sequence[PairScore]) -> Pooled:
        """Return the sum of the counts of pairs."""
        pixels, objects = Score(), ObjectScore()
        for pair in pairs:
            pixels.include(pair.pixels)
            if pair.objects is not None:
                objects.include(pair.objects)
        return Pooled(pixels, objects)


@dataclass(frozen=True)
class Figure:
    """A figure and its interval.

    Attributes:
        value: of all pairs.
        low: lower end of the 95 % interval.
        high: upper end.
    """

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


def macro_f1(objects: ObjectScore) -> float:
    """Return the mean F1 of the classes that occur, over buildings, missed and invented ones included."""
    present = [counts.f1 for counts in map(objects.damage, (1, 2, 3, 4)) if counts.present]
    return float(np.mean(present)) if present else 0.0


def major_or_worse(objects: ObjectScore) -> Confusion:
    """Return the counts of buildings with major damage or destroyed against the rest.

    A building that has one of both and is given the other is right. Missed and invented ones count as errors.
    """
    matrix = objects.matrix
    tp = int(matrix[np.ix_(_WORSE, _WORSE)].sum())
    return Confusion(tp, int(matrix[:, _WORSE].sum()) - tp, int(matrix[list(_WORSE)].sum()) - tp)


#: Figures by name: those of the challenge by pixels, the others by buildings.
HEADLINES: Mapping[str, Callable[[Pooled], float]] = {
    "official score": lambda pooled: pooled.pixels.combined,
    "localization F1": lambda pooled: pooled.pixels.localization.f1,
    "damage F1": lambda pooled: pooled.pixels.damage_f1,
    "buildings: localization F1": lambda pooled: pooled.objects.localization.f1,
    "buildings: macro F1": lambda pooled: macro_f1(pooled.objects),
    "buildings: destroyed F1": lambda pooled: pooled.objects.damage(4).f1,
    "buildings: major or worse F1": lambda pooled: major_or_worse(pooled.objects).f1,
}


def headlines(pairs: Sequence[PairScore], draws: int = _DRAWS, seed: int = 0) -> dict[str, Figure]:
    """Return all headline figures of pairs.

    Args:
        pairs: at least one.
        draws: of the bootstrap.
        seed: of the draws.
    """
    rng = np.random.default_rng(seed)
    pooled = Pooled.of(pairs)
    drawn: dict[str, list[float]] = {name: [] for name in HEADLINES}
    for _ in range(draws):
        chosen = Pooled.of([pairs[i] for i in rng.integers(len(pairs), size=len(pairs))])
        for name, figure in HEADLINES.items():
            drawn[name].append(figure(chosen))
    figures = {}
    for name, figure in HEADLINES.items():
        low, high = np.percentile(drawn[name], _PERCENTILES)
        figures[name] = Figure(figure(pooled), float(low), float(high))
    return figures
