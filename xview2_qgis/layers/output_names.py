"""Names for the files of a result: which QGIS can open again, and which may be proposed."""

from __future__ import annotations

import os
import re
from pathlib import Path

from ..i18n.translation import tr

# QGIS hands the path to SQLite as an address, in which such a group stands for a letter
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}")
# extensions of geodata: typed at the end, one of them means the kind of file; in town.v2 it is a part of the name
_FORMATS = (
    ".shp", ".gpkg", ".geojson", ".json", ".kml", ".kmz", ".gml", ".gdb", ".tab", ".mif", ".csv", ".xlsx", ".sqlite",
    ".fgb", ".parquet", ".dxf", ".zip", ".tif", ".tiff", ".img", ".vrt", ".jp2", ".png", ".jpg", ".html", ".htm",
    ".pdf",
)  # fmt: skip
_SAME = {".tif": (".tif", ".tiff"), ".html": (".html", ".htm")}
# what follows is no longer the path for QGIS
_ADDITION = re.compile(r"\|(?:(?:layername|layerid|subset|geometrytype)=|option:)", re.IGNORECASE)


def unopenable(path: str) -> str | None:
    """Return why QGIS could not open a GeoPackage of this path, or None."""
    found = _ESCAPED.search(path) or _ADDITION.search(path)
    if found is None:
        return None
    text = tr("QGIS cannot open a GeoPackage with “{part}” in its path: “{path}”. Choose another name or folder.")
    return text.format(part=found.group(), path=path)


def is_plain(path: str) -> bool:
    """Return whether QGIS and the engine both take a path; in the engine ! and | have a meaning of their own."""
    return not set("!|") & set(path) and unopenable(path) is None


def plain_name(text: str) -> str:
    """Return a file name without the signs that some program takes for something else."""
    return re.sub(r"[\W_]+", "_", _ESCAPED.sub("_", text)).strip("_")[:60]


def with_extension(path: str, extension: str) -> str:
    """Return a path as it will be written: absolute, and with the extension of its kind; empty where nothing is given.

    Args:
        path: as it was typed; ``~`` is the home folder.
        extension: ``.gpkg``, ``.tif`` or ``.html``; that of another kind of file is replaced, any other stays.
    """
    path = os.path.expanduser(path.strip())
    if not path:
        return ""
    if not path.lower().endswith(_SAME.get(extension, (extension,))):
        stem, typed = os.path.splitext(path)
        path = (stem if typed.lower() in _FORMATS else path) + extension
    return os.path.abspath(path)


def free_stem(folder: Path, stem: str, extensions: tuple[str, ...]) -> str:
    """Return a name under which the folder holds no file with any of the extensions: the same for all of a result."""
    candidate, number = stem, 2
    while any((folder / f"{candidate}{extension}").exists() for extension in extensions):
        candidate = f"{stem}_{number}"
        number += 1
    return candidate
