"""The sample town: a drawn image pair that the engine writes into the user's profile."""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...engine_process.environment import EngineEnvironment, managed_folder
from ...i18n.translation import tr
from ...protocol.plain_text import sentence
from ..image_files import ImageFiles
from .engine_command import Answer, EngineCommand


def sample_folder() -> Path:
    """Return the folder of the sample town, inside the user's profile."""
    return managed_folder().parent / "sample-town"


class SampleTown(QObject):
    """Writes the pair, unless it is there from an earlier time.

    Signals:
        written: the :class:`ImageFiles`.
        failed: what is wrong, and what to do.

    Args:
        folder: where the pair is written.
        parent: Qt parent.
    """

    written = pyqtSignal(object)
    failed = pyqtSignal(str)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._command: EngineCommand | None = None

    @property
    def busy(self) -> bool:
        """Whether the pair is being written."""
        return self._command is not None

    def write(self, environment: EngineEnvironment) -> None:
        """Write the pair; returns at once, a signal follows."""
        if self._command is not None:
            return
        # the truth is written last: where it is, the images are whole. They may be open in QGIS and stay as they are
        if (self._folder / "truth.gpkg").is_file() and all(path.is_file() for path in self._files().paths()):
            self.written.emit(self._files())
            return
        self._command = EngineCommand(environment, ["demo", str(self._folder)], self)
        self._command.finished.connect(self._on_finished)
        self._command.start()

    def stop(self) -> None:
        """End the writing."""
        if self._command is not None:
            self._command.stop()
            self._command = None

    def _files(self) -> ImageFiles:
        return ImageFiles(self._folder / "pre.tif", self._folder / "post.tif")

    def _on_finished(self, answer: Answer) -> None:
        command, self._command = self._command, None
        if command is None:
            return
        command.deleteLater()
        if answer.exit_code == 0 and all(path.is_file() for path in self._files().paths()):
            self.written.emit(self._files())
        else:
            self.failed.emit(tr("The sample town could not be written: {}").format(sentence(answer.error)))
