"""Polygons: those of any geometry, and the outline of a raster."""

from __future__ import annotations

import shapely
from affine import Affine


def frame(transform: Affine, width: int, height: int) -> shapely.Polygon:
    """Return the outline of a raster of that size, in the CRS that the transform leads to."""
    return shapely.Polygon([transform @ corner for corner in ((0, 0), (width, 0), (width, height), (0, height))])


def polygonal(geometry: shapely.Geometry) -> shapely.Polygon | shapely.MultiPolygon:
    """Return only the polygons of a geometry; mending and cutting leave lines and points behind."""
    if isinstance(geometry, shapely.Polygon | shapely.MultiPolygon):
        return geometry
    parts = shapely.get_parts(geometry)
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():  # collections may hold collections
        parts = shapely.get_parts(parts)
    return shapely.MultiPolygon([part for part in parts if isinstance(part, shapely.Polygon)])
