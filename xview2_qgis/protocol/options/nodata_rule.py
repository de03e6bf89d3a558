"""Nodata as the user knows it: values that mean no data besides the one a file declares, or in its place."""

from __future__ import annotations

import math
from dataclasses import dataclass

_NONE = "none"


@dataclass(frozen=True)
class NodataRule:
    """Which values mean that there is no data.

    Attributes:
        ranges: lowest and highest value of each range, both included. A pixel has no data where all three bands lie in
            the same range: a saturated roof is white in all bands only where it is white.
        declared: the value that the file declares counts, too.
    """

    ranges: tuple[tuple[float, float], ...] = ()
    declared: bool = True

    @classmethod
    def parse(cls, text: str) -> NodataRule:
        """Read ``0``, ``0,255``, ``-99:-90`` or ``none,0``; ``none``: the value that the file declares does not count.

        Raises:
            ValueError: something in it is neither a number nor a range.
        """
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if not parts:
            raise ValueError("no value")
        ranges = []
        for part in parts:
            if part.lower() == _NONE:
                continue
            low, _, high = part.partition(":")
            ends = float(low), float(high or low)
            if any(map(math.isnan, ends)) or ends[0] > ends[1]:
                raise ValueError(f"{part} is no range")
            ranges.append(ends)
        return cls(tuple(ranges), _NONE not in (part.lower() for part in parts))

    def __str__(self) -> str:
        ranges = [f"{low:.17g}" if low == high else f"{low:.17g}:{high:.17g}" for low, high in self.ranges]
        return ",".join(([] if self.declared else [_NONE]) + ranges)
