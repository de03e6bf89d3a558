"""The frame of a sample: the buildings of a result that may be drawn, in strata by class and doubt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...protocol.schema import DAMAGE_CLASSES
from .allocation import allocate
from .stratum_names import EVERYTHING, are_doubtful, class_stratum

#: Buildings reviewed in each stratum at least, where it has that many: with fewer, its own variance is guesswork.
LEAST_PER_STRATUM = 5


@dataclass(frozen=True)
class Frame:
    """Buildings of a result that have probabilities.

    Attributes:
        ids: their numbers, int64 (N,).
        classes: index of the class of each in ``DAMAGE_CLASSES``, as adapted or by the model, intp (N,).
        probabilities: of the four classes by the model, float64 (N, 4).
        reviewed: whether each has been reviewed, bool (N,).
    """

    ids: NDArray[np.int64]
    classes: NDArray[np.intp]
    probabilities: NDArray[np.float64]
    reviewed: NDArray[np.bool_]


@dataclass(frozen=True)
class StratumPlan:
    """A stratum and how many of it are to be drawn.

    Attributes:
        name: class and doubt, for people.
        rows: rows of the frame, intp (N,).
        means: mean probabilities, (4,).
        sampled: buildings to draw.
    """

    name: str
    rows: NDArray[np.intp]
    means: NDArray[np.float64]
    sampled: int


def plan_strata(frame: Frame, size: int) -> list[StratumPlan]:
    """Divide the buildings that have not been reviewed into strata, and a sample among these.

    Where the sample is too small for classes by doubt, there are strata by class only, and where it is too small for
    these, one.

    Args:
        frame: buildings, of which at least one has not been reviewed.
        size: buildings to draw; all where there are fewer.
    """
    rows = np.flatnonzero(~frame.reviewed)
    groups: list[tuple[str, NDArray[np.intp]]] = []
    for split in (_by_class_and_doubt, _by_class, _as_one):
        groups = split(frame, rows)
        if sum(min(len(group), LEAST_PER_STRATUM) for _, group in groups) <= max(size, 1):
            break
    means = np.array([frame.probabilities[group].mean(axis=0) for _, group in groups])
    sizes = np.array([len(group) for _, group in groups])
    numbers = allocate(sizes, means, min(size, len(rows)), LEAST_PER_STRATUM).tolist()
    return [
        StratumPlan(name, group, mean, number)
        for (name, group), mean, number in zip(groups, means, numbers, strict=True)
    ]


def _by_class_and_doubt(frame: Frame, rows: NDArray[np.intp]) -> list[tuple[str, NDArray[np.intp]]]:
    doubtful = np.zeros(len(frame.ids), bool)
    doubtful[rows] = are_doubtful(frame.probabilities[rows])
    groups = []
    for index in range(len(DAMAGE_CLASSES)):
        group = rows[frame.classes[rows] == index]
        groups += [(class_stratum(index, unsure), group[doubtful[group] == unsure]) for unsure in (False, True)]
    return [(name, group) for name, group in groups if len(group)]


def _by_class(frame: Frame, rows: NDArray[np.intp]) -> list[tuple[str, NDArray[np.intp]]]:
    groups = [(class_stratum(index), rows[frame.classes[rows] == index]) for index in range(len(DAMAGE_CLASSES))]
    return [(name, group) for name, group in groups if len(group)]


def _as_one(_: Frame, rows: NDArray[np.intp]) -> list[tuple[str, NDArray[np.intp]]]:
    return [(EVERYTHING, rows)]
