"""Messages of the dialog: in full in the dialog itself, in one line in the main window of QGIS."""

from __future__ import annotations

import html

from qgis.core import Qgis
from qgis.gui import QgisInterface, QgsMessageBarItem
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer
from qgis.PyQt.QtWidgets import QWidget

from ..i18n.translation import tr
from .message_button import MessageButton
from .notice import GOOD_NEWS_MS, Notice

_AFTER_QGIS_MS = 300
_MENTIONED_S = 8


class Messages(QObject):
    """Shows messages where they are seen; of those in the main window the last one replaces the one before.

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
        self._item: QgsMessageBarItem | None = None

    def report(self, text: str, level: Qgis.MessageLevel, *buttons: MessageButton, headline: str = "") -> None:
        """Show how a run ended: in the dialog, and in the main window if the dialog is closed or it is no failure.

        Args:
            text: the whole message.
            level: how bad it is.
            buttons: what can be done about it.
            headline: one line for the main window, where there is no room for more; the whole text without one.
        """
        self._notice.show_message(text, level, *buttons)
        if self._dialog.isVisible() and level not in (Qgis.MessageLevel.Success, Qgis.MessageLevel.Warning):
            return
        # QGIS's own message that a task has ended comes a moment later, and would hide the counts;
        # the timer belongs to the dialog and does not outlive it
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(lambda: self._push(headline or text, text, level, buttons))
        timer.timeout.connect(timer.deleteLater)
        timer.start(_AFTER_QGIS_MS)

    def warn(self, text: str) -> None:
        """Show in the dialog what is wrong with a choice."""
        self._notice.show_message(text, Qgis.MessageLevel.Warning)

    def mention(self, text: str) -> None:
        """Show a message in the main window that matters for some seconds only."""
        self._push(text, text, Qgis.MessageLevel.Info, ())

    def withdraw(self) -> None:
        """Remove the messages, because they are about something else than the open project."""
        self._notice.clear()
        if self._item is not None and not sip.isdeleted(self._item):
            self._iface.messageBar().popWidget(self._item)
        self._item = None

    def _push(self, headline: str, text: str, level: Qgis.MessageLevel, buttons: tuple[MessageButton, ...]) -> None:
        bar = self._iface.messageBar()
        if self._item is not None and not sip.isdeleted(self._item):
            bar.popWidget(self._item)
        # the bar takes it for markup
        item = bar.createMessage("xView2", html.escape(headline))
        if headline != text and level != Qgis.MessageLevel.Success:
            buttons = (*buttons, MessageButton(tr("Details"), self._open_dialog))
        for button in buttons:
            item.layout().addWidget(button.widget(item))
        seconds = {Qgis.MessageLevel.Success: GOOD_NEWS_MS // 1000, Qgis.MessageLevel.Info: _MENTIONED_S}
        self._item = bar.pushWidget(item, level, seconds.get(level, 0))

    def _open_dialog(self) -> None:
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()
