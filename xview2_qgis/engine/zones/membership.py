"""Which zone a building belongs to: one at most, so that nothing is counted twice.

That is the zone in which a point of the building lies (one that lies in its outline for certain). Where zones overlap
or touch just there, it is the one that shares most ground with the building, of equal ones the first.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

#: Number of the zone of a building that lies in none.
OUTSIDE = -1
_EQUAL = 9  # decimals of a share of a building: what differs less is rounding


def zones_of(buildings: NDArray[np.object_], zones: NDArray[np.object_]) -> NDArray[np.intp]:
    """Return the number of the zone of each building, intp (N,); :data:`OUTSIDE` for none.

    Args:
        buildings: outlines, object (N,); one without a place is outside.
        zones: valid polygons on the same plane, object (M,); empty ones hold nothing.
    """
    found = np.full(len(buildings), OUTSIDE, np.intp)
    if not len(buildings) or not len(zones):
        return found
    tree = shapely.STRtree(shapely.point_on_surface(buildings))
    owners, rows = tree.query(zones, predicate="intersects")
    claims = np.bincount(rows, minlength=len(buildings))
    alone = claims[rows] == 1
    found[rows[alone]] = owners[alone]
    if not alone.all():
        rows, owners = rows[~alone], owners[~alone]
        shares = _shares(buildings[rows], zones[owners])
        order = np.lexsort((owners, -np.round(shares, _EQUAL), rows))
        first = np.unique(rows[order], return_index=True)[1]
        found[rows[order][first]] = owners[order][first]
    return found


def _shares(buildings: NDArray[np.object_], zones: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return how much of each building lies in the zone beside it, 0 to 1, float64 (N,)."""
    shapely.prepare(zones)
    shares = shapely.contains(zones, buildings).astype(np.float64)
    across = np.flatnonzero(shares == 0.0)
    mended = shapely.make_valid(buildings[across])
    areas = shapely.area(mended)
    common = shapely.area(shapely.intersection(mended, zones[across]))
    shares[across] = np.divide(common, areas, out=np.zeros_like(areas), where=areas > 0)
    return np.asarray(shares)
