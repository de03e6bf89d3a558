"""One assessment in the background of QGIS: the engine's process, its progress, and its place in QGIS's task list.

Everything here happens in the main thread: the work is done by the child process, and its lines arrive as signals of
the event loop.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from qgis.core import Qgis, QgsApplication, QgsProxyProgressTask
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..engine_process.environment import EngineEnvironment
from ..engine_process.outcome import Outcome
from ..engine_process.process import EngineProcess
from ..i18n.literal_text import literal, log_message
from ..i18n.translation import tr
from ..protocol.events import Event, Noise, Progress, Started, Warned
from ..protocol.journal.unfinished_run import UnfinishedRun, find_unfinished_run
from ..protocol.options.assessment import AssessmentParameters
from ..protocol.redaction import redacted
from .progress import RunProgress, stage_title
from .unfinished import forget, remember


class AssessmentTask(QObject):
    """Runs one request.

    Signals:
        progressed: the :class:`RunProgress` has changed.
        logged: a line for people.
        cancelling: the run is to stop, requested here or in QGIS's task list.
        finished: the :class:`Outcome`, exactly once.

    Attributes:
        request: what is done.
        progress: how far it is.
        warnings: what the engine warned of.
        doubtful: whether one of the warnings is about the result.
        unfinished: what can be gone on with, once the run has ended without a result.

    Args:
        request: what to do.
        environment: where the engine runs.
        folder: temporary files of the request; removed when the run has ended, unless it can be gone on with.
        parent: Qt parent.
    """

    progressed = pyqtSignal(object)
    logged = pyqtSignal(str)
    cancelling = pyqtSignal()
    finished = pyqtSignal(object)

    def __init__(
        self,
        request: AssessmentParameters,
        environment: EngineEnvironment,
        folder: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.request = request
        self.progress = RunProgress()
        self.warnings: list[str] = []
        self.doubtful = False
        self.unfinished: UnfinishedRun | None = None
        self._folder = folder
        self._process = EngineProcess(environment, request.arguments(), self)
        self._process.reported.connect(self._on_event)
        self._process.finished.connect(self._on_finished)
        # shows the run in QGIS's own task list, with its cancel button, also when the dialog is closed
        title = tr("Assess building damage: {}").format(literal(request.output.stem))
        if hasattr(QgsProxyProgressTask, "canceled"):
            self._proxy = QgsProxyProgressTask(title, True)
            self._proxy.canceled.connect(self._on_proxy_cancelled)
        else:
            # QGIS 3.22 shows such a task, but has no cancel button for it; that of the dialog works
            self._proxy = QgsProxyProgressTask(title)
        # where all threads of QGIS are busy it waits in the list, and QGIS itself ends one that is cancelled there
        self._proxy.taskTerminated.connect(self._on_proxy_ended)
        self._proxy.taskCompleted.connect(self._on_proxy_ended)
        self._proxy_open = True

    @property
    def running(self) -> bool:
        """Whether the run has been started and has not ended."""
        return self._process.running

    def start(self) -> None:
        """Start the run; returns at once."""
        remember(self.request.output)
        QgsApplication.taskManager().addTask(self._proxy)
        self._process.start()

    def cancel(self) -> None:
        """Ask the run to stop; ``finished`` follows."""
        self.cancelling.emit()
        self._process.cancel()

    def stop(self) -> None:
        """End the run within seconds, because QGIS closes; blocks so long."""
        self._process.stop()

    def _on_event(self, event: Event | Noise) -> None:
        if isinstance(event, Progress):
            if event.stage != self.progress.stage:
                self.logged.emit(stage_title(event.stage))
            self.progress.update(event)
            if self._proxy_open:
                self._proxy.setProxyProgress(self.progress.percent)
            self.progressed.emit(self.progress)
        elif isinstance(event, Started):
            # what runs on what, for a log that is sent to others
            for name in ("pre", "post", "model", "device", "output"):
                if value := getattr(event, name):
                    self.logged.emit(f"{name}: {redacted(value)}")
        elif isinstance(event, Warned) and event.code == "unfinished-run":
            self.logged.emit(tr("What an earlier run had finished is given up."))  # the dialog has told it before
        elif isinstance(event, Warned):
            self.warnings.append(event.message)
            self.doubtful = self.doubtful or event.concerns_result
            self.logged.emit(tr("Warning: {}").format(event.message))
            log_message(event.message, Qgis.MessageLevel.Warning)
        elif isinstance(event, Noise):
            log_message(event.text, Qgis.MessageLevel.Info)

    def _on_proxy_cancelled(self) -> None:
        self.cancel()

    def _on_proxy_ended(self) -> None:
        self._proxy_open = False

    def _on_finished(self, outcome: Outcome) -> None:
        if self._proxy_open:
            self._proxy_open = False
            self._proxy.finalize(outcome.result is not None)
        if outcome.result is None:
            self.unfinished = find_unfinished_run(self.request.output)
        if self.unfinished is None:
            forget()
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
        if outcome.result is not None:
            facts = (outcome.result.device, outcome.result.provider, outcome.result.precision)
            self.logged.emit(tr("Ran on {}").format(", ".join(fact for fact in facts if fact)))
        if outcome.failure is not None:
            text = f"{outcome.failure.text}\n{outcome.failure.details}".strip()
            log_message(text, Qgis.MessageLevel.Critical)
        self.finished.emit(outcome)
