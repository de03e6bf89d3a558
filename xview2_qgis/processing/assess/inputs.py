"""The inputs of a run of ``xview2:assess``: from values of parameters to a request and files for the engine."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameters,
    QgsRasterLayer,
    QgsRectangle,
)

from ...assessment.request import Words, request_of, words_of_pair
from ...i18n.translation import tr
from ...layers.extents import extent_file, extent_in
from ...layers.image_overlap import image_overlap, near_images
from ...layers.polygon_source import layers_of_file, plain_file, table_file
from ...layers.raster_source import raster_source
from ...protocol.options.assessment import AssessmentParameters
from ...protocol.schema import ASSESSED_AREA_LAYER, DAMAGE_LAYER, NOT_VISIBLE_LAYER
from ...results.result_layers import layer_source
from ...results.result_names import layer_title, names_taken
from ..polygon_input import PolygonInput
from ..raw_value import named_inputs
from .parameters import (
    AOI,
    DISCARD_REVIEWS,
    EVENT,
    EXCLUDE,
    EXTENT,
    FOOTPRINTS,
    KEEP_REVIEWS,
    MODEL,
    POST,
    POST_BANDS,
    PRE,
    PRE_BANDS,
    RESUME,
    model_word,
)


@dataclass(frozen=True)
class AssessInputs:
    """What is known of a run in the main thread, where layers live; the worker writes the files.

    Attributes:
        words: options that are known, without outputs and polygon files.
        scene: name of the post-event image, for the layers of a result that knows no place.
        taken: names of layers that the project has already.
        area: polygons to assess, or None.
        extent: box to assess with its CRS, where there are no such polygons; or None.
        footprints: building polygons, or None.
        excluded: polygons of what is not visible, or None.
    """

    words: Words
    scene: str
    taken: frozenset[str]
    area: PolygonInput | None = None
    extent: tuple[QgsRectangle, QgsCoordinateReferenceSystem] | None = None
    footprints: PolygonInput | None = None
    excluded: PolygonInput | None = None

    def request(self, outputs: Words, folder: Path, feedback: QgsProcessingFeedback) -> AssessmentParameters:
        """Return the request; where the engine needs a file of polygons, it is written.

        Args:
            outputs: paths of the files to write, by option.
            folder: for files of polygons.
            feedback: informed about them.

        Raises:
            UnusableLayerError: a file cannot be written.
        """
        area = self._area_file(folder, feedback)
        footprints = self.footprints.file(folder, feedback) if self.footprints else None
        excluded = self.excluded.file(folder, feedback) if self.excluded else None
        return request_of({**self.words, **outputs, "aoi": area, "exclude": excluded, "footprints": footprints})

    def _area_file(self, folder: Path, feedback: QgsProcessingFeedback) -> str | None:
        if self.area is not None:
            return self.area.file(folder, feedback)
        return extent_file(*self.extent, folder, "area") if self.extent is not None else None


#: Of a result of the plugin the layer that suits a parameter.
_OWN_LAYERS = {AOI: ASSESSED_AREA_LAYER, EXCLUDE: NOT_VISIBLE_LAYER, FOOTPRINTS: DAMAGE_LAYER}
_READ = (PRE, POST, AOI, EXCLUDE, FOOTPRINTS)


def files_read(parameters: dict[str, Any], context: QgsProcessingContext) -> set[str]:
    """Return the files behind the inputs, which no output may replace."""
    return set().union(*(named_inputs(parameters.get(name), context) for name in _READ))


class AssessInputReader:
    """Reads the values of parameters as QGIS does.

    Args:
        algorithm: the algorithm, which knows the definitions.
        parameters: values of its parameters.
        context: where layers are looked up.
    """

    def __init__(
        self, algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> None:
        self._algorithm = algorithm
        self._parameters = parameters
        self._context = context

    def read(self) -> AssessInputs:
        """Return the inputs; to be called in the main thread.

        Raises:
            QgsProcessingException: an input is missing, or both images are the same.
            UnusableLayerError: the engine cannot read a layer.
        """
        pre, post = self._raster(PRE) if self._parameters.get(PRE) else None, self._raster(POST)
        images = (post,) if pre is None else (pre, post)
        words = self._words(pre, post)
        area = self._polygons(AOI, "area")
        footprints = self._polygons(FOOTPRINTS, "footprints")
        if footprints is not None and footprints.source.sourceCrs().isValid():
            box = image_overlap(images, footprints.source.sourceCrs(), self._context.transformContext())
            footprints = replace(footprints, with_ids=True, within=box)
        extent = self._extent(images)
        if extent is not None and area is not None:
            cut = extent_in(*extent, area.source.sourceCrs(), self._context.transformContext())
            area, extent = replace(area, cut_to=cut), None
        excluded = self._polygons(EXCLUDE, "not_visible")
        taken = names_taken(self._context.project())
        return AssessInputs(words, layer_title(post), taken, area, extent, footprints, excluded)

    def _words(self, pre: QgsRasterLayer | None, post: QgsRasterLayer) -> Words:
        if pre is not None and raster_source(pre) == raster_source(post):
            raise QgsProcessingException(tr("Both images are the same file; choose two different ones."))
        return {
            **words_of_pair(pre, post, (self._text(PRE_BANDS), self._text(POST_BANDS))),
            **self._choices(),
            "model": model_word(self._text(MODEL)),
            "event": os.path.abspath(event) if (event := self._text(EVENT)) else None,
            # naming an existing file in Processing means to replace it, but not what people have put into it
            "overwrite": True,
            "keep_reviews": QgsProcessingParameters.parameterAsBool(*self._value(KEEP_REVIEWS)),
            "resume": QgsProcessingParameters.parameterAsBool(*self._value(RESUME)),
            "discard_reviews": QgsProcessingParameters.parameterAsBool(*self._value(DISCARD_REVIEWS)),
        }

    def _text(self, name: str) -> str:
        return str(QgsProcessingParameters.parameterAsString(*self._value(name)))

    def _raster(self, name: str) -> QgsRasterLayer:
        layer = QgsProcessingParameters.parameterAsRasterLayer(*self._value(name))
        if layer is None or not layer.isValid():
            raise QgsProcessingException(self._algorithm.invalidRasterError(self._parameters, name))
        return layer

    def _choices(self) -> Words:
        """Return the words chosen in all parameters that offer some."""
        return {
            definition.name().lower(): QgsProcessingParameters.parameterAsEnumString(*self._value(definition.name()))
            for definition in self._algorithm.parameterDefinitions()
            if isinstance(definition, QgsProcessingParameterEnum)
        }

    def _extent(self, images: tuple[QgsRasterLayer, ...]) -> tuple[QgsRectangle, QgsCoordinateReferenceSystem] | None:
        if not self._parameters.get(EXTENT):
            return None
        crs = QgsProcessingParameters.parameterAsExtentCrs(*self._value(EXTENT))
        # coordinates without a CRS are those of the image
        crs = crs if crs.isValid() else images[0].crs()
        box = QgsProcessingParameters.parameterAsExtent(*self._value(EXTENT), crs)
        return near_images(box, images, crs, self._context.transformContext()), crs

    def _polygons(self, name: str, purpose: str) -> PolygonInput | None:
        value = self._parameters.get(name)
        if not value:
            return None
        source = QgsProcessingParameters.parameterAsSource(*self._value(name))
        if source is None:
            raise QgsProcessingException(self._algorithm.invalidSourceError(self._parameters, name))
        # a definition may ask for a part of the layer only
        whole = not isinstance(value, QgsProcessingFeatureSourceDefinition)
        layer = QgsProcessingParameters.parameterAsVectorLayer(*self._value(name)) if whole else None
        if layer is None:
            return PolygonInput(purpose, source)
        names = layers_of_file(layer)
        wanted = _OWN_LAYERS[name]
        if {DAMAGE_LAYER, ASSESSED_AREA_LAYER} <= set(names) and isinstance(value, str):
            # a result of the plugin: buildings are no area to assess
            named = {**self._parameters, name: layer_source(layer.source(), wanted)}
            return AssessInputReader(self._algorithm, named, self._context)._polygons(name, purpose)
        plain = table_file(layer) or plain_file(layer, with_ids=name == FOOTPRINTS)
        return PolygonInput(purpose, source, plain, left_out=tuple(names[1:]))

    def _value(self, name: str) -> tuple[QgsProcessingParameterDefinition | None, dict[str, Any], QgsProcessingContext]:
        return self._algorithm.parameterDefinition(name), self._parameters, self._context
