"""From layers of QGIS to files that the engine can open.

The engine opens what GDAL and OGR open. Layers that exist only inside QGIS (memory layers, selections, filters,
joins, database views) are written to a temporary GeoPackage; a raster whose CRS was corrected in QGIS gets a temporary
VRT that says so; web services are refused, because their pictures have no fixed pixels.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsFeatureRequest,
    QgsFeatureSource,
    QgsField,
    QgsFields,
    QgsGeometry,
    QgsProviderRegistry,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QCoreApplication

#: Points along each side of a rectangle, so that it keeps its shape when the engine brings it into another CRS.
_POINTS_PER_SIDE = 20

_ADDITIONS_OF_QGIS = re.compile(r"\|(?:option|credential):")


class UnusableLayerError(Exception):
    """A layer cannot be given to the engine. The text says why and what to do."""


def raster_source(layer: QgsRasterLayer, folder: Path, name: str) -> str:
    """Return what GDAL opens for a raster layer.

    Args:
        layer: the layer.
        folder: where temporary files may be written.
        name: name of the temporary file, should one be needed, without extension.

    Raises:
        UnusableLayerError: the layer is no GDAL raster, for example a WMS.
    """
    provider = layer.providerType()
    if provider != "gdal":
        raise UnusableLayerError(
            _tr(
                "The layer “{name}” is no raster file but comes from “{provider}”. Save the part you need as GeoTIFF "
                "(right click, Export, Save As…) and choose that layer."
            ).format(name=layer.name(), provider=provider.upper())
        )
    source = _gdal_source(layer)
    crs = layer.crs()
    if crs.isValid() and crs != layer.dataProvider().crs():
        return _with_crs(source, crs, folder / f"{name}.vrt")
    return source


def _gdal_source(layer: QgsRasterLayer) -> str:
    # QGIS appends its open options and credentials to what GDAL opens
    source = _ADDITIONS_OF_QGIS.split(layer.source())[0]
    # paths may be relative to QGIS's working directory, which is not that of the engine
    return os.path.abspath(source) if os.path.exists(source) else source


def _with_crs(source: str, crs: QgsCoordinateReferenceSystem, path: Path) -> str:
    from osgeo import gdal

    wkt = crs.toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT_PREFERRED_GDAL)
    dataset = gdal.Translate(str(path), source, format="VRT", outputSRS=wkt)
    if dataset is None:
        raise UnusableLayerError(_tr("The raster “{}” cannot be opened.").format(source))
    dataset.FlushCache()
    return str(path)


def is_plain_file(layer: QgsVectorLayer) -> bool:
    """Return whether the file behind a vector layer holds exactly what the layer shows."""
    if layer.providerType() != "ogr" or layer.subsetString() or layer.isEditable() or layer.vectorJoins():
        return False
    path = str(QgsProviderRegistry.instance().decodeUri("ogr", layer.source()).get("path") or "")
    if not os.path.isfile(path) or layer.crs() != layer.dataProvider().crs():
        return False
    return len(layer.dataProvider().subLayers()) == 1


def vector_source(layer: QgsVectorLayer, folder: Path, name: str, selected_only: bool = False) -> str:
    """Return what OGR opens for a vector layer; layers that are no plain file are written to a GeoPackage.

    Args:
        layer: the layer.
        folder: where temporary files may be written.
        name: name of the temporary file, should one be needed, without extension.
        selected_only: take the selected features only.

    Raises:
        UnusableLayerError: nothing is selected, or the features cannot be written.
    """
    if selected_only and layer.selectedFeatureCount() == 0:
        raise UnusableLayerError(_tr("No feature of “{}” is selected.").format(layer.name()))
    if not selected_only and is_plain_file(layer):
        path = QgsProviderRegistry.instance().decodeUri("ogr", layer.source()).get("path")
        return os.path.abspath(str(path))
    features = layer.getSelectedFeatures() if selected_only else layer.getFeatures()
    return _write(features, layer.fields(), layer.crs(), folder / f"{name}.gpkg")


def feature_source_file(source: QgsFeatureSource, folder: Path, name: str, extent: QgsGeometry | None = None) -> str:
    """Write the features of a Processing source to a GeoPackage and return its path.

    Args:
        source: polygons; for Processing this respects "selected features only".
        folder: where the file is written.
        name: name of the file without extension.
        extent: cut the polygons to this polygon, in the source's CRS; None leaves them whole.
    """
    features = source.getFeatures(QgsFeatureRequest())
    if extent is not None:
        features = _cut(features, extent)
    return _write(features, source.fields(), source.sourceCrs(), folder / f"{name}.gpkg")


def extent_polygon(rectangle: QgsRectangle) -> QgsGeometry:
    """Return a rectangle as a polygon with enough points on its sides to survive a change of the CRS."""
    return QgsGeometry.fromRect(rectangle).densifyByCount(_POINTS_PER_SIDE)


def extent_file(rectangle: QgsRectangle, crs: QgsCoordinateReferenceSystem, folder: Path, name: str) -> str:
    """Write a rectangle as one polygon to a GeoPackage and return its path.

    Raises:
        UnusableLayerError: the rectangle is empty or not finite.
    """
    if rectangle.isNull() or rectangle.isEmpty() or not rectangle.isFinite() or not crs.isValid():
        raise UnusableLayerError(_tr("The extent is empty or has no CRS."))
    feature = QgsFeature()
    feature.setGeometry(extent_polygon(rectangle))
    return _write([feature], QgsFields(), crs, folder / f"{name}.gpkg")


def _cut(features, extent: QgsGeometry):  # noqa: ANN001, ANN202 - iterators of the bindings
    for feature in features:
        # polygons that only touch the extent leave lines and points behind
        cut = feature.geometry().intersection(extent).asGeometryCollection()
        parts = [part for part in cut if part.type() == QgsWkbTypes.GeometryType.PolygonGeometry]
        if parts:
            feature.setGeometry(QgsGeometry.collectGeometry(parts))
            yield feature


def _write(features, fields: QgsFields, crs: QgsCoordinateReferenceSystem, path: Path) -> str:  # noqa: ANN001
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GPKG"
    options.layerName = path.stem
    # a column "fid" of the user would clash with the one that GeoPackage adds
    options.layerOptions = ["FID=xview2_fid"]
    writer = QgsVectorFileWriter.create(
        str(path), _writable(fields), QgsWkbTypes.Type.MultiPolygon, crs, QgsCoordinateTransformContext(), options
    )
    if writer.hasError() != QgsVectorFileWriter.WriterError.NoError:
        raise UnusableLayerError(_tr("The polygons cannot be written: {}").format(writer.errorMessage()))
    for feature in features:
        geometry = feature.geometry()
        geometry.convertToMultiType()
        feature.setGeometry(geometry)
        writer.addFeature(feature)
    failed = writer.hasError() != QgsVectorFileWriter.WriterError.NoError
    message = writer.errorMessage()
    del writer  # closes the file
    if failed:
        raise UnusableLayerError(_tr("The polygons cannot be written: {}").format(message))
    return str(path)


def _writable(fields: QgsFields) -> QgsFields:
    result = QgsFields()
    for field in fields:
        # display widgets and expressions of the project mean nothing in the file
        result.append(QgsField(field.name(), field.type(), field.typeName(), field.length(), field.precision()))
    return result


def _tr(text: str) -> str:
    return QCoreApplication.translate("LayerSources", text)
