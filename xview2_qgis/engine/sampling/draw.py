"""Drawing a sample: simple random within each stratum, in an order that is random, too."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from ...protocol.totals.sample_table import REVIEWED_BEFORE
from .frame import Frame, plan_strata


@dataclass(frozen=True)
class SampleRow:
    """A row of the sample, see :mod:`.sample_table`; probabilities are one value for each class."""

    building_id: int
    position: int
    stratum: str
    stratum_size: int
    stratum_sample: int
    inclusion_probability: float
    probabilities: tuple[float, ...]
    stratum_means: tuple[float, ...]

    @property
    def values(self) -> tuple[object, ...]:
        """The values of the columns, in their order."""
        *plain, own, means = astuple(self)
        return (*plain, *own, *means)


def draw_sample(frame: Frame, size: int, seed: int) -> list[SampleRow]:
    """Draw a stratified random sample.

    Buildings that have been reviewed already are rows of it, too, in a stratum of their own of which all are known:
    whoever chose them, they tell nothing about others.

    Args:
        frame: the buildings.
        size: buildings to draw.
        seed: of the random numbers.
    """
    rng = np.random.default_rng(seed)
    rows: list[SampleRow] = []
    before = np.flatnonzero(frame.reviewed)
    if len(before):
        means = frame.probabilities[before].mean(axis=0)
        rows += _rows(frame, before, _Facts(REVIEWED_BEFORE, len(before), len(before), tuple(means.tolist())))
    drawn: list[SampleRow] = []
    if len(before) < len(frame.ids):
        for stratum in plan_strata(frame, size):
            chosen = rng.choice(stratum.rows, stratum.sampled, replace=False)
            facts = _Facts(stratum.name, len(stratum.rows), stratum.sampled, tuple(stratum.means.tolist()))
            drawn += _rows(frame, chosen, facts)
    order = rng.permutation(len(drawn))
    rows += [drawn[index] for index in order.tolist()]
    return [SampleRow(row.building_id, position, *astuple(row)[2:]) for position, row in enumerate(rows, 1)]


@dataclass(frozen=True)
class _Facts:
    name: str
    size: int
    sampled: int
    means: tuple[float, ...]


def _rows(frame: Frame, rows: NDArray[np.intp], facts: _Facts) -> list[SampleRow]:
    ids, own = frame.ids[rows].tolist(), frame.probabilities[rows].tolist()
    share = facts.sampled / facts.size
    return [
        SampleRow(number, 0, facts.name, facts.size, facts.sampled, share, tuple(values), facts.means)
        for number, values in zip(ids, own, strict=True)
    ]
