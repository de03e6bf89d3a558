"""The files behind layers, so that no result is written over what it is made from.

A layer's source is seldom just a path: ``GPKG:file:table``, ``file|layername=…``, ``NETCDF:"file":variable``. The
file has to be taken out of it before it is compared with the name of an output.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from qgis.core import QgsMapLayer, QgsProject, QgsProviderRegistry, QgsRasterLayer
from qgis.PyQt.QtCore import QFile, QIODevice, QXmlStreamReader

# of an address; what has more is no address but the data themselves, as GeoJSON may be
_MOST_PARTS = 16
_LARGEST = 2**26  # bytes of a virtual raster; a mosaic of 50 000 images has 5 × 10^7
_MOST_FILES = 100_000
_PART_TAGS = ("SourceFilename", "SourceDataset")  # of mosaics and of warped rasters


def layer_file(layer: QgsMapLayer) -> str:
    """Return the file that the source of a layer names; empty for layers without one, such as memory layers."""
    # in older versions of QGIS not every kind of layer knows its provider
    return source_file(getattr(layer, "providerType", str)(), layer.source())


def layer_files(layer: QgsMapLayer) -> set[str]:
    """Return all files that a layer reads, as far as QGIS knows them."""
    return _with_parts(layer_file(layer))


def layer_of_file(project: QgsProject, source: str) -> QgsRasterLayer | None:
    """Return the layer of a project that shows an image; None where none does.

    Args:
        project: its layers are looked through.
        source: path or address of the image, as the engine is given it.
    """
    file = source_file("gdal", source)
    rasters = (layer for layer in project.mapLayers().values() if isinstance(layer, QgsRasterLayer))
    return next((layer for layer in rasters if file and layer_file(layer) == file), None)


def source_file(provider: str, source: str) -> str:
    """Return the file that a source of a provider names, or an empty text."""
    path = str(QgsProviderRegistry.instance().decodeUri(provider, source).get("path") or "")
    file = _file_in(path) if provider in ("gdal", "ogr") else path
    return os.path.abspath(file) if file else ""


def source_files(provider: str, source: str) -> set[str]:
    """Return all files that a source of a provider reads, as far as QGIS knows them."""
    return _with_parts(source_file(provider, source))


def overwritten_input(outputs: Iterable[str], inputs: Iterable[str]) -> str | None:
    """Return the first of the outputs that is one of the input files under whatever name, or None."""
    inputs = tuple(inputs)
    return next((output for output in outputs if any(_same(output, file) for file in inputs)), None)


def _file_in(text: str) -> str:
    """Return the file that a GDAL address names: the longest run of its parts between colons that exists."""
    parts = text.split(":")
    count = len(parts)
    if count > _MOST_PARTS:
        return ""
    for length in range(count, 0, -1):
        for start in range(count - length + 1):
            candidate = ":".join(parts[start:][:length]).strip('"')
            if candidate and os.path.isfile(candidate):
                return candidate
    return ""


def _with_parts(file: str) -> set[str]:
    if not file:
        return set()
    found, unread = {file}, [file]
    while unread and len(found) < _MOST_FILES:  # a virtual raster may be made of others
        parts = _parts(unread.pop()) - found
        found |= parts
        unread += parts
    return found


def _parts(file: str) -> set[str]:
    """Return the files that a virtual raster of GDAL is made of."""
    # a pipe would make QGIS wait for ever, and a text so long is no work of GDAL's
    if not file.lower().endswith(".vrt") or not os.path.isfile(file) or os.path.getsize(file) > _LARGEST:
        return set()
    beside = os.path.dirname(file)
    named = (os.path.join(beside, text) if relative else text for text, relative in _named_parts(file))
    return {os.path.abspath(part) for part in map(_file_in, named) if part}


def _named_parts(file: str) -> list[tuple[str, bool]]:
    """Return the texts of a virtual raster that name a part, and whether they are relative to it; none if it is broken.

    A stranger's file, so one that declares a type, and with it may declare entities, is left alone: GDAL writes none.
    """
    device = QFile(file)
    if not device.open(QIODevice.OpenModeFlag.ReadOnly):
        return []
    try:
        reader, found = QXmlStreamReader(device), []
        while not reader.atEnd():
            kind = reader.readNext()
            if kind == QXmlStreamReader.TokenType.DTD:
                return []
            if kind == QXmlStreamReader.TokenType.StartElement and reader.name() in _PART_TAGS:
                relative = reader.attributes().value("relativeToVRT") == "1"
                text = reader.readElementText(QXmlStreamReader.ReadElementTextBehaviour.SkipChildElements).strip()
                if text:
                    found.append((text, relative))
        return [] if reader.hasError() else found
    finally:
        device.close()


def _same(output: str, file: str) -> bool:
    # a file that does not exist cannot be lost; samefile knows links, and names without case on Windows and macOS
    return os.path.exists(output) and os.path.exists(file) and os.path.samefile(output, file)
