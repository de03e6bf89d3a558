"""The area of interest: polygons within which buildings are assessed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.features import geometry_mask

from ..errors import InputError
from ..geo.crs import CrsTransform, whole_turn
from ..geo.georeference import Georeference
from ..geo.polygons import frame, polygonal


@dataclass(frozen=True)
class AreaOfInterest:
    """One valid polygon or multipolygon with its CRS.

    Attributes:
        geometry: the area, in two dimensions.
        crs: CRS of the geometry.
    """

    geometry: shapely.Polygon | shapely.MultiPolygon
    crs: CRS

    def __post_init__(self) -> None:
        shapely.prepare(self.geometry)

    def copy(self) -> AreaOfInterest:
        """Return the same area for another thread; GEOS prepares a geometry for one thread at a time."""
        return AreaOfInterest(shapely.transform(self.geometry, lambda points: points), self.crs)

    def in_crs(self, crs: CRS, near_x: float | None = None) -> AreaOfInterest:
        """Return the area in another CRS. Long edges are densified first, because they bend.

        Args:
            crs: CRS wanted.
            near_x: an x coordinate of the scene in it, from which longitudes are counted on across the antimeridian.

        Raises:
            InputError: the area cannot be expressed there (``aoi-outside``).
        """
        if crs == self.crs and near_x is None:
            return self
        west, south, east, north = self.geometry.bounds
        dense = shapely.segmentize(self.geometry, max(east - west, north - south) / 64)
        (moved,) = CrsTransform(self.crs, crs, near_x).geometries([dense])
        if not np.isfinite(shapely.get_coordinates(moved)).all():
            raise InputError(
                "the area of interest lies too far from the images", "check its CRS and its position", "aoi-outside"
            )
        # one by one and then together: parts that come to lie on each other would cut each other out
        parts = shapely.make_valid(shapely.get_parts(moved))
        return AreaOfInterest(polygonal(shapely.union_all(parts)), crs)

    def near(self, place: Georeference) -> AreaOfInterest:
        """Return the part of the area around a raster, all of it where none is there.

        The far ends of a country or of the Earth have no place in a local projection.
        """
        outline, turn = place.outline(self.crs), whole_turn(self.crs)
        if outline is None:
            return self
        west, south, east, north = outline.bounds
        margin = max(east - west, north - south)
        if turn is not None and east - west + 2 * margin > turn / 2:
            return self
        # the area may count longitudes otherwise than the raster
        boxes = [
            shapely.box(west - margin + shift, south - margin, east + margin + shift, north + margin)
            for shift in ((0.0,) if turn is None else (-turn, 0.0, turn))
        ]
        part = polygonal(shapely.union_all([self.geometry.intersection(box) for box in boxes]))
        return self if part.is_empty else AreaOfInterest(part, self.crs)

    def intersects(self, bounds: tuple[float, float, float, float], crs: CRS) -> bool:
        """Return whether the area touches a box (west, south, east, north) in ``crs``. Cheap in its own CRS."""
        return bool(self.in_crs(crs).geometry.intersects(shapely.box(*bounds)))

    def mask(self, transform: Affine, shape: tuple[int, int]) -> NDArray[np.bool_]:
        """Return where pixel centres lie in the area, bool (H, W).

        Args:
            transform: pixel to the CRS of this area.
            shape: rows and columns.
        """
        height, width = shape
        seen = frame(transform, width, height)
        if not self.geometry.intersects(seen):
            return np.zeros(shape, dtype=bool)
        if self.geometry.contains(seen):
            return np.ones(shape, dtype=bool)
        # cutting first keeps a country of many vertices cheap for each tile; the margin keeps the cut off the pixels
        margin = max(abs(transform.a), abs(transform.b), abs(transform.d), abs(transform.e)) * 2
        west, south, east, north = seen.bounds
        near = polygonal(
            shapely.intersection(
                self.geometry, shapely.box(west - margin, south - margin, east + margin, north + margin)
            )
        )
        inside = geometry_mask([near], out_shape=shape, transform=transform, invert=True, all_touched=False)
        return np.asarray(inside, dtype=bool)
