"""Vector layers of QGIS as the engine opens them.

The engine opens what OGR opens. Layers that exist only inside QGIS (memory layers, selections, filters, joins, database
views) are written to a temporary GeoPackage.
"""

from __future__ import annotations

import codecs
import os
import re
from pathlib import Path

from qgis.core import (
    QgsDataProvider,
    QgsProviderRegistry,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorLayerSelectedFeatureSource,
    QgsWkbTypes,
)

from ..i18n.translation import tr
from .polygon_copy import copy_path, copy_polygons
from .unusable_layer import UnusableLayerError

_SHAPEFILE = "ESRI Shapefile"  # its letters are read in the code page that is set in QGIS
#: Formats that need no copy; of others one GDAL knows what another does not, and the engine opens a few only.
_SHARED_FORMATS = ("GPKG", "GeoJSON", "FlatGeobuf", _SHAPEFILE)
_POLYGON_TYPES = ("Polygon", "MultiPolygon", "CurvePolygon", "MultiSurface")


def plain_file(layer: QgsVectorLayer, *, with_ids: bool = False) -> str | None:
    """Return what the engine opens, without a copy, to see exactly what a vector layer shows; None where nothing does.

    That is a file of a format that the engine is sure to read as QGIS does, or ``file|layername=NAME``.

    Args:
        layer: the layer.
        with_ids: the ids of the features matter.
    """
    if layer.providerType() != "ogr" or layer.subsetString() or layer.isEditable() or layer.vectorJoins():
        return None
    if layer.storageType() not in _SHARED_FORMATS:
        return None
    parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    path = str(parts.get("path") or "")
    # of an archive QGIS names the archive alone, which may hold more than this layer
    if not os.path.isfile(path) or any(parts.get(part) for part in ("vsiPrefix", "geometryType", "openOptions")):
        return None
    # curves are straightened by QGIS as it draws them
    if layer.crs() != layer.dataProvider().crs() or QgsWkbTypes.isCurvedType(layer.wkbType()):
        return None
    if len(layer.dataProvider().subLayers()) != 1:
        return None
    if with_ids and layer.storageType() == _SHAPEFILE and not _in_code_page(layer, path):
        return None
    # a provider that was given one layer does not list the others in the file
    name, number = parts.get("layerName"), parts.get("layerId")
    addition = f"|layername={name}" if isinstance(name, str) and name else ""
    if not addition and isinstance(number, int):
        addition = f"|layerid={number}"
    # characters with which the engine separates a path from what follows, and an archive from what is in it
    unclear = "|" in path + str(name) or "!" in path
    return None if unclear else os.path.abspath(path) + addition


def _in_code_page(layer: QgsVectorLayer, path: str) -> bool:
    """Return whether QGIS reads a Shapefile in the code page of its .cpg file, and not in one that the user set."""
    try:
        named = Path(path).with_suffix(".cpg").read_text(encoding="ascii").strip()
        # "88591" and "1252" are ESRI's short names
        named = re.sub(r"^8859(\d+)$", r"iso8859-\1", named)
        named = re.sub(r"^(\d{3,4})$", r"cp\1", named)
        return codecs.lookup(named).name == codecs.lookup(layer.dataProvider().encoding()).name
    except (OSError, UnicodeError, LookupError):
        return False


def table_file(layer: QgsVectorLayer) -> str | None:
    """Return the file of a table of separated values that QGIS shows without its outlines, None for other layers.

    The engine knows the outlines in tables of Google's Open Buildings and in lines of Microsoft's building footprints.
    """
    if layer.providerType() != "ogr" or layer.isSpatial() or layer.storageType() != "CSV" or layer.subsetString():
        return None
    parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    path = str(parts.get("path") or "")
    packed = parts.get("vsiPrefix") not in (None, "", "/vsigzip/")
    return os.path.abspath(path) if os.path.isfile(path) and not packed and not parts.get("vsiSuffix") else None


def layers_of_file(layer: QgsVectorLayer) -> list[str]:
    """Return the polygon layers of the file that a layer comes from, none where its source names one of them.

    QGIS takes the first one; who gives a file in the place of a layer may mean another one, or all of them.
    """
    if layer.providerType() != "ogr":
        return []
    parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    if isinstance(parts.get("layerName"), str) or isinstance(parts.get("layerId"), int):
        return []
    listed = [text.split(QgsDataProvider.sublayerSeparator()) for text in layer.dataProvider().subLayers()]
    names = dict.fromkeys(entry[1] for entry in listed if len(entry) > 3 and entry[3].startswith(_POLYGON_TYPES))
    return list(names)


def vector_source(
    layer: QgsVectorLayer,
    folder: Path,
    name: str,
    selected_only: bool = False,
    *,
    with_ids: bool = False,
    within: QgsRectangle | None = None,
) -> str:
    """Return what OGR opens for a vector layer; layers that are no plain file are written to a GeoPackage.

    Args:
        layer: the layer.
        folder: where temporary files may be written.
        name: what the polygons are for: ``area`` or ``footprints``.
        selected_only: take the selected features only.
        with_ids: the ids of the features matter.
        within: box in the CRS of the layer outside which no feature is needed, or None.

    Raises:
        UnusableLayerError: nothing is selected, or the features cannot be written.
    """
    if not layer.isValid():
        raise UnusableLayerError(
            tr("The layer “{}” cannot be read; its file may have been moved or deleted.").format(layer.name())
        )
    if selected_only and layer.selectedFeatureCount() == 0:
        raise UnusableLayerError(tr("No feature of “{}” is selected.").format(layer.name()))
    plain = None if selected_only else plain_file(layer, with_ids=with_ids)
    if plain is not None:
        return plain
    source = QgsVectorLayerSelectedFeatureSource(layer) if selected_only else layer
    return copy_polygons(source, copy_path(source, folder, name), with_ids=with_ids, within=within)
