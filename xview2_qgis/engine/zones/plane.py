"""The plane on which zones and buildings meet: the CRS of the result, in one piece across the antimeridian.

Buildings stay as they are in the file. Zones come to them: only what lies near the result, because the far ends of a
country have no place in a local projection.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.crs import CRS
from shapely.geometry.base import BaseGeometry

from ..geo.crs import CrsTransform, nearest_turn, whole_turn
from ..geo.polygons import polygonal
from .kinds.zone_set import ZoneSet

Box = tuple[float, float, float, float]
_MARGIN = 0.1  # of the size of the result: edges bulge on the way into another CRS
_PIECES = 64  # of an edge as long as the result, before it is bent
_EDGE_POINTS = 33


@dataclass(frozen=True)
class Plane:
    """The plane of a result.

    Attributes:
        crs: CRS of its layers.
        bounds: of all that the result holds (west, south, east, north), on this plane.
        near_x: an x coordinate of the result where x grows on around the Earth; else None.
    """

    crs: CRS
    bounds: Box
    near_x: float | None = None

    @classmethod
    def around(cls, crs: CRS, boxes: NDArray[np.float64]) -> Plane:
        """Return the plane of a result.

        Args:
            crs: CRS of its layers.
            boxes: boxes of its parts (west, south, east, north), float64 (N, 4), N at least 1.
        """
        turn = whole_turn(crs)
        if turn is None:
            return cls(crs, _grown(_around(boxes)))
        # parts may lie on both sides of the antimeridian: their mean direction, seen from the pole
        angles = (boxes[:, 0] + boxes[:, 2]) * (math.pi / turn)
        near = math.atan2(np.sin(angles).mean(), np.cos(angles).mean()) * turn / math.tau
        middle = (boxes[:, 0] + boxes[:, 2]) / 2
        shift = nearest_turn(crs, middle, near) - middle
        return cls(crs, _grown(_around(boxes + shift[:, None] * (1.0, 0.0, 1.0, 0.0))), near)

    def reaching(self, shapes: NDArray[np.object_]) -> Plane:
        """Return a plane that reaches around some geometries, too; this one where it does."""
        boxes = shapely.bounds(shapes).reshape(-1, 4)
        boxes = boxes[np.isfinite(boxes).all(axis=1)]
        if not len(boxes):
            return self
        wider = _around(np.vstack([boxes, self.bounds]))
        return self if wider == self.bounds else replace(self, bounds=_grown(wider))

    def own(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return geometries of the result on the plane, object (N,): those of the other turn are moved to this one."""
        if self.near_x is None or not len(shapes):
            return shapes
        bounds = shapely.bounds(shapes)
        middle = (bounds[:, 0] + bounds[:, 2]) / 2
        known = np.isfinite(middle)
        shift = np.zeros(len(shapes))
        shift[known] = nearest_turn(self.crs, middle[known], self.near_x) - middle[known]
        moved = np.abs(shift) > 0.5
        if not moved.any():
            return shapes
        result = shapes.copy()
        for row in np.flatnonzero(moved).tolist():
            result[row] = _shifted(shapes[row], shift[row])
        return result

    def placed(self, zones: ZoneSet) -> NDArray[np.object_]:
        """Return the parts of zones that lie near the result, on the plane, object (N,); empty where there are none."""
        near = self._near(zones)
        useful = np.flatnonzero(~shapely.is_empty(near))
        if zones.crs != self.crs or self.near_x is not None:
            longest = max(self.bounds[2] - self.bounds[0], self.bounds[3] - self.bounds[1]) / _PIECES
            step = longest * _units(zones.crs) / _units(self.crs)
            dense = shapely.segmentize(near[useful], step) if zones.crs != self.crs and step > 0 else near[useful]
            moved = CrsTransform(zones.crs, self.crs, self.near_x).geometries(list(dense))
            near[useful] = _array(moved)
        for row in useful.tolist():
            near[row] = _mended(near[row])
        return near

    def _near(self, zones: ZoneSet) -> NDArray[np.object_]:
        """Return zones cut to the surroundings of the result, in their own CRS, each in the turn of the result."""
        turn = whole_turn(zones.crs)
        shapes = zones.shapes
        box = self._box_in(zones.crs, turn)
        if box is None:
            return np.full(len(shapes), shapely.Polygon(), object)
        west, south, east, north = box
        if turn is not None and east - west > turn / 2:
            return shapes.copy()
        turns = (0.0,) if turn is None else (-turn, 0.0, turn)
        pieces = [_cut(shapes, (west + shift, south, east + shift, north), -shift) for shift in turns]
        return pieces[0] if turn is None else np.asarray(shapely.union_all(np.stack(pieces), axis=0), object)

    def _box_in(self, crs: CRS, turn: float | None) -> Box | None:
        """Return the surroundings of the result in another CRS; None where it cannot be expressed there."""
        west, south, east, north = self.bounds
        along = np.linspace(0.0, 1.0, _EDGE_POINTS)
        zero, one = np.zeros_like(along), np.ones_like(along)
        x = west + (east - west) * np.concatenate([along, along, zero, one])
        y = south + (north - south) * np.concatenate([zero, one, along, along])
        points = CrsTransform(self.crs, crs).points(x, y)
        points = points[:, np.isfinite(points).all(axis=0)]
        if not points.shape[1]:
            return None
        if turn is not None:
            points[0] = nearest_turn(crs, points[0], float(points[0, 0]))
        low, high = points.min(axis=1), points.max(axis=1)
        margin = _MARGIN * float((high - low).max()) + 1e-9
        return float(low[0]) - margin, float(low[1]) - margin, float(high[0]) + margin, float(high[1]) + margin


def _around(boxes: NDArray[np.float64]) -> Box:
    west, south = boxes[:, :2].min(axis=0).tolist()
    east, north = boxes[:, 2:].max(axis=0).tolist()
    return west, south, east, north


def _grown(box: Box) -> Box:
    west, south, east, north = box
    margin = _MARGIN * max(east - west, north - south)
    return west - margin, south - margin, east + margin, north + margin


def _units(crs: CRS) -> float:
    """Return about how many units of a CRS a metre is."""
    if crs.is_geographic:
        return 1.0 / (float(crs.units_factor[1]) * 6_371_000.0)
    return 1.0 / float(crs.linear_units_factor[1])


def _cut(shapes: NDArray[np.object_], box: Box, shift: float) -> NDArray[np.object_]:
    """Return what of each geometry lies in a box, moved along x; empty where there is nothing."""
    west, south, east, north = box
    bounds = shapely.bounds(shapes)
    meets = (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    within = meets & (bounds[:, :2] >= (west, south)).all(axis=1) & (bounds[:, 2:] <= (east, north)).all(axis=1)
    parts = np.full(len(shapes), shapely.Polygon(), object)
    parts[within] = shapes[within]
    across = meets & ~within
    parts[across] = shapely.intersection(shapes[across], shapely.box(west, south, east, north))
    if shift:
        for row in np.flatnonzero(meets).tolist():
            parts[row] = _shifted(parts[row], shift)
    return parts


def _shifted(shape: shapely.Geometry, shift: float) -> shapely.Geometry:
    return shapely.transform(shape, lambda points: points + np.array([shift, 0.0]))


def _mended(shape: shapely.Geometry) -> shapely.Polygon | shapely.MultiPolygon:
    """Return the polygons of a geometry; empty for what has no place on the plane."""
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return shapely.Polygon()
    return polygonal(shape if shapely.is_valid(shape) else shapely.make_valid(shape))


def _array(shapes: list[BaseGeometry]) -> NDArray[np.object_]:
    array = np.empty(len(shapes), object)
    array[:] = shapes
    return array
