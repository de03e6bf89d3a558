"""Zones of a report: those of the user, or a grid where a result is too large to be read building by building."""

from __future__ import annotations

import math
from functools import partial

from ...protocol.totals.stored_sample import read_sample
from ..geo.geodesy import ellipsoidal_areas
from ..language.wording import Wording
from ..run.context import RunContext
from ..stored.result import StoredResult
from ..zones.counting import Seen, ZoneMaker, count_zones, looked_at
from ..zones.kinds.grid import grid_zones
from ..zones.kinds.polygons import read_zones
from ..zones.kinds.zone_set import ZoneSet
from ..zones.plane import Plane
from .zone_lines import zone_view
from .zone_view import ZoneView

#: From this area on a grid helps the reader, square metres.
LARGE_M2 = 1e6
_CELLS = 40  # about as many as a map of one page has room for
_SIZES = (100, 200, 250, 500, 1000, 2000, 2500, 5000, 10_000, 20_000, 25_000, 50_000, 100_000)


def zones_of_result(
    result: StoredResult, address: str | None, field: str | None, wording: Wording, context: RunContext
) -> ZoneView | None:
    """Return the zones of a result's report; None where it needs none.

    Args:
        result: the result.
        address: polygons of the user; None for a grid where the result is large.
        field: with the names of the polygons; None to find it.
        wording: the language.
        context: warned of what the zones lack; asked whether to stop.

    Raises:
        InputError: the zones or the result cannot be used.
    """
    if address is None:
        if not len(result.assessed_area()):
            return None
        plane, seen = looked_at(result)
        area = float(ellipsoidal_areas([seen], plane.crs)[0]) if not seen.is_empty else 0.0
        if area < LARGE_M2:
            return None
        make: ZoneMaker = partial(grid_zones, cell_size(area))
    else:
        make = partial(_given, read_zones(address, field, context))
    sample = None if result.merged else read_sample(result.path)
    return zone_view(count_zones(result, sample, make, context), wording)


def cell_size(area_m2: float) -> int:
    """Return the side of the cells of a grid over an area, metres: a round number that gives some forty of them."""
    wanted = math.sqrt(area_m2 / _CELLS)
    return next((size for size in _SIZES if size >= wanted), _SIZES[-1])


def _given(zones: ZoneSet, seen: Seen, plane: Plane) -> ZoneSet:
    """Return zones that are there already."""
    return zones
