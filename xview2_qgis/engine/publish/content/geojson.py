"""Features of GeoJSON (RFC 7946): longitude and latitude to the centimetre."""

from __future__ import annotations

from collections.abc import Mapping

import shapely

_DIGITS = 7


def feature(outline: shapely.Polygon | shapely.MultiPolygon, properties: Mapping[str, object]) -> dict[str, object]:
    """Return a feature as JSON has it.

    Args:
        outline: in degrees.
        properties: its properties, of types that JSON has.
    """
    parts = [[_ring(part.exterior), *map(_ring, part.interiors)] for part in shapely.get_parts(outline).tolist()]
    single = len(parts) == 1
    geometry = {"type": "Polygon" if single else "MultiPolygon", "coordinates": parts[0] if single else parts}
    return {"type": "Feature", "properties": dict(properties), "geometry": geometry}


def _ring(ring: shapely.LinearRing) -> list[list[float]]:
    return [[round(x, _DIGITS), round(y, _DIGITS)] for x, y in ring.coords]
