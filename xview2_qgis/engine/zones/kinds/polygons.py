"""Zones that a user names: the polygons of a layer, such as administrative units, with their names."""

from __future__ import annotations

from collections import Counter

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from ....protocol.public_name import public_name
from ...errors import brief
from ...geo.crs import CrsTransform
from ...geo.polygons import polygonal
from ...run.context import RunContext
from ...vector.features import feature_pages
from ...vector.polygon_layer import PolygonLayer
from ...vector.purpose import ZONES
from ...vector.source import VectorSource, open_polygons, reading
from .antimeridian import unrolled
from .zone_set import ZoneOrigin, ZoneSet, shape_array

#: Fields with names, in small letters; the first that a layer has counts. After them those that end in ``name``.
NAME_FIELDS = (
    "name", "shapename", "zone", "zone_name", "name_en", "adm4_en", "adm3_en", "adm2_en", "adm1_en", "name_4", "name_3",
    "name_2", "name_1", "district", "municipality", "commune", "province", "nombre", "nom", "label",
)  # fmt: skip


def read_zones(address: str, name_field: str | None, context: RunContext) -> ZoneSet:
    """Read the zones of a layer, mended where they are invalid.

    Args:
        address: anything OGR opens, also ``path|layername=NAME|subset=CONDITION``.
        name_field: field with the names; None to find it by its name. A zone without a name gets its number.
        context: warned of what was assumed, and of what was left out; asked whether to stop.

    Raises:
        InputError: it cannot be opened (``zones-open``), has no CRS (``zones-crs``), holds no polygons (``zones-type``,
            ``zones-empty``) or one with broken coordinates (``zones-coordinates``), or there is no such field
            (``zones-field``).
    """
    source = open_polygons(address, ZONES, context.events)
    crs = source.layers[0].crs
    shapes: list[object] = []
    names: list[str | None] = []
    left_out = 0
    with reading(address, ZONES):
        for layer in source.layers:
            field = _name_field(layer, name_field, source)
            for page in feature_pages(layer, None, [field] if field else [], context.check):
                polygons = page.polygons
                if polygons.broken:
                    raise ZONES.refuse(
                        "coordinates", f"{source.name} holds a polygon with broken coordinates",
                        "draw that polygon again",
                    )  # fmt: skip
                left_out += polygons.others + polygons.empty + polygons.strange
                shapes += _in_one_crs(list(polygons.shapes), layer, source)
                names += [page.ids[row] for row in polygons.rows.tolist()]
    if not shapes:
        raise ZONES.refuse("empty", f"{source.name} holds no polygon with an area", "draw or select at least one zone")
    if left_out:
        context.warning(
            "zones-others",
            f"{left_out} features of {source.name} have no area (points, lines, empty or broken outlines) and were left"
            " out: only polygons count as zones",
        )
    origin = ZoneOrigin("polygons", brief(public_name(address.partition("|")[0])))
    return ZoneSet(_told_apart(names), unrolled(shape_array(shapes), crs), crs, origin)


def _name_field(layer: PolygonLayer, wanted: str | None, source: VectorSource) -> str | None:
    fields = {name.lower(): name for name in layer.fields}
    if wanted is None:
        known = [name for name in NAME_FIELDS if name in fields]
        known += [name for name in fields if name.endswith("name")]
        return fields[known[0]] if known else None
    if wanted in layer.fields:
        return wanted
    if wanted.lower() not in fields:
        there = brief(", ".join(layer.fields), 300) or "none"
        raise ZONES.refuse("field", f"{source.name} has no field {brief(wanted)}", f"it has: {there}")
    return fields[wanted.lower()]


def _in_one_crs(shapes: list[BaseGeometry], layer: PolygonLayer, source: VectorSource) -> list[object]:
    """Return polygons in the CRS of the first layer."""
    crs = source.layers[0].crs
    if layer.crs == crs:
        return list(shapes)
    moved = CrsTransform(layer.crs, crs).geometries(shapes)
    if not np.isfinite(shapely.get_coordinates(moved)).all():
        raise ZONES.refuse(
            "crs", f"layer {layer.layer} of {source.name} cannot be brought into the CRS of the first",
            "give one layer, with |layername=NAME behind the path",
        )  # fmt: skip
    return [polygonal(shapely.make_valid(shape)) for shape in moved]


def _told_apart(names: list[str | None]) -> tuple[str, ...]:
    """Return a name for each zone; equal names get the number of the zone behind them."""
    given = [" ".join((name or "").split()) or str(number) for number, name in enumerate(names, 1)]
    often = {name for name, count in Counter(given).items() if count > 1}
    return tuple(f"{name} ({number})" if name in often else name for number, name in enumerate(given, 1))
