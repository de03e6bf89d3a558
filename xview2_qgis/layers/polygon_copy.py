"""Polygons of a layer of QGIS, written to a GeoPackage for the engine.

Only what the engine reads is written: shapes, and for footprints their ids. Fields of the user could only do harm: a
GeoPackage takes neither ``Name`` beside ``NAME`` nor a field called like its own columns.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path

from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsFeatureRequest,
    QgsFeatureSource,
    QgsField,
    QgsFields,
    QgsGeometry,
    QgsProcessingFeatureSource,
    QgsRectangle,
    QgsVectorFileWriter,
    QgsWkbTypes,
)

from ..i18n.translation import tr
from ..protocol.schema import ID_FIELDS
from . import field_types
from .output_names import plain_name
from .unusable_layer import UnusableLayerError

_SHAPES = QgsFeatureRequest().setSubsetOfAttributes([])
# the columns that GeoPackage adds are called like none of these
_COLUMNS = ["FID=xview2_fid", "GEOMETRY_NAME=xview2_geometry"]


def copy_polygons(
    source: QgsFeatureSource,
    path: Path,
    *,
    with_ids: bool = False,
    within: QgsRectangle | None = None,
    cut_to: QgsGeometry | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> str:
    """Write the polygons of a source to a GeoPackage and return its path.

    Args:
        source: a layer, or a source of Processing, which respects "selected features only".
        path: the file to write; its layer is called like the file.
        with_ids: write the id of each feature; where no field holds one, the number by which the layer knows it.
        within: leave out what does not touch this box, in the source's CRS.
        cut_to: cut the polygons to this polygon, in the source's CRS.
        is_cancelled: asked for each feature whether to stop; what is written is then incomplete.

    Raises:
        UnusableLayerError: the source has no CRS, the file cannot be written, or nothing is left to write although the
            whole source counts.
    """
    if not source.sourceCrs().isValid():
        raise UnusableLayerError(
            tr("“{}” has no CRS. Set it (right click on the layer, Layer CRS, Set Layer CRS…).").format(
                source.sourceName()
            )
        )
    indices = _id_indices(source.fields()) if with_ids else []
    request = QgsFeatureRequest().setSubsetOfAttributes(indices)
    box = cut_to.boundingBox() if cut_to is not None else within
    if box is not None:
        request.setFilterRect(box)
    fields = _id_field(source.fields(), indices) if with_ids else QgsFields()
    written = 0

    def features() -> Iterator[QgsFeature]:
        nonlocal written
        for feature in _read(source, request):
            if is_cancelled():
                return
            shape = _polygonal(feature.geometry())
            if cut_to is not None:
                shape = _cut(shape, cut_to)
            if shape.isNull():
                continue
            copy = QgsFeature(fields)
            copy.setGeometry(shape)
            if with_ids:
                copy.setAttribute(0, _id(feature, indices))
            written += 1
            yield copy

    file = write_polygons(features(), fields, source.sourceCrs(), path)
    nothing_near = within is not None and any(feature.hasGeometry() for feature in _read(source, _SHAPES))
    if not written and not nothing_near and not is_cancelled():
        # the engine would speak of the copy, which the user does not know
        raise UnusableLayerError(
            (
                tr("No polygon can be read from “{}”.")
                if cut_to is None
                else tr("No polygon of “{}” lies in the extent that was given.")
            ).format(source.sourceName())
        )
    return file


def copy_path(source: QgsFeatureSource, folder: Path, purpose: str) -> Path:
    """Return where the polygons of a source are to be copied: messages of the engine then name the source.

    Args:
        source: a layer, or a source of Processing.
        folder: where temporary files may be written; a folder in it is made.
        purpose: what the polygons are for; two copies for different ends do not meet.

    Raises:
        UnusableLayerError: the folder cannot be made.
    """
    place = folder / purpose
    try:
        place.mkdir(exist_ok=True)
    except OSError as error:
        raise UnusableLayerError(
            tr("The polygons of “{}” cannot be copied to {}: {}").format(source.sourceName(), folder, error.strerror)
        ) from error
    return place / f"{plain_name(source.sourceName()) or purpose}.gpkg"


def write_polygons(
    features: Iterable[QgsFeature], fields: QgsFields, crs: QgsCoordinateReferenceSystem, path: Path
) -> str:
    """Write features to a GeoPackage and return its path.

    Raises:
        UnusableLayerError: the file cannot be written.
    """
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GPKG"
    options.layerName = path.stem
    options.layerOptions = _COLUMNS
    writer = QgsVectorFileWriter.create(
        str(path), fields, QgsWkbTypes.Type.MultiPolygon, crs, QgsCoordinateTransformContext(), options
    )
    if writer.hasError() == QgsVectorFileWriter.WriterError.NoError:
        for feature in features:
            feature.setGeometry(_plain(feature.geometry()))
            if not writer.addFeature(feature):
                break
    failed = writer.hasError() != QgsVectorFileWriter.WriterError.NoError
    message = writer.errorMessage()
    del writer  # closes the file
    if failed:
        raise UnusableLayerError(tr("The polygons cannot be written: {}").format(message))
    forget_date(str(path))
    return str(path)


def forget_date(path: str) -> None:
    """Take out of a GeoPackage when it was written: the engine knows polygons that are copied anew by their bytes."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE gpkg_contents SET last_change = '1970-01-01T00:00:00.000Z'")


def _read(source: QgsFeatureSource, request: QgsFeatureRequest) -> Iterable[QgsFeature]:
    if isinstance(source, QgsProcessingFeatureSource):
        # the engine mends invalid polygons. The check of QGIS would throw its exception through the iterator of Python,
        # which does not survive that
        # PyQGIS keeps the scoped name that 3.22 has beside the new one; the stubs have the new one only
        flag = QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks  # type: ignore[attr-defined]
        return source.getFeatures(request, flag)
    return source.getFeatures(request)


def _cut(shape: QgsGeometry, area: QgsGeometry) -> QgsGeometry:
    # an invalid polygon has no intersection; polygons that only touch the area leave lines and points behind
    return _polygonal(shape.makeValid().intersection(area))


def _polygonal(shape: QgsGeometry) -> QgsGeometry:
    """Return the polygons of a geometry, nothing where there are none; collections may hold collections."""
    if shape.isNull() or shape.type() == QgsWkbTypes.GeometryType.PolygonGeometry:
        return shape
    if QgsWkbTypes.flatType(shape.wkbType()) != QgsWkbTypes.Type.GeometryCollection:
        return QgsGeometry()
    polygons = [_plain(part) for part in map(_polygonal, shape.asGeometryCollection()) if not part.isNull()]
    return QgsGeometry.unaryUnion(polygons) if polygons else QgsGeometry()


def _plain(shape: QgsGeometry) -> QgsGeometry:
    if QgsWkbTypes.isCurvedType(shape.wkbType()):
        shape.convertToStraightSegment()
    shape.convertToMultiType()
    return shape


def _id_indices(fields: QgsFields) -> list[int]:
    """Return the indices of the fields whose values the engine would take as ids, in its order."""
    indices = {field.name().lower(): index for index, field in enumerate(fields.toList())}
    return [indices[name] for name in ID_FIELDS if name in indices]


def _id_field(given: QgsFields, indices: list[int]) -> QgsFields:
    """Return the field for the ids: the only one there is, a text for several, a number for those of the layer."""
    fields = QgsFields()
    if len(indices) == 1:
        field = given[indices[0]]
        # display widgets and expressions of the project mean nothing in the file
        fields.append(QgsField(field.name(), field.type(), field.typeName(), field.length(), field.precision()))
    elif indices:
        fields.append(QgsField(given[indices[0]].name(), field_types.TEXT))
    else:
        # the file counts its features anew, so the layer's own numbers need a field
        fields.append(QgsField(ID_FIELDS[0], field_types.NUMBER))
    return fields


def _id(feature: QgsFeature, indices: list[int]) -> object:
    if len(indices) < 2:
        return feature.attribute(indices[0]) if indices else feature.id()
    given = (feature.attribute(index) for index in indices)
    return next((_text(value) for value in given if value not in (None, "", NULL)), None)


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
