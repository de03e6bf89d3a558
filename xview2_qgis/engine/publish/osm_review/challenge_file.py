"""A file for MapRoulette: one task a line (RFC 7464), each a building with its tags, and the object it is about."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from ..content.building_row import BuildingRow
from ..content.geojson import feature
from .tags import osm_object

_SEPARATOR = "\x1e"  # which MapRoulette wants before each task


def append_tasks(path: Path, buildings: Iterable[tuple[BuildingRow, dict[str, str]]]) -> None:
    """Append tasks to the file.

    Args:
        path: the file, made by the first call.
        buildings: each with its tags.

    Raises:
        OSError: it cannot be written.
    """
    with path.open("a", encoding="utf-8", newline="\n") as file:
        for row, tags in buildings:
            known = osm_object(row.footprint_id)
            properties = {**({"@id": known} if known else {}), **tags, "confidence": _rounded(row.confidence)}
            task = {"type": "FeatureCollection", "features": [feature(row.outline, properties)]}
            file.write(f"{_SEPARATOR}{json.dumps(task, ensure_ascii=False)}\n")


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
