"""Places in an order in which neighbours follow each other: along the curve of Hilbert.

D. Hilbert 1891, "Über die stetige Abbildung einer Linie auf ein Flächenstück": the curve visits each of the four
quarters of a square as a whole, and so do its parts; what is near on the curve is near on the ground.
"""

from __future__ import annotations

from collections.abc import Sequence

_LEVELS = 16  # cells of 2 m in a scene of 130 km


def along_curve(points: Sequence[tuple[float, float]]) -> list[int]:
    """Return the indices of points (x, y; any unit) as the curve through their common square meets them."""
    if not points:
        return []
    xs, ys = [x for x, _ in points], [y for _, y in points]
    west, south = min(xs), min(ys)
    side = max(max(xs) - west, max(ys) - south) or 1.0
    cells = (1 << _LEVELS) - 1
    keys = [_distance(int((x - west) / side * cells), int((y - south) / side * cells)) for x, y in points]
    return sorted(range(len(points)), key=keys.__getitem__)


def _distance(x: int, y: int) -> int:
    """Return how far along the curve a cell lies."""
    distance = 0
    for level in reversed(range(_LEVELS)):
        right, upper = x >> level & 1, y >> level & 1
        distance = distance << 2 | (right * 3 ^ upper)
        inside = (1 << level) - 1
        x, y = x & inside, y & inside
        if not upper:
            # the lower quarters hold the curve turned, so that its ends meet
            if right:
                x, y = inside - x, inside - y
            x, y = y, x
    return distance
