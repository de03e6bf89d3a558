"""The layer of the excluded area: which polygons a user names as not visible."""

from __future__ import annotations

from ...run.events import EventSink
from ...vector.purpose import EXCLUDED
from ..area_layer import NoPolygons, read_polygons
from ..area_of_interest import AreaOfInterest


def read_excluded(path_or_uri: str, events: EventSink) -> AreaOfInterest | None:
    """Read the excluded area; None, with a warning, where nothing in the source has an area.

    An image without clouds has an empty layer of them, and a run over many images has both.

    Args:
        path_or_uri: as of :func:`read_polygons`.
        events: the same, and warned of an empty source (``exclude-empty``).

    Raises:
        InputError: as of :func:`read_polygons`.
    """
    read = read_polygons(path_or_uri, EXCLUDED, events)
    if isinstance(read, NoPolygons):
        events.warning("exclude-empty", f"{read.fault}: nothing is left out as not visible")
        return None
    return read
