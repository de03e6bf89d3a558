"""Layers that are an area: which polygons a user names as area of interest or as excluded, merged into one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from ..geo.polygons import polygonal
from ..run.events import EventSink
from ..vector.features import feature_pages
from ..vector.purpose import AREA, Purpose
from ..vector.source import open_polygons, reading
from .area_of_interest import AreaOfInterest


def read_area(path_or_uri: str, events: EventSink) -> AreaOfInterest:
    """Read the area of interest.

    Args:
        path_or_uri: as of :func:`read_polygons`.
        events: the same.

    Raises:
        InputError: as of :func:`read_polygons`, and the source holds nothing that has an area (``aoi-empty``).
    """
    read = read_polygons(path_or_uri, AREA, events)
    if isinstance(read, NoPolygons):
        raise AREA.refuse("empty", read.fault, "draw or select at least one polygon")
    return read


@dataclass(frozen=True)
class NoPolygons:
    """What is wrong with a source in which nothing has an area.

    Attributes:
        fault: the fault, with the name of the source.
    """

    fault: str


def read_polygons(path_or_uri: str, purpose: Purpose, events: EventSink) -> AreaOfInterest | NoPolygons:
    """Read a vector source and merge its polygons.

    Args:
        path_or_uri: anything OGR opens, also with the additions of QGIS: ``path|layername=NAME|subset=CONDITION``.
            Without a layer name all polygon layers count.
        purpose: what the polygons are for.
        events: warned of what was assumed, and of what was left out.

    Raises:
        InputError: the source is missing (``…-open``), without CRS (``…-crs``) or holds nothing but points and lines
            (``…-type``) or broken polygons (``…-coordinates``).
    """
    source = open_polygons(path_or_uri, purpose, events)
    name, crs = source.name, source.layers[0].crs
    parts: list[shapely.Polygon | shapely.MultiPolygon] = []
    features = others = strange = 0
    with reading(path_or_uri, purpose):
        for layer in source.layers:
            found: list[shapely.Geometry] = []
            for page in feature_pages(layer):
                if page.polygons.broken:
                    raise purpose.refuse(
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
        raise purpose.refuse("type", f"{name} holds points or lines", f"give a polygon layer as {purpose.plain}")
    if not parts:
        return NoPolygons(f"the polygons of {name} have no area" if features else f"{name} holds no polygon")
    if others or strange:
        events.warning(
            f"{purpose.prefix}-others",
            f"{others + strange} features of {name} are points, lines or surfaces that cannot be used and were left"
            f" out: only polygons count as {purpose.plain}",
        )
    return AreaOfInterest(polygonal(shapely.union_all(parts)), crs)
