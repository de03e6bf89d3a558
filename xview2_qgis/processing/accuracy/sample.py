"""The algorithm ``xview2:sample``: draws buildings to review."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterNumber,
)

from ...i18n.translation import tr
from ..algorithm import AlgorithmWords, XView2Algorithm
from .layer_file import RESULT, read_result, result_parameter

SIZE, SEED, REDRAW, DRAWN = "SIZE", "SEED", "REDRAW", "DRAWN"


class SampleAlgorithm(XView2Algorithm):
    """Draws a stratified random sample of the buildings of a result."""

    def __init__(self) -> None:
        super().__init__()
        self._path = ""

    def words(self) -> AlgorithmWords:
        """Return what the algorithm says of itself."""
        return AlgorithmWords(
            "sample",
            tr("Draw buildings to review"),
            tr("Draws a random sample, after whose review totals have a range."),
            tr(
                "<p>Draws a stratified random sample of the buildings of a result and stores it in its GeoPackage. "
                "Review these buildings in the review panel; then <i>Totals with ranges</i> estimates the number of "
                "buildings of each class with a 95 % interval.</p>"
                "<p>About 150 buildings are enough for a first answer. Reviews made before stay, and count as "
                "known.</p>"
            ),
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        """Declare parameters and outputs."""
        whole = QgsProcessingParameterNumber.Type.Integer
        self.addParameter(result_parameter())
        self.addParameter(QgsProcessingParameterNumber(SIZE, tr("Buildings to draw"), whole, 150, False, 1))
        self.addParameter(
            QgsProcessingParameterNumber(SEED, tr("Seed, to draw the same sample again"), whole, None, True, 1)
        )
        self.addParameter(
            QgsProcessingParameterBoolean(
                REDRAW, tr("Draw anew although the earlier sample has been reviewed"), defaultValue=False, optional=True
            )
        )
        self.addOutput(QgsProcessingOutputNumber(DRAWN, tr("Buildings drawn")))

    def prepareAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback | None
    ) -> bool:
        """Find the file of the layer; runs in the main thread, where layers live."""
        self._path = read_result(self, parameters, context)
        return True

    def processAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback | None
    ) -> dict[str, Any]:
        """Run the engine; runs in a worker thread."""
        feedback = feedback or QgsProcessingFeedback()
        size = self.parameterAsInt(parameters, SIZE, context)
        command = ["sample", self._path, "--size", str(size), "--events", "json"]
        if parameters.get(SEED) is not None:
            command += ["--seed", str(self.parameterAsInt(parameters, SEED, context))]
        if self.parameterAsBoolean(parameters, REDRAW, context):
            command.append("--redraw")
        result = self.engine_result(command, feedback, tr("No sample was drawn."))
        for stratum, count in result.counts.items():
            feedback.pushInfo(f"{stratum}: {count}")
        return {RESULT: self._path, DRAWN: result.buildings}
