"""Installing and removing the engine in the background of QGIS."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Callable

from qgis.core import Qgis, QgsApplication, QgsSettings, QgsTask
from qgis.PyQt.QtCore import pyqtSignal

from ..engine_process.environment import SETTING, managed_folder
from ..i18n.literal_text import log_message
from ..i18n.translation import tr
from .network import NetworkSettings, network_settings
from .outcome import InstallationError, InstallationOutcome
from .places import InstallationPlaces
from .plan import InstallationPlan
from .steps.folders import remove_engine
from .steps.held_lock import held_lock
from .steps.installation import Installation, plain_errors
from .steps.listener import CancelledError, Listener

_LEAST_S, _LEAST_SHARE = 3.0, 0.02  # before that, nothing can be said about the time left


class EngineTask(QgsTask):
    """A piece of work on the engine's folder, in a thread of QGIS. Keep it until ``ended`` has come.

    Signals:
        stage_changed: title of the stage that begins.
        logged: a line for the details; without passwords, and without the user's name in paths.
        ended: the :class:`InstallationOutcome`, exactly once, in the main thread.

    ``progressChanged`` of ``QgsTask`` has the percentage.

    Attributes:
        stage: title of the stage.
        outcome: how it ended, None while it has not.

    Args:
        title: text in QGIS's list of tasks.
    """

    stage_changed = pyqtSignal(str)
    logged = pyqtSignal(str)
    ended = pyqtSignal(object)

    def __init__(self, title: str) -> None:
        super().__init__(title, QgsTask.Flag.CanCancel)
        self.stage = ""
        self.outcome: InstallationOutcome | None = None
        self._found: InstallationOutcome | None = None
        self._started = time.monotonic()
        # a task that is cancelled before it has begun never comes to its thread
        self.taskTerminated.connect(self._on_terminated)

    @property
    def seconds_left(self) -> float | None:
        """About how many seconds the work takes still; None while that is not known."""
        share, passed = self.progress() / 100, time.monotonic() - self._started
        if share < _LEAST_SHARE or passed < _LEAST_S:
            return None
        return passed * (1 - share) / share

    def start(self) -> None:
        """Begin; returns at once."""
        QgsApplication.taskManager().addTask(self)

    def stop(self, grace_s: float = 10.0) -> None:
        """End the work because the plugin is unloaded; blocks until its processes are gone."""
        self.cancel()
        if self.status() in (QgsTask.TaskStatus.Running, QgsTask.TaskStatus.Queued, QgsTask.TaskStatus.OnHold):
            self.waitForFinished(round(grace_s * 1000))

    def run(self) -> bool:
        """Do the work; QGIS calls this in a thread."""
        self._started = time.monotonic()
        listener = Listener(self._on_stage, self.logged.emit, self._on_progress, self.isCanceled)
        try:
            self._found = InstallationOutcome(True, False, self.work(listener), "")
        except CancelledError:
            self._found = InstallationOutcome(False, True, tr("Cancelled."), self.after_cancel())
        except InstallationError as error:
            self._found = InstallationOutcome(False, False, error.message, error.hint)
            self.logged.emit(str(error))
        except Exception as error:  # a traceback in QGIS's window helps nobody
            self._found = InstallationOutcome(
                False, False, tr("Something unexpected happened: {}").format(repr(error)), tr("Please report it.")
            )
            self.logged.emit(repr(error))
        return self._found.succeeded

    def finished(self, result: bool) -> None:
        """Tell how it ended; QGIS calls this in the main thread."""
        del result
        self._end(self._found or InstallationOutcome(False, True, tr("Cancelled."), self.after_cancel()))

    @abstractmethod
    def work(self, listener: Listener) -> str:
        """Do the work in the thread and return what was done, for people.

        Raises:
            InstallationError, CancelledError: it was not done.
        """

    def after_cancel(self) -> str:
        """Return what to do when the user has stopped the work."""
        return ""

    def _on_terminated(self) -> None:
        if self._found is None:
            self.finished(False)

    def _end(self, outcome: InstallationOutcome) -> None:
        if self.outcome is not None:
            return
        self.outcome = outcome
        if not outcome.succeeded and not outcome.cancelled:
            log_message(f"{outcome.message} {outcome.hint}", Qgis.MessageLevel.Warning)
        self.ended.emit(outcome)

    def _on_stage(self, title: str) -> None:
        self.stage = title
        self.stage_changed.emit(title)
        self.logged.emit(title)

    def _on_progress(self, share: float) -> None:
        # 100 only when it has ended: QGIS takes that for the end
        self.setProgress(min(share, 0.999) * 100)


class InstallationTask(EngineTask):
    """Installs, updates and repairs the engine alike; goes on where an earlier one stopped.

    Make it in the main thread: QGIS's network settings are read there.

    Args:
        plan: what to install.
        network: reads how packages are reached; QGIS's settings by default.
    """

    def __init__(self, plan: InstallationPlan, network: Callable[[], NetworkSettings] = network_settings) -> None:
        super().__init__(tr("Install the engine of xView2"))
        self._plan = plan
        self._network = network()

    def work(self, listener: Listener) -> str:
        """Install."""
        Installation(self._plan, self._network, listener).run()
        return tr("The engine is installed and works.")

    def after_cancel(self) -> str:
        """Return what to do next."""
        return tr("Install goes on where it stopped.")

    def finished(self, result: bool) -> None:
        """Use the new engine from now on."""
        if result:
            QgsSettings().remove(SETTING)
        super().finished(result)


class RemovalTask(EngineTask):
    """Removes the engine that the plugin manages, and what is left of installations; never another environment."""

    def __init__(self) -> None:
        super().__init__(tr("Remove the engine of xView2"))
        self._places = InstallationPlaces(managed_folder())

    def work(self, listener: Listener) -> str:
        """Remove."""
        listener.stage(tr("Removing the engine"))
        with plain_errors(self._places.engine), held_lock(self._places.lock):
            remove_engine(self._places)
        return tr("The engine was removed.")
