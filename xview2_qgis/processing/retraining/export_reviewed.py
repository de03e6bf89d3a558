"""The algorithm ``xview2:exportreviewed``: reviewed layers and their images become a folder to train on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFile,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterString,
    QgsProject,
    QgsVectorLayer,
)

from ...i18n.translation import tr
from ...layers.open_project import open_project
from ...results.result_images import find_image, image_sources
from ..accuracy.layer_file import saved_result
from ..algorithm import AlgorithmWords, XView2Algorithm

RESULTS, EVENT, IMAGES, OUTPUT = "RESULTS", "EVENT", "IMAGES", "OUTPUT"
TILES, BUILDINGS = "TILES", "BUILDINGS"


class ExportReviewedAlgorithm(XView2Algorithm):
    """Writes reviewed results with their images in the layout of xBD."""

    def __init__(self) -> None:
        super().__init__()
        self._paths: list[str] = []
        self._folders: list[str] = []

    def words(self) -> AlgorithmWords:
        """Return what the algorithm says of itself."""
        return AlgorithmWords(
            "exportreviewed",
            tr("Write reviews to train on"),
            tr("Writes reviewed buildings with their images as a folder to train a model on."),
            tr(
                "<p>Writes tiles of both images around the reviewed buildings, with outlines and the classes of the "
                "reviewers, in the layout of the data set xBD: <i>xview2-train</i> goes on from there to a model that "
                "knows this event. Buildings that nobody reviewed are in it without a class, outlines reviewed as "
                "<i>no building</i> are not.</p>"
                "<p>Draw the buildings that the model has missed: what has no outline teaches that there is none.</p>"
                "<p>The images are searched among the layers of the project, beside the result, and in the folder that "
                "you choose.</p>"
            ),
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        """Declare parameters and outputs."""
        self.addParameter(
            QgsProcessingParameterMultipleLayers(
                RESULTS, tr("Damage layers with reviews"), QgsProcessing.SourceType.TypeVectorPolygon
            )
        )
        self.addParameter(
            QgsProcessingParameterString(EVENT, tr("Name of the event (else those of the results)"), optional=True)
        )
        self.addParameter(
            QgsProcessingParameterFile(
                IMAGES, tr("Folder with the images, if they are not found"),
                QgsProcessingParameterFile.Behavior.Folder, optional=True,
            )
        )  # fmt: skip
        self.addParameter(QgsProcessingParameterFolderDestination(OUTPUT, tr("Folder to train on")))
        self.addOutput(QgsProcessingOutputNumber(TILES, tr("Pairs of tiles")))
        self.addOutput(QgsProcessingOutputNumber(BUILDINGS, tr("Reviewed outlines")))

    def prepareAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback | None
    ) -> bool:
        """Find the files of the layers and of their images; runs in the main thread, where layers live."""
        layers = self.parameterAsLayerList(parameters, RESULTS, context)
        found = [layer for layer in layers if isinstance(layer, QgsVectorLayer)]
        self._paths = [saved_result(layer) for layer in found]
        folder = self.parameterAsString(parameters, IMAGES, context)
        named = [folder] if folder else []
        self._folders = list(dict.fromkeys([*named, *_folders(context.project(), found)]))
        return True

    def processAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback | None
    ) -> dict[str, Any]:
        """Run the engine; runs in a worker thread."""
        feedback = feedback or QgsProcessingFeedback()
        output = self.parameterAsString(parameters, OUTPUT, context)
        command = ["export-reviewed", *self._paths, "--output", output, "--events", "json"]
        for folder in self._folders:
            command += ["--images", folder]
        event = self.parameterAsString(parameters, EVENT, context).strip()
        if event:
            command.append(f"--event={event}")
        result = self.engine_result(command, feedback, tr("No folder was written."))
        for word, count in result.counts.items():
            feedback.pushInfo(f"{word}: {count}")
        return {OUTPUT: output, TILES: int(result.figures.get("tiles", 0)), BUILDINGS: result.buildings}


def _folders(project: QgsProject | None, layers: list[QgsVectorLayer]) -> list[str]:
    """Return where the images of results lie, but for those beside their result, where the engine looks itself."""
    folders = []
    for layer in layers:
        own = Path(saved_result(layer)).parent
        for source in image_sources(layer):
            image = find_image(project or open_project(), layer, source)
            path = Path(image.source()) if image is not None else own
            if path.is_file() and path.parent != own:
                folders.append(str(path.parent))
    return folders
