"""The algorithm ``xview2:assess``: from an image pair to a damage layer."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
)

from ...assessment.request import files_written
from ...engine_process.environment import EngineEnvironment, EngineMissingError, find_engine
from ...i18n.literal_text import literal
from ...i18n.translation import tr
from ...layers.output_names import unopenable
from ...layers.raster_drawing import bands_given
from ...layers.source_files import overwritten_input
from ...layers.unusable_layer import UnusableLayerError
from ...model_store.catalogue import model_named
from ...model_store.terms import terms_line
from ...protocol.events import Result
from ...protocol.schema import ASSESSED_AREA_LAYER, CLASS_NAMES, DAMAGE_LAYER, NOT_VISIBLE_LAYER
from ...results.open_results import edited_layers, reload_layers, still_edited
from ...results.result_layers import layer_source, result_text
from ...results.result_names import free_names
from ...results.stored_facts import place_and_date, stored_facts
from ..algorithm import XView2Algorithm
from ..engine_run import EngineRun
from ..raw_value import is_named, named_output, same_input
from .help_texts import overview
from .inputs import AssessInputReader, AssessInputs, files_read
from .parameters import (
    ASSESSED_AREA,
    BUILDINGS,
    COUNT_OUTPUTS,
    DAMAGE_RASTER,
    DEVICE_USED,
    DISCARD_REVIEWS,
    KEEP_REVIEWS,
    NOT_VISIBLE,
    OUTPUT,
    POST,
    POST_BANDS,
    PRE,
    PRE_BANDS,
    REPORT,
    output_definitions,
    parameter_definitions,
)
from .result_presentation import Titles, present_result


class AssessAlgorithm(XView2Algorithm):
    """Assesses the damage of every building that two images show."""

    def __init__(self) -> None:
        super().__init__()
        self._environment: EngineEnvironment | None = None
        # what is known in the main thread; the files to write are added in the worker
        self._inputs: AssessInputs | None = None
        self._input_files: set[str] = set()
        self._written: tuple[str, ...] = ()
        self._terms = ""  # of the model

    # identity

    def name(self) -> str:
        """Return the stable name."""
        return "assess"

    def displayName(self) -> str:  # noqa: N802 - names of this class are QGIS's
        """Return the title."""
        return tr("Assess building damage")

    def tags(self) -> list[str]:
        """Return words it is found by."""
        words = tr("building,damage,disaster,earthquake,hurricane,flood,fire,satellite,change,deep learning,xbd")
        return words.split(",")

    def shortDescription(self) -> str:  # noqa: N802
        """Return the tool tip."""
        return tr("Finds buildings in a pair of satellite images and rates the damage of each.")

    def shortHelpString(self) -> str:  # noqa: N802
        """Return the help beside the parameters."""
        return overview()

    # parameters

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare parameters and outputs."""
        for parameter in parameter_definitions():
            self.addParameter(parameter)
        for output in output_definitions():
            self.addOutput(output)

    def checkParameterValues(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[bool, str]:
        """Refuse what can be known to fail before the run."""
        ok, message = super().checkParameterValues(parameters, context)
        if not ok:
            return False, message or ""
        if same_input(parameters.get(PRE), parameters.get(POST), context):
            return False, tr("Both images are the same: choose a pre-event image and a post-event image.")
        if all(self.parameterAsBool(parameters, name, context) for name in (KEEP_REVIEWS, DISCARD_REVIEWS)):
            return False, tr("Reviews of a replaced result are carried over or lost: choose one of the two.")
        output, *others = _named_outputs(parameters, context)
        if output and not output.lower().endswith(".gpkg"):
            return False, tr("The damage layer is written as GeoPackage: give a file name that ends in .gpkg.")
        unfit = unopenable(output) or self._unfit_bands(parameters, context)
        if unfit is not None:
            return False, literal(unfit)
        lost = overwritten_input((output, *others), files_read(parameters, context))
        return (True, "") if lost is None else (False, literal(self._refusal(lost)))

    def _unfit_bands(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str | None:
        """Return what is wrong with the bands that were typed; an image is opened only where some were."""
        for name, image in ((PRE_BANDS, PRE), (POST_BANDS, POST)):
            text = self.parameterAsString(parameters, name, context).strip()
            layer = self.parameterAsRasterLayer(parameters, image, context) if text else None
            if layer is not None and layer.isValid():
                try:
                    bands_given(text, layer)
                except UnusableLayerError as error:
                    return str(error)
        return None

    # the run

    def prepareAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback | None
    ) -> bool:
        """Turn layers into files; runs in the main thread, where layers live."""
        try:
            self._environment = find_engine()
        except EngineMissingError as error:
            raise QgsProcessingException(f"{error.message} {error.hint}") from error
        self._refuse_edited(parameters, context)
        try:
            self._inputs = AssessInputReader(self, parameters, context).read()
            self._input_files = files_read(parameters, context)
        except UnusableLayerError as error:
            raise QgsProcessingException(str(error)) from error
        self._terms = _terms_of(str(self._inputs.words["model"]))
        return True

    def _refuse_edited(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        edited = edited_layers(context.project(), _named_outputs(parameters, context))
        if edited:
            raise QgsProcessingException(
                tr(
                    "The layer “{}” of the file to be replaced is being edited. Save or discard the edits first, or "
                    "give the result another name."
                ).format(edited[0])
            )

    def processAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback | None
    ) -> dict[str, Any]:
        """Run the engine; runs in a worker thread."""
        feedback = feedback or QgsProcessingFeedback()
        if self._environment is None or self._inputs is None:
            raise QgsProcessingException(tr("The algorithm was not prepared."))
        if self._terms:  # an algorithm asks no questions
            feedback.pushInfo(literal(self._terms))
        # not made before: a run that waits for others may be cancelled without ever coming here
        folder = Path(tempfile.mkdtemp(prefix="xview2_"))
        try:
            # asked here and not before: QGIS notes layers to load in the context that it is asked with, and afterwards
            # looks at that of this thread only. Its words for a file are its key to the layer, so they stay as they are
            output = self.parameterAsOutputLayer(parameters, OUTPUT, context)
            damage_raster = ""
            if is_named(parameters.get(DAMAGE_RASTER), context):
                damage_raster = self.parameterAsOutputLayer(parameters, DAMAGE_RASTER, context)
            report = self.parameterAsFileOutput(parameters, REPORT, context)
            lost = overwritten_input((output, damage_raster, report), self._input_files)
            if lost is not None:
                # scripts may run the algorithm without checkParameterValues
                raise QgsProcessingException(self._refusal(lost))
            files = {"output": output, "damage_raster": damage_raster, "report": report}
            outputs = {name: os.path.abspath(path) for name, path in files.items() if path}
            request = self._inputs.request(outputs, folder, feedback)
            if feedback.isCanceled():
                return self._cancelled()
            result = EngineRun(self._environment, request.arguments(), feedback).result()
        except UnusableLayerError as error:
            raise QgsProcessingException(str(error)) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        if result is None:
            if not feedback.isCanceled():
                raise QgsProcessingException(tr("The engine was terminated by another program."))
            return self._cancelled()
        self._written = files_written(request)
        feedback.pushInfo(result_text(result))
        standard = tuple(self.parameterDefinition(name).description() for name in (OUTPUT, DAMAGE_RASTER))
        scene = place_and_date(stored_facts(outputs["output"])) or self._inputs.scene
        names = free_names(scene, self._inputs.taken)
        titles = Titles(names, standard, (request.pre.path if request.pre else "", request.post.path))
        present_result(context, output, damage_raster, titles, result.layers)
        return self._outputs(result, output, damage_raster, report)

    def postProcessAlgorithm(  # noqa: N802
        self, context: QgsProcessingContext, feedback: QgsProcessingFeedback | None
    ) -> dict[str, Any]:
        """Let layers that showed the replaced files read them anew; runs in the main thread."""
        if edited := edited_layers(context.project(), self._written):
            feedback.pushWarning(still_edited(edited))
        reload_layers(context.project(), self._written)
        return {}

    def _cancelled(self) -> dict[str, Any]:
        """Return no results; on the command line fail, because a script looks at the exit code only."""
        from qgis.utils import iface

        if iface is None:
            raise QgsProcessingException(tr("The assessment was cancelled; no result was written."))
        return {}

    def _refusal(self, path: str) -> str:
        return tr("“{}” is an input of this run. Give the result another name.").format(path)

    def _outputs(self, result: Result, geopackage: str, damage_raster: str, report: str) -> dict[str, Any]:
        outputs: dict[str, Any] = {
            OUTPUT: layer_source(geopackage, DAMAGE_LAYER),
            ASSESSED_AREA: layer_source(geopackage, ASSESSED_AREA_LAYER),
            BUILDINGS: result.buildings,
            DEVICE_USED: ", ".join(fact for fact in (result.device, result.provider, result.precision) if fact),
        }
        for damage_class, name in COUNT_OUTPUTS.items():
            outputs[name] = result.counts.get(CLASS_NAMES[damage_class], 0)
        if NOT_VISIBLE_LAYER in result.layers:
            outputs[NOT_VISIBLE] = layer_source(geopackage, NOT_VISIBLE_LAYER)
        if damage_raster:
            outputs[DAMAGE_RASTER] = damage_raster
        if report:
            outputs[REPORT] = report
        return outputs


def _named_outputs(parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
    return (named_output(parameters.get(name), context) for name in (OUTPUT, DAMAGE_RASTER, REPORT))


def _terms_of(name: str) -> str:
    """Return under which terms a model comes, empty where nothing is to be said.

    Raises:
        QgsProcessingException: the model is not here and can be downloaded.
    """
    model = model_named(name)
    if model is not None and not model.here:
        raise QgsProcessingException(
            tr(
                "The model “{}” is not on this computer yet. Open Raster › xView2 › Models… and press Download; "
                "without a window, run “xview2 models install” with its file."
            ).format(model.title)
        )
    return terms_line(model) if model is not None else ""
