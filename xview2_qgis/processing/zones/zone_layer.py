"""Zones given to the algorithm: chosen in the main thread, where layers live, and written in the worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from qgis.core import (
    NULL,
    QgsFeature,
    QgsFeatureRequest,
    QgsField,
    QgsFields,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeatureSourceDefinition,
)

from ...i18n.translation import tr
from ...layers import field_types
from ...layers.polygon_copy import copy_path, write_polygons
from ...layers.polygon_source import plain_file

#: The field with the names in a copy.
_NAME = "name"


@dataclass(frozen=True)
class ZoneLayer:
    """Zones, before anything is read.

    Attributes:
        source: the polygons, with the choices made in Processing.
        name_field: field with their names, empty where none was chosen.
        plain_file: file that holds exactly these polygons, or None.
    """

    source: QgsProcessingFeatureSource
    name_field: str = ""
    plain_file: str | None = None

    def arguments(self, folder: Path, is_cancelled: Callable[[], bool]) -> list[str]:
        """Return the arguments of the engine; where it needs a file of its own, that is written.

        Args:
            folder: for that file.
            is_cancelled: asked for each polygon whether to stop.

        Raises:
            UnusableLayerError: the file cannot be written.
            QgsProcessingException: the layer has no CRS.
        """
        if self.plain_file is not None:
            named = ["--zone-name", self.name_field] if self.name_field else []
            return ["--zones", self.plain_file, *named]
        if not self.source.sourceCrs().isValid():
            raise QgsProcessingException(
                tr("“{}” has no CRS. Set it (right click on the layer, Layer CRS, Set Layer CRS…).").format(
                    self.source.sourceName()
                )
            )
        place = self._name_index()
        fields = QgsFields()
        if place >= 0:
            fields.append(QgsField(_NAME, field_types.TEXT))
        path = copy_path(self.source, folder, "zones")
        file = write_polygons(self._features(fields, place, is_cancelled), fields, self.source.sourceCrs(), path)
        return ["--zones", file]

    def _name_index(self) -> int:
        """Return the place of the field with the names: that chosen, else one that is called so."""
        names = self.source.fields().names()
        if self.name_field:
            return names.index(self.name_field)
        likely = [place for place, name in enumerate(names) if name.lower().endswith("name")]
        return next((place for place in likely if names[place].lower() == _NAME), likely[0] if likely else -1)

    def _features(self, fields: QgsFields, place: int, is_cancelled: Callable[[], bool]) -> Iterator[QgsFeature]:
        request = QgsFeatureRequest().setSubsetOfAttributes([place] if place >= 0 else [])
        # the engine mends invalid polygons; an exception of QGIS's own check does not survive the iterator of Python
        # PyQGIS keeps the scoped name that 3.22 has beside the new one; the stubs have the new one only
        flag = QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks  # type: ignore[attr-defined]
        for feature in self.source.getFeatures(request, flag):
            if is_cancelled():
                return
            if not feature.hasGeometry():
                continue
            copy = QgsFeature(fields)
            copy.setGeometry(feature.geometry())
            if place >= 0:
                value = feature.attribute(place)
                copy.setAttribute(0, None if value in (None, NULL) else str(value))
            yield copy


def read_zone_layer(
    algorithm: QgsProcessingAlgorithm,
    parameters: dict[str, object],
    names: tuple[str, str],
    context: QgsProcessingContext,
) -> ZoneLayer:
    """Return the zones that were chosen; to be called in the main thread.

    Args:
        algorithm: the algorithm, which knows the definitions.
        parameters: values of its parameters.
        names: of the parameters with the polygons and with the field of their names.
        context: where layers are looked up.

    Raises:
        QgsProcessingException: there is no such layer.
    """
    layer_name, field_name = names
    # the stubs have no None, which QGIS gives where nothing was chosen
    source: QgsProcessingFeatureSource | None = algorithm.parameterAsSource(parameters, layer_name, context)
    if source is None:
        raise QgsProcessingException(tr("Choose a layer of zones, or another kind of zones."))
    field = algorithm.parameterAsString(parameters, field_name, context)
    if field and field not in source.fields().names():
        raise QgsProcessingException(tr("The layer of zones has no field “{}”.").format(field))
    # a definition may ask for a part of the layer only
    whole = not isinstance(parameters.get(layer_name), QgsProcessingFeatureSourceDefinition)
    layer = algorithm.parameterAsVectorLayer(parameters, layer_name, context) if whole else None
    return ZoneLayer(source, field, None if layer is None else plain_file(layer, with_ids=True))
