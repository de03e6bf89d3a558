"""Splits: which pairs are trained on and which are held out."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from .ground import same_ground


class Named(Protocol):
    """A pair with its name and its event."""

    @property
    def name(self) -> str:
        """``<disaster>_<number>``."""
        ...

    @property
    def disaster(self) -> str:
        """Name of the event."""
        ...


class Classified(Named, Protocol):
    """A pair whose damage classes are known, and its place where that is known."""

    @property
    def classes(self) -> tuple[int, ...]:
        """Damage classes 1…4 that occur."""
        ...

    @property
    def ground(self) -> NDArray[np.float64]:
        """Corners on Earth, see :func:`.ground.ground_corners`."""
        ...


N = TypeVar("N", bound=Named)
C = TypeVar("C", bound=Classified)


def leave_one_disaster_out(pairs: Sequence[N]) -> dict[str, tuple[list[N], list[N]]]:
    """Return, for each disaster in the order of the names, the pairs of all others and its own.

    A network that is scored on an event it has never seen tells what it will do after the next one.
    """
    disasters = sorted({p.disaster for p in pairs})
    return {d: ([p for p in pairs if p.disaster != d], [p for p in pairs if p.disaster == d]) for d in disasters}


def folds(pairs: Sequence[C], k: int, seed: int = 0) -> list[tuple[list[C], list[C]]]:
    """Split pairs into ``k`` parts of equal size with the same mix of disasters and damage classes.

    Pairs of one disaster that hold the same classes are dealt out in turn, in the order of a hash of their names. The
    result depends on names, classes, places and seed, not on the order in which files are listed. Pairs that show the
    same ground then go to the part of the first of them by name.

    Returns:
        For each part, the pairs outside it and the pairs in it, in the order given. Sizes of parts differ by one at
        most, and so do the numbers of pairs of any disaster with any set of classes, but for pairs of the same ground.

    Raises:
        ValueError: there are fewer than two parts, or fewer pairs than parts.
    """
    if not 2 <= k <= len(pairs):
        raise ValueError(f"cannot make {k} folds of {len(pairs)} pairs; give a number from 2 to {len(pairs)}")
    alike: defaultdict[tuple[str, tuple[int, ...]], list[str]] = defaultdict(list)
    for pair in pairs:
        alike[pair.disaster, tuple(sorted(pair.classes))].append(pair.name)
    dealt = [name for _, names in sorted(alike.items()) for name in sorted(names, key=lambda n: _hash(n, seed))]
    part = {name: place % k for place, name in enumerate(dealt)}
    ordered = sorted(pairs, key=lambda p: p.name)
    for pair, first in zip(ordered, same_ground([p.ground for p in ordered]), strict=True):
        part[pair.name] = part[ordered[first].name]
    return [([p for p in pairs if part[p.name] != i], [p for p in pairs if part[p.name] == i]) for i in range(k)]


def _hash(name: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed} {name}".encode()).digest()
