"""Raster layers of QGIS as the engine opens them.

The engine opens what GDAL opens; web services are refused, because their pictures have no fixed pixels.
"""

from __future__ import annotations

import os
import re

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsRasterLayer,
)

from ..i18n.translation import tr
from .unusable_layer import UnusableLayerError

#: Providers of QGIS that draw what a web service sends.
_WEB_SERVICES = {"wms": "WMS/XYZ", "wcs": "WCS", "arcgismapserver": "ArcGIS"}

_LOGIN = re.compile(r"\s*\bauthcfg=(?:'[^']*'|\"[^\"]*\"|\w+)")
_ADDITIONS_OF_QGIS = re.compile(r"\|(?:option|credential):")


def raster_source(layer: QgsRasterLayer) -> str:
    """Return what GDAL opens for a raster layer.

    Raises:
        UnusableLayerError: the layer is no GDAL raster, for example a WMS.
    """
    provider = layer.providerType()
    if provider != "gdal":
        service = _WEB_SERVICES.get(provider)
        reason = (
            tr("The layer “{name}” is a web service ({source}), not a raster file.")
            if service
            else tr("The layer “{name}” is not a raster file, but comes from “{source}”.")
        )
        raise _not_a_file(reason.format(name=layer.name(), source=service or provider.upper()))
    # QGIS appends its open options and credentials to what GDAL opens
    source = _ADDITIONS_OF_QGIS.split(layer.source())[0]
    if _LOGIN.search(source):
        source = _LOGIN.sub("", source)
        if not os.path.exists(source):
            raise _not_a_file(tr("The layer “{}” is read with a login that only QGIS knows.").format(layer.name()))
    # paths may be relative to QGIS's working directory, which is not that of the engine
    return os.path.abspath(source) if os.path.exists(source) else source


def _not_a_file(reason: str) -> UnusableLayerError:
    save = tr("Save the part you need as GeoTIFF (right click, Export, Save As…) and choose that layer.")
    return UnusableLayerError(f"{reason} {save}")


def corrected_crs(layer: QgsRasterLayer) -> str | None:
    """Return the CRS of a raster layer where the user has set another one than that of the file, else None."""
    crs = layer.crs()
    if not crs.isValid() or crs == layer.dataProvider().crs():
        return None
    # numbers of authorities that every PROJ knows; those of the user's own CRS mean nothing outside QGIS
    if crs.authid().startswith(("EPSG:", "ESRI:")):
        return crs.authid()
    # PyQGIS keeps the scoped name that 3.22 has beside the new one; the stubs have the new one only
    return crs.toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT_PREFERRED_GDAL)  # type: ignore[attr-defined]
