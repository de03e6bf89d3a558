"""Files behind vector layers that an algorithm is given."""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    QgsCoordinateTransformContext,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingParameterVectorLayer,
    QgsVectorFileWriter,
    QgsVectorLayer,
)

from ...i18n.translation import tr
from ...layers.polygon_copy import forget_date
from ...results.stored_totals import result_file

RESULT = "RESULT"


def result_parameter() -> QgsProcessingParameterVectorLayer:
    """Return the parameter of the result that an algorithm is about."""
    return QgsProcessingParameterVectorLayer(
        RESULT, tr("Damage layer of a result"), [QgsProcessing.SourceType.TypeVectorPolygon]
    )


def read_result(algorithm: QgsProcessingAlgorithm, parameters: dict[str, object], context: QgsProcessingContext) -> str:
    """Return the GeoPackage of the result; to be called in the main thread.

    Raises:
        QgsProcessingException: the layer is no GeoPackage, or has edits that are not saved.
    """
    return saved_result(algorithm.parameterAsVectorLayer(parameters, RESULT, context))


def saved_result(layer: QgsVectorLayer | None) -> str:
    """Return the GeoPackage behind a layer; to be called in the main thread.

    Raises:
        QgsProcessingException: the layer is no GeoPackage, or has edits that are not saved.
    """
    path = result_file(layer) if layer is not None else ""
    if layer is None or not path:
        raise QgsProcessingException(tr("Choose the damage layer of an assessment: a layer of a GeoPackage."))
    if layer.isModified():
        raise QgsProcessingException(
            tr("The layer “{}” is being edited. Save or discard the edits first.").format(layer.name())
        )
    return path


def vector_file(layer: QgsVectorLayer, folder: Path, name: str) -> str:
    """Return a file with the features of a layer for the engine: that of the layer, or a new one.

    Args:
        layer: any vector layer.
        folder: where a new one is written.
        name: of the new one.

    Raises:
        QgsProcessingException: it cannot be written.
    """
    if layer.providerType() == "ogr" and not layer.isModified():
        return str(layer.source())
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GPKG"
    path = str(folder / f"{name}.gpkg")
    written = QgsVectorFileWriter.writeAsVectorFormatV3(layer, path, QgsCoordinateTransformContext(), options)
    if written[0] != QgsVectorFileWriter.WriterError.NoError:
        raise QgsProcessingException(tr("The layer “{}” cannot be written: {}").format(layer.name(), written[1]))
    forget_date(path)
    return path
