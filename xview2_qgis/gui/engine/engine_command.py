"""A command of the engine that prints text for people, such as ``doctor`` and ``demo``."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.PyQt.QtCore import QObject, QProcess, pyqtSignal

from ...engine_process.environment import EngineEnvironment


@dataclass(frozen=True)
class Answer:
    """What a command has said.

    Attributes:
        exit_code: 0 when it has done what it is for; -1 when it could not be started or crashed.
        output: its standard output.
        error: its last line of standard error, ``message: what to do``; empty without one.
    """

    exit_code: int
    output: str
    error: str


class EngineCommand(QObject):
    """One run of a command.

    Signals:
        finished: the :class:`Answer`; exactly once, unless the command was stopped.

    Args:
        environment: where the engine runs.
        command: arguments of the engine.
        parent: Qt parent.
    """

    finished = pyqtSignal(object)

    def __init__(self, environment: EngineEnvironment, command: list[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._environment = environment
        self._command = command
        self._ended = False
        self._process = environment.child_process(self)
        self._process.errorOccurred.connect(self._on_error)
        self._process.finished.connect(self._on_finished)

    def start(self) -> None:
        """Start the command; returns at once."""
        self._process.start(self._environment.interpreter, self._environment.arguments(self._command))

    def stop(self) -> None:
        """End the command without an answer."""
        self._ended = True
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(2000)

    def _on_error(self, error: QProcess.ProcessError) -> None:
        # the other errors come with `finished`
        if error == QProcess.ProcessError.FailedToStart:
            self._end(Answer(-1, "", self._process.errorString()))

    def _on_finished(self, exit_code: int, status: QProcess.ExitStatus) -> None:
        output = bytes(self._process.readAllStandardOutput()).decode("utf-8", errors="replace")
        lines = bytes(self._process.readAllStandardError()).decode("utf-8", errors="replace").split("\n")
        error = next((line.strip() for line in reversed(lines) if line.strip()), "")
        crashed = status == QProcess.ExitStatus.CrashExit
        prefix = "error: "
        text = error[len(prefix) :] if error.startswith(prefix) else error
        self._end(Answer(-1 if crashed else exit_code, output, text))

    def _end(self, answer: Answer) -> None:
        if not self._ended:
            self._ended = True
            self.finished.emit(answer)
