"""Where the dialog says something: in itself while it is open, else in the main window of QGIS."""

from __future__ import annotations

import html
from collections.abc import Callable

from qgis.core import Qgis
from qgis.gui import QgisInterface
from qgis.PyQt.QtCore import QObject, QTimer
from qgis.PyQt.QtWidgets import QWidget

from .notice import Notice

_AFTER_QGIS_MS = 300


class Messages(QObject):
    """Shows a message where it is seen.

    Args:
        iface: the running application.
        notice: the message inside the dialog.
        dialog: the dialog; also the Qt parent.
    """

    def __init__(self, iface: QgisInterface, notice: Notice, dialog: QWidget) -> None:
        super().__init__(dialog)
        self._iface = iface
        self._notice = notice
        self._dialog = dialog

    def tell(
        self, text: str, level: Qgis.MessageLevel, button: str = "", action: Callable[[], object] | None = None
    ) -> None:
        """Show a message in the dialog, or in the main window when the dialog is closed or the message is no failure.

        A button of the message is in the dialog, also when that is opened later.
        """
        visible = self._dialog.isVisible()
        if visible or button:
            self._notice.show_message(text, level, button, action)
        if not visible or level in (Qgis.MessageLevel.Success, Qgis.MessageLevel.Warning):
            # QGIS's own message that a task has ended comes a moment later, and would hide the counts;
            # the timer belongs to the dialog and does not outlive it
            timer = QTimer(self)
            timer.setSingleShot(True)
            timer.timeout.connect(lambda: self._iface.messageBar().pushMessage("xView2", html.escape(text), level, 0))
            timer.timeout.connect(timer.deleteLater)
            timer.start(_AFTER_QGIS_MS)

    def warn(self, text: str) -> None:
        """Say in the dialog what is wrong with a choice."""
        self._notice.show_message(text, Qgis.MessageLevel.Warning)
