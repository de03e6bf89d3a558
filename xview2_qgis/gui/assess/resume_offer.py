"""The offer to go on with an unfinished run: a line in the dialog with two buttons."""

from __future__ import annotations

from pathlib import Path

from qgis.core import Qgis
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

from ...assessment.unfinished import remembered_run, unfinished_words
from ...i18n.translation import tr
from ...protocol.journal.unfinished_run import UnfinishedRun, find_unfinished_run
from ..message_button import MessageButton
from ..notice import Notice


class ResumeOffer(Notice):
    """Hidden while there is nothing to go on with.

    Signals:
        resume_wanted: go on with the :class:`.unfinished_run.UnfinishedRun` that is offered.
        anew_wanted: begin the run that the dialog asks for.

    Attributes:
        run: what is offered, None for nothing.
    """

    resume_wanted = pyqtSignal(object)
    anew_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self.run: UnfinishedRun | None = None
        super().__init__(parent)

    def look(self, output: str) -> None:
        """Offer the unfinished run of a file, or else that of the file of the last run.

        Args:
            output: the GeoPackage that the dialog names; may be empty.
        """
        named = find_unfinished_run(Path(output)) if output else None
        run = named or remembered_run()
        if run is None:
            self.clear()
            return
        text, buttons = f"{unfinished_words(run)}.", [MessageButton(tr("Resume"), self._resume)]
        if named is not None:
            text += " " + tr("Starting anew gives up what is done.")
            buttons.append(MessageButton(tr("Start anew"), self.anew_wanted.emit))
        self.show_message(text, Qgis.MessageLevel.Info, *buttons)
        self.run = run

    def clear(self) -> None:
        """Take the offer away."""
        self.run = None
        super().clear()

    def _resume(self) -> None:
        self.resume_wanted.emit(self.run)
