"""A reminder when QGIS starts: the last assessment did not come to its end, and can be gone on with."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qgis.core import Qgis, QgsApplication, QgsTask
from qgis.gui import QgisInterface, QgsMessageBarItem
from qgis.PyQt import sip
from qgis.PyQt.QtCore import pyqtSignal

from ...assessment.unfinished import remembered_output, unfinished_words
from ...i18n.translation import tr
from ...protocol.journal.unfinished_run import UnfinishedRun, find_unfinished_run
from ..message_button import MessageButton


class UnfinishedReminder:
    """Shows a message with the button *Resume*, where there is such a run.

    Args:
        iface: the running application.
        resume: goes on with it.
    """

    def __init__(self, iface: QgisInterface, resume: Callable[[UnfinishedRun], object]) -> None:
        self._iface, self._resume = iface, resume
        self._search: _Search | None = None
        self._item: QgsMessageBarItem | None = None
        self._over = False

    def look(self) -> None:
        """Look for the run beside the window: its file may be on a drive that is away. Returns at once."""
        output = remembered_output()
        if output is None:
            return
        self._search = _Search(output)
        self._search.found.connect(self._show)
        QgsApplication.taskManager().addTask(self._search)

    def withdraw(self) -> None:
        """Take the message away, also one that was still to come."""
        self._over = True
        if self._item is not None and not sip.isdeleted(self._item):
            self._iface.messageBar().popWidget(self._item)
        self._item = None

    def _show(self, run: UnfinishedRun) -> None:
        if self._over:
            return
        bar = self._iface.messageBar()
        item = bar.createMessage("xView2", html.escape(tr("{}, can be gone on with.").format(unfinished_words(run))))

        def go_on() -> None:
            self.withdraw()
            self._resume(run)

        item.layout().addWidget(MessageButton(tr("Resume"), go_on).widget(item))
        self._item = bar.pushWidget(item, Qgis.MessageLevel.Info, 0)


class _Search(QgsTask):
    """Looks for the unfinished run of a file.

    Signals:
        found: the :class:`.unfinished_run.UnfinishedRun`, where there is one.

    Args:
        output: the file.
    """

    found = pyqtSignal(object)

    def __init__(self, output: Path) -> None:
        flags: Any = QgsTask.Flag.CancelWithoutPrompt  # the stubs take a union of flags for a number
        for name in ("Hidden", "Silent"):  # from QGIS 3.26 on
            flags |= getattr(QgsTask.Flag, name, flags)
        super().__init__(tr("Look for an unfinished run"), flags)
        self._output = output
        self._run: UnfinishedRun | None = None

    def run(self) -> bool:
        """Look; runs in a worker thread. One small folder is read."""
        self._run = find_unfinished_run(self._output)
        return True

    def finished(self, result: bool) -> None:
        """Say what was found; runs in the main thread."""
        if self._run is not None:
            self.found.emit(self._run)
