"""Names for the files of a result: which QGIS can open again, and which may be proposed."""

from __future__ import annotations

import re

from qgis.PyQt.QtCore import QCoreApplication

# QGIS hands the path to SQLite as an address, in which such a group stands for a letter
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}")
# what follows is no longer the path for QGIS
_ADDITION = re.compile(r"\|(?:(?:layername|layerid|subset|geometrytype)=|option:)", re.IGNORECASE)


def unopenable(path: str) -> str | None:
    """Return why QGIS could not open a GeoPackage of this path, or None."""
    found = _ESCAPED.search(path) or _ADDITION.search(path)
    if found is None:
        return None
    text = QCoreApplication.translate(
        "OutputNames",
        "QGIS cannot open a GeoPackage with “{part}” in its path: “{path}”. Choose another name or folder.",
    )
    return text.format(part=found.group(), path=path)


def is_plain(path: str) -> bool:
    """Return whether QGIS and the engine both take a path; in the engine ! and | have a meaning of their own."""
    return not set("!|") & set(path) and unopenable(path) is None


def plain_name(text: str) -> str:
    """Return a file name without the signs that some program takes for something else."""
    return re.sub(r"[\W_]+", "_", _ESCAPED.sub("_", text)).strip("_")[:60]
