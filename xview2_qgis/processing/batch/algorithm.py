"""The algorithm ``xview2:batch``: many pairs of images, one after the other."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingException, QgsProcessingFeedback, QgsVectorLayer

from ...i18n.literal_text import literal
from ...i18n.number import number_text
from ...i18n.translation import qgis_language, tr, trn
from ...layers.output_names import unopenable
from ...protocol.events import Result
from ...protocol.options.language import language_arguments
from ...protocol.schema import DAMAGE_LAYER, MATCHED_FILE, SUMMARY_FILE
from ...results.open_results import edited_layers, reload_layers, still_edited
from ...results.result_layers import layer_source
from ...results.result_names import result_names
from ..accuracy.layer_file import vector_file
from ..algorithm import AlgorithmWords, XView2Algorithm
from ..assess.parameters import EVENT, MODEL, model_word
from ..assess.result_presentation import Titles, present_result
from ..raw_value import is_named, named_output
from .parameters import (
    BUILDINGS,
    CATALOG,
    FAILED,
    FLAGS,
    FOLDER,
    MATCH,
    MERGED,
    POLYGONS,
    POST_FOLDER,
    PRE_FOLDER,
    SCENES,
    SUMMARY,
    output_definitions,
    parameter_definitions,
)

_CHOICES = ("DEVICE", "PRECISION", "TTA", "REGISTER", "OUTLINES")


class BatchAlgorithm(XView2Algorithm):
    """Assesses a list of scenes, or the pairs of two folders."""

    def __init__(self) -> None:
        super().__init__()
        self._folder: Path | None = None  # of files that the engine reads
        self._polygons: list[str] = []
        self._written: tuple[str, ...] = ()

    def words(self) -> AlgorithmWords:
        """Return what the algorithm says of itself."""
        return AlgorithmWords(
            "batch",
            tr("Assess many scenes"),
            tr("Rates the buildings of many pairs of images with one model, and puts them into one layer."),
            tr(
                "<p>Assesses one pair of images after the other and loads the model once. Each scene gets the result "
                "that <i>Assess building damage</i> gives; one layer with all of them is added to the map.</p>"
                "<p>A scene that fails is told, and the others go on. The same folder again goes on where a batch "
                "ended: results whose images and options are what they were are kept, also with reviews in them.</p>"
                "<p>The scenes come from a list (CSV with the columns id, pre, post), or from two folders whose "
                "images are matched by name or date. What is not certain is never guessed: look at the pairs first "
                "with <i>Only list the pairs</i>, complete <i>catalog.csv</i> and give it as list.</p>"
                "<p>Review the results of the scenes: the layer of all scenes is made of them anew each time.</p>"
            ),
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
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
        given = [bool(self.parameterAsString(parameters, name, context)) for name in (CATALOG, PRE_FOLDER, POST_FOLDER)]
        if given not in ([True, False, False], [False, True, True]):
            return False, tr("Choose either a list of scenes or two folders with images.")
        merged = named_output(parameters.get(MERGED), context)
        if merged and not merged.lower().endswith(".gpkg"):
            return False, tr("The layer is written as GeoPackage: give a file name that ends in .gpkg.")
        unfit = unopenable(merged) if merged else None
        return (True, "") if unfit is None else (False, literal(unfit))

    def prepareAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback | None
    ) -> bool:
        """Turn layers into files; runs in the main thread, where layers live."""
        if edited := edited_layers(context.project(), [named_output(parameters.get(MERGED), context)]):
            raise QgsProcessingException(
                tr("The layer “{}” is being edited. Save or discard the edits first.").format(edited[0])
            )
        self._folder = Path(tempfile.mkdtemp(prefix="xview2_"))
        for name, option in POLYGONS.items():
            # the stubs have no None, which QGIS gives where nothing was chosen
            layer: QgsVectorLayer | None = self.parameterAsVectorLayer(parameters, name, context)
            if layer is not None:
                self._polygons.append(f"--{option}={vector_file(layer, self._folder, option)}")
        return True

    def processAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback | None
    ) -> dict[str, Any]:
        """Run the engine; runs in a worker thread."""
        feedback = feedback or QgsProcessingFeedback()
        listing = self.parameterAsBool(parameters, "LIST_ONLY", context)
        folder = os.path.abspath(self.parameterAsString(parameters, FOLDER, context))
        merged = ""
        if not listing and is_named(parameters.get(MERGED), context):
            # in the worker: QGIS notes layers to load in the context that it is asked with
            merged = self.parameterAsOutputLayer(parameters, MERGED, context)
        command = self._command(parameters, context, folder)
        if merged:
            command.append(f"--merged={os.path.abspath(merged)}")
        try:
            result = self.engine_result(
                command, feedback, tr("The batch was cancelled. What is done is kept; run it again to go on.")
            )
        finally:
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
        if listing:
            path = os.path.join(folder, MATCHED_FILE)
            pairs = int(result.figures.get("scenes", 0))
            feedback.pushInfo(trn("{n} pair in “{path}”", "{n} pairs in “{path}”", pairs, path=path))
            return {FOLDER: folder, SUMMARY: path, SCENES: pairs}
        return self._outputs(result, folder, merged, context, feedback)

    def postProcessAlgorithm(  # noqa: N802
        self, context: QgsProcessingContext, feedback: QgsProcessingFeedback | None
    ) -> dict[str, Any]:
        """Let layers that showed replaced files read them anew; runs in the main thread."""
        if feedback is not None and (edited := edited_layers(context.project(), self._written)):
            feedback.pushWarning(still_edited(edited))
        reload_layers(context.project(), self._written)
        return {}

    def _command(self, parameters: dict[str, Any], context: QgsProcessingContext, folder: str) -> list[str]:
        command = ["batch", "--events=json", f"--output-dir={folder}", *self._polygons]
        for name, option in ((CATALOG, ""), (PRE_FOLDER, "--pre-folder="), (POST_FOLDER, "--post-folder=")):
            if path := self.parameterAsString(parameters, name, context):
                command.append(option + os.path.abspath(path))
        command.append(f"--match={self.parameterAsEnumString(parameters, MATCH, context)}")
        command.append(f"--model={model_word(self.parameterAsString(parameters, MODEL, context))}")
        if event := self.parameterAsString(parameters, EVENT, context):
            command.append(f"--event={os.path.abspath(event)}")
        for name in _CHOICES:
            word = self.parameterAsEnumString(parameters, name, context)
            if word not in ("", "auto", "model", "plain"):  # these are what leaving the option out means
                command.append(f"--{name.lower()}={word}")
        return [
            *command,
            *language_arguments(qgis_language()),
            *(f"--{option}" for name, option in FLAGS.items() if self.parameterAsBool(parameters, name, context)),
        ]

    def _outputs(
        self, result: Result, folder: str, merged: str, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from qgis.utils import iface

        failed, scenes = int(result.figures.get("failed", 0)), int(result.figures.get("scenes", 0))
        summary = os.path.join(folder, SUMMARY_FILE)
        outputs: dict[str, Any] = {
            FOLDER: folder, SUMMARY: summary, BUILDINGS: result.buildings, SCENES: scenes, FAILED: failed,
        }  # fmt: skip
        if merged and result.layers:
            there = scenes - failed
            title = trn("{n} scene", "{n} scenes", there)
            names = result_names(context.project(), title)
            standard = (self.parameterDefinition(MERGED).description(),)
            present_result(context, merged, "", Titles(names, standard), result.layers)
            outputs[MERGED] = layer_source(merged, DAMAGE_LAYER)
            self._written = (os.path.abspath(merged),)
        if failed:
            told = trn(
                "{failed} of {n} scene failed; “{file}” says why. Run again to try once more.",
                "{failed} of {n} scenes failed; “{file}” says why. Run again to try them once more.",
                scenes, failed=number_text(failed), file=summary,
            )  # fmt: skip
            if iface is None:  # a script looks at the exit code only
                raise QgsProcessingException(told)
            feedback.reportError(told, False)
        return outputs
