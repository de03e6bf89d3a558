"""An engine run inside an algorithm: blocks the worker thread, and talks to the feedback of Processing."""

from __future__ import annotations

from qgis.core import QgsProcessingException, QgsProcessingFeedback

from ..assessment.progress import RunProgress, stage_title
from ..engine_process.environment import EngineEnvironment
from ..engine_process.hints import hint_in_qgis
from ..engine_process.process import EngineProcess
from ..i18n.literal_text import literal
from ..i18n.number import number_text
from ..i18n.translation import tr, trn
from ..protocol.events import Event, Noise, Progress, Result, SceneReport, Started, Warned
from ..protocol.plain_text import sentence


class EngineRun:
    """Runs one command of the engine.

    Args:
        environment: where the engine runs.
        command: arguments of the engine.
        feedback: receives progress and warnings, and is asked for cancellation.
    """

    def __init__(self, environment: EngineEnvironment, command: list[str], feedback: QgsProcessingFeedback) -> None:
        self._environment = environment
        self._command = command
        self._feedback = feedback
        self._progress = RunProgress()

    def result(self) -> Result | None:
        """Run the engine to its end.

        Returns:
            The result, or None when the user cancelled.

        Raises:
            QgsProcessingException: the engine failed; the text says why and what to do.
        """
        # made here, not in the constructor: a QProcess belongs to the thread that waits for it
        process = EngineProcess(self._environment, self._command)
        process.reported.connect(self._on_event)
        process.start()
        outcome = process.wait(self._feedback.isCanceled)
        if outcome.failure is not None:
            if outcome.failure.details:
                self._feedback.pushConsoleInfo(outcome.failure.details)
            raise QgsProcessingException(outcome.failure.text)
        return outcome.result

    def _on_event(self, event: Event | Noise) -> None:
        if isinstance(event, Progress):
            if event.stage != self._progress.stage:
                self._feedback.setProgressText(stage_title(event.stage))
            self._progress.update(event)
            self._feedback.setProgress(self._progress.percent)
        elif isinstance(event, Started) and event.model:
            self._feedback.pushInfo(tr("Model: {}").format(literal(event.model)))  # “auto” may have been asked for
        elif isinstance(event, Warned):
            self._feedback.pushWarning(event.message)
        elif isinstance(event, SceneReport):
            self._tell_scene(event)
        elif isinstance(event, Noise):
            self._feedback.pushDebugInfo(event.text)

    def _tell_scene(self, event: SceneReport) -> None:
        head = f"{event.number}/{event.total} {event.id}: "
        if event.status == "failed":
            hint = hint_in_qgis(event.code, event.hint)
            self._feedback.reportError(head + sentence(f"{event.message}: {hint}" if hint else event.message), False)
        elif event.status != "started":
            counts = ", ".join(f"{name} {count}" for name, count in event.counts.items() if count)
            told = trn("{n} building", "{n} buildings", event.buildings) + (f" ({counts})" if counts else "")
            took = tr("kept from before") if event.seconds is None else tr("{} s").format(number_text(event.seconds, 1))
            self._feedback.pushInfo(f"{head}{told}, {took}")
