"""The layer of the area of interest: which polygons a user names, merged into one."""

from __future__ import annotations

import numpy as np
import shapely

from ..geo.polygons import polygonal
from ..run.events import EventSink
from ..vector.features import feature_pages
from ..vector.purpose import AREA
from ..vector.source import open_polygons, reading
from .area_of_interest import AreaOfInterest


def read_area(path_or_uri: str, events: EventSink) -> AreaOfInterest:
    """Read the area of interest from a vector source and merge its polygons.

    Args:
        path_or_uri: anything OGR opens, also with the additions of QGIS: ``path|layername=NAME|subset=CONDITION``.
            Without a layer name all polygon layers count.
        events: warned of what was assumed, and of what was left out.

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
