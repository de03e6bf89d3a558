"""Counting: the buildings of a stored result by zone, in one pass over them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ...protocol.schema import SCENE_FIELD
from ...protocol.totals.review_sample import ReviewSample
from ..errors import InputError
from ..run.context import RunContext
from ..stored.result import StoredResult
from .building_rows import BuildingRows
from .counted_zones import CountedZones, counted
from .domain_sample import DomainSample
from .kinds.zone_set import ZoneSet
from .membership import zones_of
from .observation import observe, seen_area
from .plane import Plane
from .tally import Tally

Seen = shapely.Polygon | shapely.MultiPolygon
#: Makes zones of what was assessed, on the plane of a result.
ZoneMaker = Callable[[Seen, Plane], ZoneSet]


def count_zones(
    result: StoredResult, sample: ReviewSample | None, make: ZoneMaker, context: RunContext
) -> CountedZones:
    """Count the buildings of a result by zone.

    Args:
        result: the result, also a merged one.
        sample: its sample, None where there is none.
        make: makes the zones.
        context: warned where no zone lies near the result; asked whether to stop.

    Raises:
        InputError: the result has no assessed area (``result-open``), or cannot be read.
        EngineError: of the zones.
    """
    plane, seen = looked_at(result)
    zones = make(seen, plane)
    context.check()
    placed = plane.placed(zones)
    observation = observe(zones, placed, seen, plane)
    context.check()
    if not observation.seen_m2.any():
        context.warning(
            "zones-outside", "no zone shares ground with the assessed area, check the place and the CRS of the zones"
        )
    tally = Tally(len(zones))
    domains = None if sample is None else DomainSample(sample, len(zones))
    for frame in result.buildings(no_building=True):
        context.check()
        rows = BuildingRows.of(frame, result.crs)
        shapes = plane.own(rows.shapes)
        wider = plane.reaching(shapes)
        if wider is not plane:  # somebody drew a building far away
            plane, placed = wider, wider.placed(zones)
        owners = zones_of(shapes, placed)
        tally.add(owners, rows.final, rows.areas_m2)
        if domains is not None:
            domains.add(owners, rows)
    return counted(zones, tally, observation, domains, result.totals())


def looked_at(result: StoredResult) -> tuple[Plane, Seen]:
    """Return the plane of a result, and what was assessed on it.

    Raises:
        InputError: it has no assessed area (``result-open``), or cannot be read.
    """
    assessed, hidden = result.assessed_area(), result.not_visible()
    if not len(assessed):
        raise InputError(
            f"{result.path.name} has no assessed area", "give the GeoPackage of an assessment", "result-open"
        )
    plane = Plane.around(result.crs, shapely.bounds(_parts(assessed, None)))
    # what clouds hide in one scene may be seen in another
    scenes = sorted(set(assessed[SCENE_FIELD]), key=str) if SCENE_FIELD in assessed.columns else [None]
    seen = seen_area([_parts(assessed, scene) for scene in scenes], [_parts(hidden, scene) for scene in scenes], plane)
    return plane, seen


def _parts(frame: GeoDataFrame, scene: str | None) -> NDArray[np.object_]:
    """Return the polygons of a scene, of all where None."""
    shapes = np.asarray(frame.geometry.array, object)
    if scene is not None:
        shapes = shapes[np.asarray(frame[SCENE_FIELD] == scene)]
    return np.asarray(shapely.get_parts(shapes), object)
