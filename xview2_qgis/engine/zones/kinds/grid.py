"""A square grid: cells of so many metres where something was assessed.

Cells lie at whole multiples of their size in a metric CRS, so that the grids of two results in the same zone of UTM
are the same. A cell is named after its lower left corner, as the grid of the European Environment Agency does it
(INSPIRE, *Data Specification on Geographical Grid Systems*, 2014): ``500mE412500N4512000``.
"""

from __future__ import annotations

import math

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS

from ...errors import UsageError
from ...geo.crs import CrsTransform
from ...geo.georeference import Georeference
from ...geo.metric_crs import metric_crs
from ...geo.polygons import polygonal
from ...vector.purpose import ZONES
from ..plane import Plane
from .zone_set import ZoneOrigin, ZoneSet

#: Cells at most: with more, nobody sees anything, and a table has no room.
MOST_CELLS = 100_000
_FAR_M = 500_000.0  # from the middle of a result: there, no zone of UTM is true to scale
_LONGEST_EDGE = 1 / 64  # of the result, before it is bent
_MOST_TRIED = 200 * MOST_CELLS  # around a polygon
_BLOCK = 250_000  # cells that are looked at at once


def grid_zones(size: int, seen: shapely.Polygon | shapely.MultiPolygon, plane: Plane) -> ZoneSet:
    """Return the cells of a grid that hold some of what was assessed.

    Args:
        size: side of a cell, metres, at least 1.
        seen: what was assessed, on the plane.
        plane: the plane of the result.

    Raises:
        InputError: nothing was assessed (``zones-empty``).
        UsageError: there would be too many (``zones-many``).
    """
    refuse_nothing(seen)
    crs = _metric(plane)
    area = _placed(seen, plane, crs)
    corners = np.concatenate([_cells_of(part, size) for part in shapely.get_parts(area)])
    corners = np.unique(corners, axis=0)
    # from north to south, then from west to east, as one reads
    corners = corners[np.lexsort((corners[:, 0], -corners[:, 1]))]
    if len(corners) > MOST_CELLS:
        raise _too_many(size)
    left, bottom = corners.T * float(size)
    shapes = shapely.box(left, bottom, left + size, bottom + size)
    names = tuple(f"{size}mE{column * size}N{row * size}" for column, row in corners.tolist())
    return ZoneSet(names, np.asarray(shapes, object), crs, ZoneOrigin("grid", size=size))


def refuse_nothing(seen: shapely.Polygon | shapely.MultiPolygon) -> None:
    """Refuse cells where nothing was assessed.

    Raises:
        InputError: so it is (``zones-empty``).
    """
    if seen.is_empty:
        raise ZONES.refuse("empty", "nothing of the result was assessed and visible", "give polygons as zones")


def _cells_of(part: shapely.Polygon, size: int) -> NDArray[np.int64]:
    """Return columns and rows of the cells that share ground with a polygon, int64 (N, 2)."""
    west, south, east, north = (math.floor(value / size) for value in part.bounds)
    if (east - west + 1) * (north - south + 1) > _MOST_TRIED or part.area > MOST_CELLS * size * size:
        raise _too_many(size)
    columns, rows = np.arange(west, east + 1), np.arange(south, north + 1)
    shapely.prepare(part)
    found, step = [np.empty((0, 2), np.int64)], max(1, _BLOCK // len(columns))
    count = 0
    for first in range(0, len(rows), step):
        block = rows[first : first + step]
        across, up = (grid.ravel() for grid in np.meshgrid(columns, block))
        cells = shapely.box(across * size, up * size, (across + 1) * size, (up + 1) * size)
        kept = shapely.contains(part, cells)
        edge = np.flatnonzero(shapely.intersects(part, cells) & ~kept)
        kept[edge] = shapely.area(shapely.intersection(cells[edge], part)) > 1e-9 * size * size
        found.append(np.stack([across[kept], up[kept]], axis=1))
        count += int(kept.sum())
        if count > MOST_CELLS:
            raise _too_many(size)
    return np.concatenate(found)


def _metric(plane: Plane) -> CRS:
    """Return a metric CRS for the whole result: one of equal area where it is too large for UTM."""
    west, south, east, north = plane.bounds
    # the centre of one large pixel is that of the result
    box = Georeference(plane.crs, Affine(east - west, 0, west, 0, south - north, north), 1, 1)
    if box.radius_m() <= _FAR_M:
        return metric_crs(box)
    longitude, latitude = box.centre_lonlat()
    return CRS.from_string(
        f"+proj=laea +lat_0={latitude:.0f} +lon_0={longitude:.0f} +datum=WGS84 +units=m +type=crs +no_defs"
    )


def _placed(
    seen: shapely.Polygon | shapely.MultiPolygon, plane: Plane, crs: CRS
) -> shapely.Polygon | shapely.MultiPolygon:
    if crs == plane.crs:
        return seen
    west, south, east, north = plane.bounds
    dense = shapely.segmentize(seen, max(east - west, north - south, 1e-9) * _LONGEST_EDGE)
    [moved] = CrsTransform(plane.crs, crs).geometries([dense])
    return polygonal(shapely.make_valid(moved))


def _too_many(size: int) -> UsageError:
    return UsageError(f"a grid of {size} m has more than {MOST_CELLS:,} cells here", "give larger cells", "zones-many")
