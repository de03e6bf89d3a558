"""Fields in which footprints have their ids.

Standard library only: the plugin copies layers with the same fields.
"""

from __future__ import annotations

#: In small letters; of each footprint the first counts that holds something. OpenStreetMap has several.
ID_FIELDS = (
    "id", "footprint_id", "building_id", "osm_id", "full_id", "osm_way_id", "uuid", "gml_id", "ogc_fid",
    "full_plus_code",
)  # fmt: skip
