"""The extent of outlines in degrees, as RFC 7946 has it: across the antimeridian it begins in the east."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

_TURN = 360.0
_NOTHING = (np.inf, np.inf, -np.inf, -np.inf)


@dataclass
class Extent:
    """Grows with the outlines that it is shown, and remembers their types.

    Attributes:
        types: names of the types of geometries so far.
    """

    types: set[str] = field(default_factory=set)
    _plain: tuple[float, ...] = _NOTHING
    # the same with western longitudes counted on beyond 180
    _counted_on: tuple[float, ...] = _NOTHING

    def add(self, outlines: NDArray[np.object_]) -> None:
        """Look at outlines.

        Args:
            outlines: polygons and multipolygons in degrees, from -180 to 180; object array (N,).
        """
        parts = shapely.get_parts(outlines)
        if not len(parts):
            return
        self.types |= {str(outline.geom_type) for outline in outlines}
        bounds = shapely.bounds(parts)
        self._plain = _joined(self._plain, bounds)
        west = bounds[:, 0] < 0
        bounds[west, 0] += _TURN
        bounds[west, 2] += _TURN
        self._counted_on = _joined(self._counted_on, bounds)

    @property
    def bounds(self) -> list[float] | None:
        """West, south, east, north; None as long as there is nothing."""
        west, south, east, north = self._plain
        if west > east:
            return None
        first, _, last, _ = self._counted_on
        if first < _TURN / 2 < last and last - first < east - west:
            return [first, south, last - _TURN, north]
        return [west, south, east, north]


def _joined(known: tuple[float, ...], bounds: NDArray[np.float64]) -> tuple[float, ...]:
    low, high = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
    return (
        min(known[0], float(low[0])), min(known[1], float(low[1])),
        max(known[2], float(high[0])), max(known[3], float(high[1])),
    )  # fmt: skip
