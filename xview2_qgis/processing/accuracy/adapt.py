"""The algorithm ``xview2:adapt``: rates the other buildings of an event by those that were reviewed."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
)

from ...i18n.translation import tr
from ...results.adaptation_gain import AdaptationGain
from ..algorithm import AlgorithmWords, XView2Algorithm
from .layer_file import RESULT, read_result, result_parameter

ACTION = "ACTION"
CHANGED, ACCURACY_GAIN, MACRO_F1_GAIN = "CHANGED", "ACCURACY_GAIN", "MACRO_F1_GAIN"
_OPTIONS: tuple[tuple[str, ...], ...] = ((), ("--dry-run",), ("--undo",))


class AdaptAlgorithm(XView2Algorithm):
    """Adapts a result to its event, or says what that would be worth, or takes it back."""

    def __init__(self) -> None:
        super().__init__()
        self._path = ""

    def words(self) -> AlgorithmWords:
        """Return what the algorithm says of itself."""
        return AlgorithmWords(
            "adapt",
            tr("Adapt to this event"),
            tr("Rates the other buildings of an event anew, by those that were reviewed."),
            tr(
                "<p>Learns from the reviewed buildings of a result how the model errs in this event, and rates all "
                "others anew. Reviewed buildings keep their class.</p>"
                "<p>What it is worth is measured on the reviewed buildings before, each rated without its own review; "
                "where it would not help, nothing is changed. 30 reviews are a beginning, 100 are better: some at "
                "random, some where the model is in doubt.</p>"
                "<p>It can be taken back at any time.</p>"
            ),
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        """Declare parameters and outputs."""
        self.addParameter(result_parameter())
        actions = [tr("Adapt, where it helps"), tr("Only say what it would be worth"), tr("Take it back")]
        self.addParameter(QgsProcessingParameterEnum(ACTION, tr("What to do"), actions, defaultValue=0, optional=True))
        self.addOutput(QgsProcessingOutputNumber(CHANGED, tr("Buildings with another class than the model's")))
        self.addOutput(QgsProcessingOutputNumber(ACCURACY_GAIN, tr("Accuracy won")))
        self.addOutput(QgsProcessingOutputNumber(MACRO_F1_GAIN, tr("Mean F1 of the classes won")))

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
        options = _OPTIONS[self.parameterAsEnum(parameters, ACTION, context)]
        command = ["adapt", self._path, *options, "--events", "json"]
        result = self.engine_result(command, feedback, tr("Nothing was changed."))
        gain = AdaptationGain.of(result)
        if gain is None:
            return {RESULT: self._path}
        for line in gain.lines():
            feedback.pushInfo(line)
        return {
            RESULT: self._path, CHANGED: gain.changed, ACCURACY_GAIN: gain.accuracy, MACRO_F1_GAIN: gain.macro_f1,
        }  # fmt: skip
