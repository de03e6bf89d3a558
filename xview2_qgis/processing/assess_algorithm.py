"""The algorithm ``xview2:assess``: from an image pair to a damage layer."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorDestination,
    QgsRasterLayer,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtGui import QIcon

from ..assessment_request import (
    DEFAULT_MODEL,
    DEVICES,
    PRECISIONS,
    REGISTRATIONS,
    TEST_TIME_AUGMENTATIONS,
    AssessmentRequest,
)
from ..engine.classes import CLASS_LABELS, CLASS_NAMES, Damage
from ..engine_environment import EngineEnvironment, EngineMissingError, find_engine
from ..engine_events import Result
from ..icon_files import icon
from ..image_overlap import image_overlap, near_images
from ..layer_sources import corrected_crs, extent_file, extent_in, plain_file, raster_source
from ..open_results import edited_layers, reload_layers, still_edited
from ..output_names import unopenable
from ..plugin_metadata import metadata
from ..result_layers import DAMAGE_LAYER, layer_source, result_text
from ..source_files import overwritten_input
from ..unusable_layer import UnusableLayerError
from .engine_run import EngineRun
from .polygon_input import PolygonInput
from .raw_value import named_inputs, named_output
from .result_presentation import present_damage, present_raster

#: Names of the outputs that hold numbers of buildings.
COUNT_OUTPUTS = {
    Damage.NO_DAMAGE: "NO_DAMAGE",
    Damage.MINOR: "MINOR_DAMAGE",
    Damage.MAJOR: "MAJOR_DAMAGE",
    Damage.DESTROYED: "DESTROYED",
    Damage.UNKNOWN: "UNKNOWN",
}


class AssessAlgorithm(QgsProcessingAlgorithm):
    """Assesses the damage of every building that two images show."""

    PRE = "PRE"
    POST = "POST"
    MODEL = "MODEL"
    AOI = "AOI"
    EXTENT = "EXTENT"
    FOOTPRINTS = "FOOTPRINTS"
    DEVICE = "DEVICE"
    PRECISION = "PRECISION"
    TTA = "TTA"
    REGISTER = "REGISTER"
    OUTPUT = "OUTPUT"
    DAMAGE_RASTER = "DAMAGE_RASTER"
    REPORT = "REPORT"
    BUILDINGS = "BUILDINGS"
    DEVICE_USED = "DEVICE_USED"

    def __init__(self) -> None:
        super().__init__()
        self._environment: EngineEnvironment | None = None
        # what is known in the main thread; the files to write are added in the worker
        self._request: AssessmentRequest | None = None
        self._area: PolygonInput | None = None
        self._extent: tuple[QgsRectangle, QgsCoordinateReferenceSystem] | None = None
        self._footprints: PolygonInput | None = None
        self._input_files: set[str] = set()
        self._written: tuple[str, ...] = ()

    # who it is

    def createInstance(self) -> AssessAlgorithm:  # noqa: N802 - names of this class are QGIS's
        """Return a new instance."""
        return AssessAlgorithm()

    def name(self) -> str:
        """Return the stable name."""
        return "assess"

    def displayName(self) -> str:  # noqa: N802
        """Return the title."""
        return self.tr("Assess building damage")

    def icon(self) -> QIcon:
        """Return the icon."""
        return icon("xview2")

    def tags(self) -> list[str]:
        """Return words it is found by."""
        words = self.tr("building,damage,disaster,earthquake,hurricane,flood,fire,satellite,change,deep learning,xbd")
        return words.split(",")

    def shortDescription(self) -> str:  # noqa: N802
        """Return the tool tip."""
        return self.tr("Finds buildings in a pair of satellite images and rates the damage of each.")

    def helpUrl(self) -> str:  # noqa: N802
        """Return the home page."""
        return metadata("homepage")

    def shortHelpString(self) -> str:  # noqa: N802
        """Return the help beside the parameters."""
        return self.tr(
            "<p>Finds the buildings in an image from before an event, and rates the damage of each by comparing it "
            "with an image from after the event.</p>"
            "<h3>Images</h3>"
            "<p>Two georeferenced rasters with red, green and blue that overlap. CRS, resolution and bit depth may "
            "differ. Web services (WMS, XYZ) must be saved as GeoTIFF first.</p>"
            "<h3>Area</h3>"
            "<p>A polygon layer, an extent, or both (then what they have in common). Without them, all that both "
            "images cover is assessed.</p>"
            "<h3>Footprints</h3>"
            "<p>Known building polygons are rated as they are; the model adds the buildings it finds beside them.</p>"
            "<h3>Model</h3>"
            "<p>Name of an installed model, or path of a model bundle. The model “compact” comes with the plugin; like "
            "all models trained on xBD it is licensed CC BY-NC-SA 4.0.</p>"
            "<h3>Advanced</h3>"
            "<p><b>Device</b> “auto” takes a graphics card that works, else the CPU; TensorRT only runs when it is "
            "chosen. <b>Precision</b> fp16 needs a model exported for it (“compact” is not) or TensorRT. <b>Test-time "
            "augmentation</b> averages over the image and its mirror image (mirror: twice the time) or over four "
            "flips; “model” leaves that to the model. <b>Correct a shift</b> measures how far the images lie apart and "
            "moves the second one where it is 6 to 16 m (the models know shorter shifts, longer ones are not found); "
            "switch it off for images that are known to fit.</p>"
            "<h3>Output</h3>"
            "<p>A GeoPackage with the layer <i>damage</i> (one polygon per building: class, confidence, class "
            "probabilities, area in m²), the layer <i>assessed_area</i> and the table <i>run</i>. The style is inside. "
            "On demand also a class raster (0 no building, 1 no damage, 2 minor, 3 major, 4 destroyed, 255 not "
            "assessed) and an HTML report. Existing files are replaced when the run is complete, never before.</p>"
            "<p>The computation runs in a process of its own; the log says on which device it really ran.</p>"
        )

    # what it takes

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare parameters and outputs."""
        advanced = QgsProcessingParameterDefinition.Flag.FlagAdvanced
        polygons = [QgsProcessing.SourceType.TypeVectorPolygon]
        self.addParameter(QgsProcessingParameterRasterLayer(self.PRE, self.tr("Image from before the event")))
        self.addParameter(QgsProcessingParameterRasterLayer(self.POST, self.tr("Image from after the event")))
        self.addParameter(
            QgsProcessingParameterString(
                self.MODEL, self.tr("Model: name, or path of a bundle"), defaultValue=DEFAULT_MODEL
            )
        )
        self.addParameter(
            QgsProcessingParameterFeatureSource(self.AOI, self.tr("Area to assess"), polygons, optional=True)
        )
        self.addParameter(QgsProcessingParameterExtent(self.EXTENT, self.tr("Extent to assess"), optional=True))
        self.addParameter(
            QgsProcessingParameterFeatureSource(
                self.FOOTPRINTS, self.tr("Building footprints"), polygons, optional=True
            )
        )
        for name, title, options in (
            (self.DEVICE, self.tr("Device"), DEVICES),
            (self.PRECISION, self.tr("Precision"), PRECISIONS),
            (self.TTA, self.tr("Test-time augmentation"), TEST_TIME_AUGMENTATIONS),
            (self.REGISTER, self.tr("Correct a shift between the images"), REGISTRATIONS),
        ):
            parameter = QgsProcessingParameterEnum(
                name, title, options=list(options), defaultValue=options[0], usesStaticStrings=True
            )
            parameter.setFlags(parameter.flags() | advanced)
            self.addParameter(parameter)
        self.addParameter(
            QgsProcessingParameterVectorDestination(
                self.OUTPUT, self.tr("Damage"), QgsProcessing.SourceType.TypeVectorPolygon
            )
        )
        self.addParameter(
            QgsProcessingParameterRasterDestination(
                self.DAMAGE_RASTER, self.tr("Damage raster"), optional=True, createByDefault=False
            )
        )
        self.addParameter(
            QgsProcessingParameterFileDestination(
                self.REPORT,
                self.tr("Report"),
                fileFilter=self.tr("HTML files (*.html)"),
                optional=True,
                createByDefault=False,
            )
        )
        self.addOutput(QgsProcessingOutputNumber(self.BUILDINGS, self.tr("Number of buildings")))
        for damage, name in COUNT_OUTPUTS.items():
            self.addOutput(QgsProcessingOutputNumber(name, self.tr("Buildings: {}").format(CLASS_LABELS[damage])))
        self.addOutput(QgsProcessingOutputString(self.DEVICE_USED, self.tr("Device that really ran")))

    def checkParameterValues(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[bool, str]:
        """Refuse what can be known to fail before the run."""
        ok, message = super().checkParameterValues(parameters, context)
        if not ok:
            return ok, message
        output, *others = (
            named_output(parameters.get(name), context) for name in (self.OUTPUT, self.DAMAGE_RASTER, self.REPORT)
        )
        if output and not output.lower().endswith(".gpkg"):
            return False, self.tr("The damage layer is written as GeoPackage: give a file name that ends in .gpkg.")
        unfit = unopenable(output)
        if unfit is not None:
            return False, unfit
        lost = overwritten_input((output, *others), self._files_read(parameters, context))
        return (True, "") if lost is None else (False, self._refusal(lost))

    # what it does

    def prepareAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        """Turn layers into files; runs in the main thread, where layers live."""
        try:
            self._environment = find_engine()
        except EngineMissingError as error:
            raise QgsProcessingException(f"{error.message} {error.hint}") from error
        self._refuse_edited(parameters, context)
        try:
            self._prepare_inputs(parameters, context)
            self._input_files = self._files_read(parameters, context)
        except UnusableLayerError as error:
            raise QgsProcessingException(str(error)) from error
        return True

    def _refuse_edited(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        names = (self.OUTPUT, self.DAMAGE_RASTER, self.REPORT)
        edited = edited_layers(context.project(), (named_output(parameters.get(name), context) for name in names))
        if edited:
            raise QgsProcessingException(
                self.tr(
                    "The layer “{}” of the file to be replaced is being edited. Save or discard the edits first, or "
                    "give the result another name."
                ).format(edited[0])
            )

    def processAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Run the engine; runs in a worker thread."""
        if self._environment is None or self._request is None:
            raise QgsProcessingException(self.tr("The algorithm was not prepared."))
        # not made before: a run that waits for others may be cancelled without ever coming here
        folder = Path(tempfile.mkdtemp(prefix="xview2_"))
        try:
            # asked here and not before: QGIS notes layers to load in the context that it is asked with, and afterwards
            # looks at that of this thread only. Its words for a file are its key to the layer, so they stay as they are
            output = self.parameterAsOutputLayer(parameters, self.OUTPUT, context)
            damage_raster = self.parameterAsOutputLayer(parameters, self.DAMAGE_RASTER, context)
            report = self.parameterAsFileOutput(parameters, self.REPORT, context)
            lost = overwritten_input((output, damage_raster, report), self._input_files)
            if lost is not None:
                # whoever runs the algorithm without the check comes here
                raise QgsProcessingException(self._refusal(lost))
            request = replace(
                self._request,
                output=os.path.abspath(output),
                damage_raster=os.path.abspath(damage_raster) if damage_raster else None,
                report=os.path.abspath(report) if report else None,
                aoi=self._area_file(folder, feedback),
                footprints=self._footprints.file(folder, feedback) if self._footprints else None,
            )
            if feedback.isCanceled():
                return self._cancelled()
            result = EngineRun(self._environment, request.arguments(), feedback).result()
        except UnusableLayerError as error:
            raise QgsProcessingException(str(error)) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        if result is None:
            if not feedback.isCanceled():
                raise QgsProcessingException(self.tr("The engine was stopped from outside."))
            return self._cancelled()
        self._written = request.outputs
        feedback.pushInfo(result_text(result))
        damage = layer_source(output, DAMAGE_LAYER)
        group = self.tr("xView2: {}").format(Path(output).stem)
        present_damage(context, output, damage, group)
        present_raster(context, damage_raster, group)
        return self._outputs(result, damage, damage_raster, report)

    def postProcessAlgorithm(  # noqa: N802
        self, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Let layers that showed the replaced files read them anew; runs in the main thread."""
        if edited := edited_layers(context.project(), self._written):
            feedback.pushWarning(still_edited(edited))
        reload_layers(context.project(), self._written)
        return {}

    def _prepare_inputs(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        pre = self.parameterAsRasterLayer(parameters, self.PRE, context)
        post = self.parameterAsRasterLayer(parameters, self.POST, context)
        if pre is None or not pre.isValid():
            raise QgsProcessingException(self.invalidRasterError(parameters, self.PRE))
        if post is None or not post.isValid():
            raise QgsProcessingException(self.invalidRasterError(parameters, self.POST))
        sources = raster_source(pre), raster_source(post)
        if sources[0] == sources[1]:
            raise QgsProcessingException(self.tr("Both images are the same file; choose two different ones."))
        model = self.parameterAsString(parameters, self.MODEL, context).strip() or DEFAULT_MODEL
        self._area = self._polygons(parameters, self.AOI, context, "area")
        self._footprints = self._polygons(parameters, self.FOOTPRINTS, context, "footprints")
        self._extent = None
        if parameters.get(self.EXTENT):
            crs = self.parameterAsExtentCrs(parameters, self.EXTENT, context)
            # coordinates without a CRS are those of the image
            crs = crs if crs.isValid() else pre.crs()
            box = self.parameterAsExtent(parameters, self.EXTENT, context, crs)
            box = near_images(box, (pre, post), crs, context.transformContext())
            if self._area is None:
                self._extent = (box, crs)
            else:
                cut = extent_in(box, crs, self._area.source.sourceCrs(), context.transformContext())
                self._area = replace(self._area, cut_to=cut)
        if self._footprints is not None:
            self._footprints = self._near(self._footprints, (pre, post), context)
        self._request = AssessmentRequest(
            pre=sources[0],
            post=sources[1],
            pre_crs=corrected_crs(pre),
            post_crs=corrected_crs(post),
            output="",
            model=os.path.abspath(model) if os.path.exists(model) else model,
            device=self.parameterAsEnumString(parameters, self.DEVICE, context),
            precision=self.parameterAsEnumString(parameters, self.PRECISION, context),
            tta=self.parameterAsEnumString(parameters, self.TTA, context),
            register=self.parameterAsEnumString(parameters, self.REGISTER, context),
            # naming an existing file in Processing means to replace it
            overwrite=True,
        )

    def _area_file(self, folder: Path, feedback: QgsProcessingFeedback) -> str | None:
        if self._area is not None:
            return self._area.file(folder, feedback)
        return extent_file(*self._extent, folder, "area") if self._extent is not None else None

    def _polygons(
        self, parameters: dict[str, Any], parameter: str, context: QgsProcessingContext, name: str
    ) -> PolygonInput | None:
        value = parameters.get(parameter)
        if not value:
            return None
        source = self.parameterAsSource(parameters, parameter, context)
        if source is None:
            raise QgsProcessingException(self.invalidSourceError(parameters, parameter))
        # a definition may ask for a part of the layer only
        whole = not isinstance(value, QgsProcessingFeatureSourceDefinition)
        layer = self.parameterAsVectorLayer(parameters, parameter, context) if whole else None
        return PolygonInput(name, source, plain_file(layer) if layer is not None else None)

    def _near(
        self, footprints: PolygonInput, images: tuple[QgsRasterLayer, ...], context: QgsProcessingContext
    ) -> PolygonInput:
        box = image_overlap(images, footprints.source.sourceCrs(), context.transformContext())
        return replace(footprints, with_ids=True, within=box)

    def _files_read(self, parameters: dict[str, Any], context: QgsProcessingContext) -> set[str]:
        names = (self.PRE, self.POST, self.AOI, self.FOOTPRINTS)
        return set().union(*(named_inputs(parameters.get(name), context) for name in names))

    def _cancelled(self) -> dict[str, Any]:
        """Return no results; on the command line fail, because a script looks at the exit code only."""
        from qgis.utils import iface

        if iface is None:
            raise QgsProcessingException(self.tr("The assessment was cancelled; nothing was written."))
        return {}

    def _refusal(self, path: str) -> str:
        return self.tr("“{}” is an input of this run. Give the result another name.").format(path)

    def _outputs(self, result: Result, damage: str, damage_raster: str, report: str) -> dict[str, Any]:
        outputs: dict[str, Any] = {
            self.OUTPUT: damage,
            self.BUILDINGS: result.buildings,
            self.DEVICE_USED: ", ".join(fact for fact in (result.device, result.provider, result.precision) if fact),
        }
        for damage_class, name in COUNT_OUTPUTS.items():
            outputs[name] = result.counts.get(CLASS_NAMES[damage_class], 0)
        if damage_raster:
            outputs[self.DAMAGE_RASTER] = damage_raster
        if report:
            outputs[self.REPORT] = report
        return outputs

    def tr(self, text: str) -> str:
        """Translate a text."""
        return QCoreApplication.translate("AssessAlgorithm", text)
