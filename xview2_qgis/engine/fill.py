"""Fill: areas without data that nothing in the file declares."""

from __future__ import annotations

from rasterio.io import DatasetReader
from rasterio.windows import Window

from .raster_source import RasterSource
from .raster_window import read_window

#: White of the types in which collars of it are seen.
WHITE = {"uint8": 255, "uint16": 65535}
_PROBE = 64  # pixels: size of the windows along the border that are searched for white fill
_PROBES = 4  # along each edge


def bordered(dataset: DatasetReader, source: RasterSource, value: int) -> bool:
    """Whether two squares at the border of a raster have this value and no other: collars have, clouds seldom."""
    width, height = min(_PROBE, source.width), min(_PROBE, source.height)
    columns, rows = _apart(source.width), _apart(source.height)
    corners = {(column, row) for column in columns for row in (rows[0], rows[-1])}
    corners |= {(column, row) for row in rows for column in (columns[0], columns[-1])}
    found = 0
    for column, row in sorted(corners, key=lambda place: (place[1], place[0])):
        values, valid = read_window(dataset, source, Window(column, row, width, height))
        found += bool(valid.any() and (values == value).all())
        if found >= 2:
            return True
    return False


def _apart(length: int) -> list[int]:
    """Return where probes begin along an edge, so that none covers a part of another."""
    steps = min(_PROBES, length // _PROBE - 1)
    return [round((length - _PROBE) * step / steps) for step in range(steps + 1)] if steps > 0 else [0]
