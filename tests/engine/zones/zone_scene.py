"""Zones for tests, in metres from the origin of the scenes."""

from __future__ import annotations

import geopandas
import numpy as np
import shapely
from rasterio.crs import CRS
from shapely.geometry import box

from tests.engine.probability_scene import ORIGIN, UTM
from xview2_qgis.engine.zones.kinds.zone_set import ZoneOrigin, ZoneSet, shape_array
from xview2_qgis.engine.zones.plane import Plane


def place(east: float, south: float, width: float, height: float) -> shapely.Polygon:
    """A rectangle whose upper left corner lies so many metres from the origin."""
    x, y = ORIGIN[0] + east, ORIGIN[1] - south
    return box(x, y - height, x + width, y)


def zone_set(shapes, crs: CRS = UTM, names=None) -> ZoneSet:
    shapes = list(shapes)
    names = tuple(names or (f"zone {number}" for number in range(1, len(shapes) + 1)))
    return ZoneSet(names, shape_array(shapes), crs, ZoneOrigin("polygons", "zones.gpkg"))


def plane_around(*shapes, crs: CRS = UTM) -> Plane:
    return Plane.around(crs, shapely.bounds(np.array(shapes, object)).reshape(-1, 4))


def write_layer(path, shapes, crs="EPSG:32616", **fields):
    """Write polygons as a layer; return its path."""
    geopandas.GeoDataFrame(fields, geometry=list(shapes), crs=crs).to_file(path)
    return str(path)
