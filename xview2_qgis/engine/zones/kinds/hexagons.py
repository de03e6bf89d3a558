"""Hexagons of H3: the same cells everywhere on Earth, whatever the CRS of a result.

Source: Uber's H3 (h3geo.org), a hierarchy of hexagons in 16 resolutions, from 4 million square kilometres to one
square metre on average. A cell keeps H3's own name, by which other data join it.
"""

from __future__ import annotations

import h3
import numpy as np
import shapely
from numpy.typing import NDArray

from ...errors import UsageError
from ...geo.crs import LONLAT, CrsTransform
from ...geo.geodesy import ellipsoidal_areas
from ...geo.polygons import polygonal
from ..plane import Plane
from .grid import MOST_CELLS, refuse_nothing
from .zone_set import ZoneOrigin, ZoneSet, shape_array

#: Finest and coarsest resolution.
COARSEST, FINEST = 0, 15


def hexagon_zones(resolution: int, seen: shapely.Polygon | shapely.MultiPolygon, plane: Plane) -> ZoneSet:
    """Return the cells of H3 that hold some of what was assessed.

    Args:
        resolution: 0 to 15.
        seen: what was assessed, on the plane.
        plane: the plane of the result.

    Raises:
        InputError: nothing was assessed (``zones-empty``).
        UsageError: there would be too many (``zones-many``).
    """
    refuse_nothing(seen)
    area, near = _in_degrees(seen, plane)
    if sum(ellipsoidal_areas([area], LONLAT)) > MOST_CELLS * h3.average_hexagon_area(resolution, unit="m^2"):
        raise _too_many(resolution)
    cells: dict[str, shapely.Polygon] = {}
    for part in shapely.get_parts(area).tolist():
        cells |= _cells_of(part, resolution, near)
        if len(cells) > MOST_CELLS:
            raise _too_many(resolution)
    names = tuple(sorted(cells))
    shapes = shape_array([cells[name] for name in names])
    return ZoneSet(names, shapes, LONLAT, ZoneOrigin("h3", size=resolution))


def _cells_of(part: shapely.Polygon, resolution: int, near: float) -> dict[str, shapely.Polygon]:
    """Return the cells that share ground with a polygon: outwards from one of them, as long as there are more.

    Cells leave no gap, so that those of a polygon in one piece are connected.
    """
    shapely.prepare(part)
    point = part.representative_point()
    wave = {h3.latlng_to_cell(point.y, _turned(point.x), resolution)}
    seen, kept = set(wave), dict[str, shapely.Polygon]()
    while wave:
        names = sorted(wave)
        outlines = shape_array([_outline(name, near) for name in names])
        meets = np.flatnonzero(shapely.intersects(part, outlines)).tolist()
        found = {names[row]: outlines[row] for row in meets}
        touching = shapely.area(shapely.intersection(outlines[meets], part)) > 0
        kept |= {name: shape for (name, shape), shares in zip(found.items(), touching.tolist(), strict=True) if shares}
        wave = {neighbour for name in found for neighbour in h3.grid_disk(name, 1)} - seen
        seen |= wave
        if len(kept) > MOST_CELLS:
            break
    return kept


def _outline(cell: str, near: float) -> shapely.Polygon:
    """Return the outline of a cell in degrees, in one piece and in the turn of the result."""
    corners: NDArray[np.float64] = np.array(h3.cell_to_boundary(cell), np.float64)[:, ::-1]
    longitudes = np.unwrap(corners[:, 0], period=360.0)
    longitudes -= np.round((longitudes.mean() - near) / 360.0) * 360.0
    return shapely.Polygon(np.stack([longitudes, corners[:, 1]], axis=1))


def _in_degrees(
    seen: shapely.Polygon | shapely.MultiPolygon, plane: Plane
) -> tuple[shapely.Polygon | shapely.MultiPolygon, float]:
    """Return the area in degrees, in one piece across the antimeridian, and a longitude of it."""
    west, south, east, north = plane.bounds
    dense = shapely.segmentize(seen, max(east - west, north - south, 1e-9) / 64)
    [[near], _] = CrsTransform(plane.crs, LONLAT).points((west + east) / 2, (south + north) / 2).tolist()
    [moved] = CrsTransform(plane.crs, LONLAT, near).geometries([dense])
    return polygonal(shapely.make_valid(moved)), near


def _turned(longitude: float) -> float:
    return (longitude + 180.0) % 360.0 - 180.0


def _too_many(resolution: int) -> UsageError:
    return UsageError(
        f"H3 of resolution {resolution} has more than {MOST_CELLS:,} cells here", "give a coarser resolution",
        "zones-many",
    )  # fmt: skip
