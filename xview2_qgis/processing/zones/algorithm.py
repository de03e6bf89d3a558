"""The algorithm ``xview2:zones``: buildings by districts, by the cells of a grid, or by hexagons."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterVectorDestination,
)

from ...i18n.translation import qgis_language, tr
from ...layers.output_names import unopenable
from ...layers.source_files import overwritten_input
from ...layers.unusable_layer import UnusableLayerError
from ...protocol.options.language import language_arguments
from ...protocol.stored_result import DamagedError, InUseError, images_of_run
from ...results.open_results import edited_layers, reload_layers
from ...results.result_layers import layer_source
from ...results.result_names import image_name
from ...results.stored_facts import place_and_date, stored_facts
from ..accuracy.layer_file import read_result, result_parameter
from ..algorithm import AlgorithmWords, XView2Algorithm
from ..raw_value import named_inputs, named_output
from .presentation import ZONES_LAYER, present_zones
from .zone_layer import ZoneLayer, read_zone_layer

KIND, ZONES, ZONE_NAME, CELL_SIZE, RESOLUTION = "KIND", "ZONES", "ZONE_NAME", "CELL_SIZE", "RESOLUTION"
OUTPUT, TABLE = "OUTPUT", "TABLE"
#: Kinds of zones, as scripts and models name them.
POLYGONS, GRID, H3 = "polygons", "grid", "h3"
_KINDS = [POLYGONS, GRID, H3]
#: Outputs that are numbers, and what the engine calls them.
_FIGURES = {"ZONE_COUNT": "zones", "OUTSIDE": "outside", "NOT_OBSERVED": "not_observed", "WITH_RANGE": "with_range"}


class ZonesAlgorithm(XView2Algorithm):
    """Counts the buildings of a result by zone."""

    def __init__(self) -> None:
        super().__init__()
        self._path = ""
        self._title = ""
        self._zones: ZoneLayer | None = None
        self._written: tuple[str, ...] = ()

    def words(self) -> AlgorithmWords:
        """Return what the algorithm says of itself."""
        return AlgorithmWords(
            "zones",
            tr("Damage by zone"),
            tr("Counts buildings by district, grid cell or hexagon."),
            tr(
                "<p>Counts the buildings of a result, and their area, by final class: for the polygons of a layer such "
                "as administrative units, for the square cells of a grid, or for the hexagons of H3.</p>"
                "<p>Each building is counted once, in the zone in which a point of its outline lies. Beside the counts "
                "stand the shares of destroyed and of badly damaged buildings, and how much of the zone was assessed: "
                "where nothing was, no building does not mean no damage.</p>"
                "<p>After the review of a sample (<i>Draw buildings to review</i>), zones with enough reviewed "
                "buildings get ranges.</p>"
                "<p>The layer has two styles: major damage or worse, and destroyed. A table is written as CSV, or as "
                "a workbook (xlsx) with a sheet about event, images, method and limits.</p>"
            ),
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        """Declare parameters and outputs."""
        polygons, whole = [QgsProcessing.SourceType.TypeVectorPolygon], QgsProcessingParameterNumber.Type.Integer
        self.addParameter(result_parameter())
        self.addParameter(
            QgsProcessingParameterEnum(
                KIND, tr("Kind of zones: polygons of a layer, square grid, or hexagons (h3)"), options=_KINDS,
                defaultValue=POLYGONS, usesStaticStrings=True,
            )
        )  # fmt: skip
        self.addParameter(QgsProcessingParameterFeatureSource(ZONES, tr("Layer of zones"), polygons, optional=True))
        self.addParameter(
            QgsProcessingParameterField(ZONE_NAME, tr("Field with the names of the zones"), None, ZONES, optional=True)
        )
        self.addParameter(
            QgsProcessingParameterNumber(
                CELL_SIZE, tr("Side of a cell of the grid, metres"), whole, 500, True, 1, 1_000_000
            )
        )
        self.addParameter(
            QgsProcessingParameterNumber(RESOLUTION, tr("Resolution of H3 (0 to 15)"), whole, 9, True, 0, 15)
        )
        self.addParameter(
            QgsProcessingParameterVectorDestination(
                OUTPUT, tr("Damage by zone"), QgsProcessing.SourceType.TypeVectorPolygon
            )
        )
        self.addParameter(
            QgsProcessingParameterFileDestination(
                TABLE, tr("Table"), fileFilter=tr("Workbooks (*.xlsx);;Tables (*.csv)"), optional=True,
                createByDefault=False,
            )
        )  # fmt: skip
        for name, title in (
            ("ZONE_COUNT", tr("Number of zones")),
            ("OUTSIDE", tr("Buildings outside all zones")),
            ("NOT_OBSERVED", tr("Zones that were not observed")),
            ("WITH_RANGE", tr("Zones with a range")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def checkParameterValues(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[bool, str]:
        """Refuse what can be known to fail before the run."""
        ok, message = super().checkParameterValues(parameters, context)
        if not ok:
            return False, message or ""
        if self.parameterAsEnumString(parameters, KIND, context) == POLYGONS and not parameters.get(ZONES):
            return False, tr("Choose a layer of zones, or another kind of zones.")
        output = named_output(parameters.get(OUTPUT), context)
        if output and not output.lower().endswith(".gpkg"):
            return False, tr("The layer of zones is written as GeoPackage: give a file name that ends in .gpkg.")
        unfit = unopenable(output)
        return (True, "") if unfit is None else (False, unfit)

    def prepareAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback | None
    ) -> bool:
        """Turn layers into files; runs in the main thread, where layers live."""
        self._path = read_result(self, parameters, context)
        kind = self.parameterAsEnumString(parameters, KIND, context)
        place = _place(self._path)
        what = tr("hexagons")
        if kind == POLYGONS:
            self._zones = read_zone_layer(self, parameters, (ZONES, ZONE_NAME), context)
            what = str(self._zones.source.sourceName())
        elif kind == GRID:
            what = tr("grid of {} m").format(self.parameterAsInt(parameters, CELL_SIZE, context))
        self._title = tr("Damage by zone – {place} – {zones}").format(place=place, zones=what)
        edited = edited_layers(context.project(), [named_output(parameters.get(OUTPUT), context)])
        if edited:
            raise QgsProcessingException(
                tr(
                    "The layer “{}” of the file to be replaced is being edited. Save or discard the edits first, or "
                    "give the result another name."
                ).format(edited[0])
            )
        return True

    def processAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback | None
    ) -> dict[str, Any]:
        """Run the engine; runs in a worker thread."""
        feedback = feedback or QgsProcessingFeedback()
        output = self.parameterAsOutputLayer(parameters, OUTPUT, context)
        table = self.parameterAsFileOutput(parameters, TABLE, context)
        read = {self._path} | named_inputs(parameters.get(ZONES), context)
        lost = overwritten_input((output, table), read)
        if lost is not None:
            raise QgsProcessingException(tr("“{}” is an input of this run. Give the result another name.").format(lost))
        command = ["zones", self._path, "--output", os.path.abspath(output), "--overwrite", "--events", "json"]
        command += language_arguments(qgis_language())
        if table:
            command += ["--table", os.path.abspath(table)]
        folder = Path(tempfile.mkdtemp(prefix="xview2_"))
        try:
            command += self._zone_arguments(parameters, context, folder, feedback)
            result = self.engine_result(command, feedback, tr("The counting was cancelled; nothing was written."))
        except UnusableLayerError as error:
            raise QgsProcessingException(str(error)) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        self._written = (output, table) if table else (output,)
        for word, count in result.counts.items():
            feedback.pushInfo(f"{word}: {count}")
        present_zones(context, output, self._title, self.parameterDefinition(OUTPUT).description())
        outputs: dict[str, Any] = {OUTPUT: layer_source(output, ZONES_LAYER)}
        outputs.update({name: result.figures[key] for name, key in _FIGURES.items() if key in result.figures})
        return {**outputs, TABLE: table} if table else outputs

    def postProcessAlgorithm(  # noqa: N802
        self, context: QgsProcessingContext, feedback: QgsProcessingFeedback | None
    ) -> dict[str, Any]:
        """Let layers that showed the replaced file read it anew; runs in the main thread."""
        reload_layers(context.project(), self._written)
        return {}

    def _zone_arguments(
        self, parameters: dict[str, Any], context: QgsProcessingContext, folder: Path, feedback: QgsProcessingFeedback
    ) -> list[str]:
        kind = self.parameterAsEnumString(parameters, KIND, context)
        if kind == GRID:
            return ["--grid", str(self.parameterAsInt(parameters, CELL_SIZE, context))]
        if kind == H3:
            return ["--h3", str(self.parameterAsInt(parameters, RESOLUTION, context))]
        if self._zones is None:
            raise QgsProcessingException(tr("The algorithm was not prepared."))
        return self._zones.arguments(folder, feedback.isCanceled)


def _place(path: str) -> str:
    """Return what a result is about: place and date, else the name of its post-event image, else that of its file."""
    if place := place_and_date(stored_facts(path)):
        return place
    try:
        images = images_of_run(Path(path))
    except (InUseError, DamagedError):
        images = None
    return image_name(images[1]) if images is not None and images[1] else Path(path).stem
