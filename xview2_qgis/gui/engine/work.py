"""What is being done to the engine: one installation or removal at a time, whichever window shows it."""

from __future__ import annotations

from collections import deque

from qgis.PyQt.QtCore import QObject, QTime, pyqtSignal

from ...i18n.translation import tr
from ...installation.outcome import InstallationOutcome
from ...installation.plan import InstallationPlan
from ...installation.task import InstallationTask, RemovalTask

_KEPT_LINES = 4000


class EngineWork(QObject):
    """Starts the work and notes what it says, so that a window that is opened later can show it.

    Signals:
        changed: work has begun or ended.
        progressed: stage, percentage or time left have changed.
        logged: a line for people.
        ended: the :class:`InstallationOutcome`.

    Attributes:
        stage: what is done now, in words.
        percent: how much is done, 0–100.
        outcome: how the last work ended, None before.
        plan: what is installed, or was last; None if that was a removal.

    Args:
        parent: Qt parent.
    """

    changed = pyqtSignal()
    progressed = pyqtSignal()
    logged = pyqtSignal(str)
    ended = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stage = ""
        self.percent = 0.0
        self.outcome: InstallationOutcome | None = None
        self.plan: InstallationPlan | None = None
        self._task: InstallationTask | RemovalTask | None = None
        self._lines: deque[str] = deque(maxlen=_KEPT_LINES)

    @property
    def busy(self) -> bool:
        """Whether something is being installed or removed."""
        return self._task is not None

    @property
    def removing(self) -> bool:
        """Whether it is a removal."""
        return isinstance(self._task, RemovalTask)

    @property
    def log(self) -> str:
        """All lines so far."""
        return "\n".join(self._lines)

    def seconds_left(self) -> float | None:
        """Return about how long it will take, seconds; None while that is not known."""
        return None if self._task is None else self._task.seconds_left

    def install(self, plan: InstallationPlan) -> None:
        """Install, update or repair the engine; returns at once."""
        self.plan = plan
        self._start(InstallationTask(plan))

    def remove(self) -> None:
        """Remove the engine; returns at once."""
        self.plan = None
        self._start(RemovalTask())

    def repeat(self) -> None:
        """Do again what was done last, and ended early; it goes on where it stopped."""
        if self.plan is None:
            self.remove()
        else:
            self.install(self.plan)

    def cancel(self) -> None:
        """Ask the work to stop; ``ended`` follows."""
        if self._task is not None:
            self.stage = tr("Cancelling…")
            self.progressed.emit()
            self._task.cancel()

    def note(self, line: str) -> None:
        """Add a line to the log, with the time of day."""
        text = f"{QTime.currentTime().toString('HH:mm:ss')}  {line}"
        self._lines.append(text)
        self.logged.emit(text)

    def _start(self, task: InstallationTask | RemovalTask) -> None:
        if self._task is not None:
            return
        self._task = task
        self.outcome = None
        self.stage, self.percent = tr("Starting…"), 0.0
        task.stage_changed.connect(self._on_stage)
        task.logged.connect(self.note)
        task.progressChanged.connect(self._on_percent)
        task.ended.connect(self._on_ended)
        task.start()
        self.changed.emit()

    def _on_stage(self, stage: str) -> None:
        self.stage = stage
        self.progressed.emit()

    def _on_percent(self, percent: float) -> None:
        self.percent = percent
        self.progressed.emit()

    def _on_ended(self, outcome: InstallationOutcome) -> None:
        if self._task is None:
            return
        self._task = None
        self.outcome = outcome
        self.note(f"{outcome.message} {outcome.hint}".strip())
        self.changed.emit()
        self.ended.emit(outcome)

    def shut_down(self) -> None:
        """End the work, because the plugin is unloaded."""
        task, self._task = self._task, None
        if task is not None:
            task.stop()
