"""The algorithm ``xview2:report``: one page of a result as it is now."""

from __future__ import annotations

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
    QgsProcessingParameterField,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterVectorLayer,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)

from ...i18n.translation import qgis_language, tr
from ...layers.open_project import open_project
from ...protocol.options.language import language_arguments
from ...results.result_images import find_image, image_sources
from ..accuracy.layer_file import RESULT, read_result, result_parameter, vector_file
from ..algorithm import AlgorithmWords, XView2Algorithm

ZONES, ZONE_NAME, POST, OUTPUT, BUILDINGS = "ZONES", "ZONE_NAME", "POST", "OUTPUT", "BUILDINGS"


class ReportAlgorithm(XView2Algorithm):
    """Writes the report of a result, after a review too."""

    def __init__(self) -> None:
        super().__init__()
        self._path = ""
        self._folder: Path | None = None
        self._inputs: list[str] = []

    def words(self) -> AlgorithmWords:
        """Return what the algorithm says of itself."""
        return AlgorithmWords(
            "report",
            tr("Report of a result"),
            tr("One page with numbers, map, zones, review and limits, to read, print and send."),
            tr(
                "<p>Writes one HTML file that needs nothing beside it: numbers first, a map with coordinates and scale "
                "bar, counts by zone, what was not seen, how far people have reviewed the result, event and imagery, "
                "the model and its limits.</p>"
                "<p>All numbers are those of the layer as it is now: reviews count, outlines without a building do "
                "not. After the review of a sample (<i>Draw buildings to review</i>) they have ranges.</p>"
                "<p>Without zones, a large result is counted by a square grid. The map shows the post-event image of "
                "the run if it is found in the project, at its place or beside the result; else name it.</p>"
            ),
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        """Declare parameters and outputs."""
        self.addParameter(result_parameter())
        self.addParameter(
            QgsProcessingParameterVectorLayer(
                ZONES, tr("Zones to count by"), [QgsProcessing.SourceType.TypeVectorPolygon], optional=True
            )
        )
        self.addParameter(
            QgsProcessingParameterField(ZONE_NAME, tr("Field with the names of the zones"), None, ZONES, optional=True)
        )
        self.addParameter(
            QgsProcessingParameterRasterLayer(POST, tr("Post-event image, if it is not found"), optional=True)
        )
        self.addParameter(
            QgsProcessingParameterFileDestination(OUTPUT, tr("Report"), fileFilter=tr("HTML files (*.html)"))
        )
        self.addOutput(QgsProcessingOutputNumber(BUILDINGS, tr("Number of buildings")))

    def prepareAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback | None
    ) -> bool:
        """Turn layers into files; runs in the main thread, where layers live."""
        self._path = read_result(self, parameters, context)
        self._inputs = self._image(parameters, context)
        # the stubs have no None, which QGIS gives where nothing was chosen
        zones: QgsVectorLayer | None = self.parameterAsVectorLayer(parameters, ZONES, context)
        if zones is not None:
            self._folder = Path(tempfile.mkdtemp(prefix="xview2_"))
            self._inputs += ["--zones", vector_file(zones, self._folder, "zones")]
        return True

    def _image(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[str]:
        """Return the arguments for the post-event image: the chosen one, or where that of the run lies."""
        chosen: QgsRasterLayer | None = self.parameterAsRasterLayer(parameters, POST, context)
        if chosen is not None:
            if chosen.providerType() != "gdal":
                raise QgsProcessingException(tr("“{}” is a web service, not a raster file.").format(chosen.name()))
            return ["--post", str(chosen.source())]
        layer: QgsVectorLayer | None = self.parameterAsVectorLayer(parameters, RESULT, context)
        folder = None if layer is None else _project_folder(context.project() or open_project(), layer)
        return ["--images", str(folder)] if folder is not None else []

    def processAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback | None
    ) -> dict[str, Any]:
        """Run the engine; runs in a worker thread."""
        feedback = feedback or QgsProcessingFeedback()
        output = self.parameterAsFileOutput(parameters, OUTPUT, context)
        command = ["report", self._path, "--output", output, *self._inputs, "--events", "json", "--overwrite"]
        command += language_arguments(qgis_language())
        field = self.parameterAsString(parameters, ZONE_NAME, context)
        if field:
            command += ["--zone-name", field]
        try:
            result = self.engine_result(command, feedback, tr("No report was written."))
        finally:
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
        return {OUTPUT: output, BUILDINGS: result.buildings}


def _project_folder(project: QgsProject, layer: QgsVectorLayer) -> Path | None:
    """Return the folder of the post-event image of a result among the layers of the project, None where it is none."""
    sources = image_sources(layer)
    image = find_image(project, layer, sources[-1]) if sources else None
    path = None if image is None else Path(image.source())
    return path.parent if path is not None and path.is_file() else None
