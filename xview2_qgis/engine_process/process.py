"""The engine as a child process: start it, read its events, stop it, and report how it ended.

A crash, a full disk or a missing library on the engine's side ends the child process only. There is no limit on the
total time of a run, because large rasters take hours; the user stops it.

The same class serves the dialog (signals of the event loop) and Processing (:meth:`EngineProcess.wait` in a worker
thread).
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from qgis.PyQt.QtCore import QObject, QProcess, QTimer, pyqtSignal

from ..protocol.events import Failed, Noise, Result, Stopped, decode
from .environment import EngineEnvironment
from .line_splitter import LineSplitter
from .outcome import Ending, Outcome, not_started

#: Last lines of the engine's standard error that are kept for the details of a failure.
KEPT_LINES = 60

#: Seconds after the request to cancel when the process gets signals, the second of which ends it at once, and when it
#: is killed. The current tile is finished first, which takes a slow computer half a minute.
TERMINATE_AFTER_S = 30.0
KILL_AFTER_S = 180.0

#: Seconds that the engine gets to tidy up when QGIS closes.
GRACE_S = 3.0


class EngineProcess(QObject):
    """One run of the engine.

    Signals:
        reported: an event of :mod:`.protocol.events`, or :class:`Noise`.
        finished: the :class:`Outcome`, exactly once, also when the process cannot be started.

    Args:
        environment: where the engine runs.
        command: arguments of the engine.
        parent: Qt parent.
        terminate_after_s: seconds between the request to cancel and the signal to terminate.
        kill_after_s: seconds between the request to cancel and the kill.
    """

    reported = pyqtSignal(object)
    finished = pyqtSignal(object)

    def __init__(
        self,
        environment: EngineEnvironment,
        command: list[str],
        parent: QObject | None = None,
        terminate_after_s: float = TERMINATE_AFTER_S,
        kill_after_s: float = KILL_AFTER_S,
    ) -> None:
        super().__init__(parent)
        from ..protocol.redaction import Redaction  # many patterns, for which the start of QGIS need not wait

        self._environment = environment
        self._command = command
        # libraries write to the streams of the engine, too, past what it does itself
        self._redaction = Redaction.of(command)
        self._terminate_after_s = terminate_after_s
        self._kill_after_s = kill_after_s
        self._cancelled_at: float | None = None
        self._outcome: Outcome | None = None
        self._last: Result | Failed | Stopped | None = None
        self._out = LineSplitter()
        self._err = LineSplitter()
        self._err_lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._process = environment.child_process(self)
        self._process.readyReadStandardOutput.connect(self._read_output)
        self._process.readyReadStandardError.connect(self._read_error)
        self._process.errorOccurred.connect(self._on_error)
        self._process.finished.connect(self._on_finished)
        self._insistence = QTimer(self)
        self._insistence.setInterval(200)
        self._insistence.timeout.connect(self._insist)

    @property
    def running(self) -> bool:
        """Whether the child process lives."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    @property
    def outcome(self) -> Outcome | None:
        """How the run ended, or None while it has not."""
        return self._outcome

    def start(self) -> None:
        """Start the child process; returns at once."""
        self._process.start(self._environment.interpreter, self._environment.arguments(self._command))

    def cancel(self) -> None:
        """Ask the engine to stop; it does so within one tile. If it does not, it is terminated, then killed."""
        if self._cancelled_at is not None or self._outcome is not None:
            return
        self._cancelled_at = time.monotonic()
        if self.running:
            self._process.write(b"cancel\n")
            self._insistence.start()

    def stop(self, grace_s: float = GRACE_S) -> None:
        """Ask the engine to stop and wait for it, because QGIS closes; end it when it takes longer.

        Args:
            grace_s: seconds it gets to remove its working files, which may be large.
        """
        self.cancel()
        if not self.running or self._process.waitForFinished(round(grace_s * 1000)):
            return
        for patience_ms in (100, 2500):
            # the second signal ends the engine in the middle of a tile; it still removes its working files
            self._process.terminate()
            if self._process.waitForFinished(patience_ms):
                return
        if self.running:
            self._process.kill()
            self._process.waitForFinished(5000)

    def wait(self, is_cancelled: Callable[[], bool]) -> Outcome:
        """Block until the run has ended; needs no event loop. Events are emitted meanwhile.

        Args:
            is_cancelled: asked several times a second whether to stop.
        """
        while self._outcome is None:
            if self._process.waitForFinished(100) or not self.running:
                break
            if is_cancelled():
                self.cancel()
                self._insist()
        if self._outcome is None:
            self._on_finished(self._process.exitCode(), self._process.exitStatus())
        return self._outcome or Outcome()

    def _insist(self) -> None:
        if self._cancelled_at is None or not self.running:
            self._insistence.stop()
            return
        waited = time.monotonic() - self._cancelled_at
        if waited > self._kill_after_s:
            self._process.kill()
        elif waited > self._terminate_after_s:
            self._process.terminate()

    def _read_output(self) -> None:
        for line in self._out.feed(bytes(self._process.readAllStandardOutput())):
            self._take(line)

    def _take(self, line: str) -> None:
        event = decode(line)
        if isinstance(event, Noise):
            event = Noise(self._redaction.clean(event.text))
        if isinstance(event, (Result, Failed, Stopped)):
            self._last = event
        self.reported.emit(event)

    def _read_error(self) -> None:
        self._err_lines.extend(self._err.feed(bytes(self._process.readAllStandardError())))

    def _on_error(self, error: QProcess.ProcessError) -> None:
        # the other errors come with `finished`, which knows more
        if error == QProcess.ProcessError.FailedToStart:
            self._finish(not_started(self._environment.interpreter, self._process.errorString()))

    def _on_finished(self, exit_code: int, status: QProcess.ExitStatus) -> None:
        if self._outcome is not None:
            return
        self._read_output()
        self._read_error()
        for line in self._out.finish():
            self._take(line)
        self._err_lines.extend(self._err.finish())
        ending = Ending(
            interpreter=self._environment.interpreter,
            exit_code=exit_code,
            crashed=status == QProcess.ExitStatus.CrashExit,
            last_event=self._last,
            cancelled=self._cancelled_at is not None,
            details="\n".join(map(self._redaction.clean, self._err_lines)),
        )
        self._finish(ending.outcome())

    def _finish(self, outcome: Outcome) -> None:
        if self._outcome is None:
            self._outcome = outcome
            self._insistence.stop()
            self.finished.emit(outcome)
