"""A test of the engine, and diagnostics for a report: both ask the engine's ``doctor``."""

from __future__ import annotations

import re

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...engine_process.environment import EngineMissingError, find_engine
from ...i18n.translation import tr
from ...installation.diagnostics import diagnostics_text
from ...protocol.codes import ExitCode
from .engine_command import Answer, EngineCommand

#: A line of ``doctor`` about a device that has run the model.
_RUNS = re.compile(r"^(\w+): runs \(([^,)]+)", re.MULTILINE)
_TITLES = {
    "cpu": "CPU",
    "cuda": "NVIDIA CUDA",
    "tensorrt": "NVIDIA TensorRT",
    "directml": "DirectML",
    "coreml": "Core ML",
}


class EngineTrial(QObject):
    """Asks ``doctor`` once at a time.

    Signals:
        passed: the engine works; on what, as a sentence for people.
        failed: it does not; what is wrong, as a sentence.
        answered: what ``doctor`` has said, for the log.
        diagnosed: text for a report, without the user's name.

    Args:
        parent: Qt parent.
    """

    passed = pyqtSignal(str)
    failed = pyqtSignal(str)
    answered = pyqtSignal(str)
    diagnosed = pyqtSignal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command: EngineCommand | None = None

    @property
    def busy(self) -> bool:
        """Whether an answer is waited for."""
        return self._command is not None

    def test(self) -> None:
        """Test the engine; returns at once, ``passed`` or ``failed`` follows."""
        command = self._doctor()
        if command is not None:
            command.finished.connect(self._on_tested)
            command.start()

    def diagnose(self) -> None:
        """Collect diagnostics; returns at once, ``diagnosed`` follows, also without an engine."""
        command = None if self.busy else self._doctor()
        if command is not None:
            command.finished.connect(self._on_diagnosed)
            command.start()
        elif not self.busy:
            self.diagnosed.emit(diagnostics_text(""))

    def stop(self) -> None:
        """End what is under way without an answer."""
        if self._command is not None:
            self._command.stop()
            self._command = None

    def _doctor(self) -> EngineCommand | None:
        if self._command is not None:
            return None
        try:
            environment = find_engine()
        except EngineMissingError as error:
            self.failed.emit(f"{error.message} {error.hint}")
            return None
        self._command = EngineCommand(environment, ["doctor"], self)
        return self._command

    def _on_tested(self, answer: Answer) -> None:
        if not self._ended():
            return
        self.answered.emit(f"{answer.output.strip()}\n{answer.error}".strip())
        devices = runs_on(answer.output)
        if answer.exit_code == ExitCode.MODEL:
            self.failed.emit(tr("The engine is complete, but the default model is missing."))
        elif answer.exit_code == ExitCode.DONE and devices:
            self.passed.emit(tr("The engine works. It runs on: {}.").format(", ".join(devices)))
        else:
            self.failed.emit(
                tr("The engine does not work; the details say why. Repair it, or use another environment.")
            )

    def _on_diagnosed(self, answer: Answer) -> None:
        if self._ended():
            self.diagnosed.emit(diagnostics_text(f"{answer.output.strip()}\n{answer.error}".strip()))

    def _ended(self) -> bool:
        command, self._command = self._command, None
        if command is None:
            return False
        command.deleteLater()
        return True


def runs_on(output: str) -> list[str]:
    """Return the devices that ran the model, in an output of ``doctor``."""
    return [_TITLES.get(device, device) for device, _ in _RUNS.findall(output)]
