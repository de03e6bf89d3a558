"""The area of interest: polygons that say where to look."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.features import geometry_mask

from .errors import InputError
from .events import EventSink
from .features import feature_pages
from .geodesy import reproject
from .georeference import Georeference, frame, polygonal, whole_turn
from .vector_source import AREA, open_polygons, reading


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
        (moved,) = reproject([dense], self.crs, crs, near_x)
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


def read_area(path_or_uri: str, events: EventSink) -> AreaOfInterest:
    """Read the area of interest from a vector source and merge its polygons.

    Args:
        path_or_uri: anything OGR opens, also with the additions of QGIS: ``path|layername=NAME|subset=CONDITION``.
            Without a layer name all polygon layers count.
        events: told what was assumed, and what was left out.

    Raises:
        InputError: the source is missing (``aoi-open``), empty (``aoi-empty``), without CRS (``aoi-crs``) or holds
            nothing but points and lines (``aoi-type``) or broken polygons (``aoi-coordinates``).
    """
    source = open_polygons(path_or_uri, AREA, events)
    name, crs = source.name, source.layers[0].crs
    parts: list[shapely.Polygon | shapely.MultiPolygon] = []
    features = others = strange = 0
    with reading(path_or_uri, AREA):
        for layer in source.layers:
            found: list[shapely.Geometry] = []
            for page in feature_pages(layer):
                if page.polygons.broken:
                    raise AREA.refuse(
                        "coordinates", f"{name} holds a polygon with broken coordinates", "draw that polygon again"
                    )
                features += len(page.fids)
                others += page.polygons.others
                strange += page.polygons.strange
                found.extend(page.polygons.shapes)
            if found:
                merged = polygonal(shapely.union_all(np.array(found, object)))
                parts.append(AreaOfInterest(merged, layer.crs).in_crs(crs).geometry)
    if not parts and others:
        raise AREA.refuse("type", f"{name} holds points or lines", "give a polygon layer as area of interest")
    if not parts:
        wrong = "the polygons of {} have no area" if features else "{} holds no polygon"
        raise AREA.refuse("empty", wrong.format(name), "draw or select at least one polygon")
    if others or strange:
        events.warning(
            "aoi-others",
            f"{others + strange} features of {name} are points, lines or surfaces that cannot be used and were left"
            " out: only polygons count as area of interest",
        )
    return AreaOfInterest(polygonal(shapely.union_all(parts)), crs)
