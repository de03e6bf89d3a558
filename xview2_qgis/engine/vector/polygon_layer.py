"""A layer of a vector source that may hold polygons, and how it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasterio.crs import CRS

from .file import VectorFile

#: Encoding that knows a letter for every byte.
SINGLE_BYTE = "ISO-8859-1"


@dataclass(frozen=True)
class PolygonLayer:
    """A layer of a vector source that may hold polygons.

    Attributes:
        file: what OGR opens.
        source_name: name of the file for messages.
        layer: name or number of the layer in it.
        condition: which features count, or a ``SELECT`` statement; None for all.
        geometry_type: kind of geometries that counts, None for all.
        crs: CRS of the layer.
        fields: names of its fields.
        indexed: the layer finds what lies in a box without reading everything.
        single_byte: its texts are read as ISO-8859-1, because they are not in the encoding that the file declares.
        features: number of all of its features, whatever the condition, as the file declares it; -1 where that is
            unknown before everything is read.
        counted: that number is one on which it can be relied to notice a file that breaks off.
    """

    file: VectorFile
    source_name: str
    layer: str | int
    condition: str | None
    geometry_type: str | None
    crs: CRS
    fields: tuple[str, ...] = ()
    indexed: bool = False
    single_byte: bool = False
    features: int = -1
    counted: bool = False

    @property
    def selection(self) -> dict[str, Any]:
        """Arguments of pyogrio besides the path, to read what counts."""
        chosen: dict[str, Any] = dict(self.file.open_options)
        if self.single_byte:
            chosen["encoding"] = SINGLE_BYTE
        if is_statement(self.condition):
            return chosen | {"sql": self.condition}
        return chosen | {"layer": self.layer, "where": self.condition}


def is_statement(condition: str | None) -> bool:
    """Return whether a filter is a whole statement, which QGIS allows, too."""
    return (condition or "").lstrip()[:7].upper() == "SELECT "
