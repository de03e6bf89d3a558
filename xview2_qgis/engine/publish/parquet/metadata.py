"""The metadata ``geo`` of a GeoParquet file, version 1.1.0 (https://geoparquet.org/releases/v1.1.0)."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pyproj

from .extent import Extent

GEOMETRY, BOX, NOTES = "geometry", "bbox", "xview2"
#: Corners of the box of each building, fields of the column :data:`BOX`.
CORNERS = ("xmin", "ymin", "xmax", "ymax")


def geo_metadata(extent: Extent, notes: Mapping[str, str]) -> str:
    """Return the value of the key ``geo``: longitude and latitude, shells counter-clockwise, a box for each row.

    Args:
        extent: of all outlines.
        notes: what is to be known of the buildings, by its title. It is a member of its own, which readers pass over,
            and no second key of the file: the order of several keys changes from one time to the next.
    """
    column: dict[str, object] = {
        "encoding": "WKB",
        "geometry_types": sorted(extent.types),
        "crs": pyproj.CRS.from_user_input("OGC:CRS84").to_json_dict(),
        "edges": "planar",
        "orientation": "counterclockwise",
        "covering": {BOX: {corner: [BOX, corner] for corner in CORNERS}},
    }
    if extent.bounds is not None:
        column["bbox"] = extent.bounds
    found = {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}, NOTES: dict(notes)}
    return json.dumps(found, ensure_ascii=False)
