"""A message inside the dialog. QGIS's own message bar shows one line; what to do about an error needs more."""

from __future__ import annotations

from qgis.core import Qgis
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QStyle, QToolButton, QVBoxLayout, QWidget

from ..i18n.literal_text import literal
from ..i18n.translation import tr
from .message_button import MessageButton

# text, background and border; dark text on a light ground in any theme
_COLOURS = {
    Qgis.MessageLevel.Info: ("#1d3b57", "#e7f1fa", "#9fc3e3"),
    Qgis.MessageLevel.Success: ("#1e4620", "#e6f4e4", "#9ccc96"),
    Qgis.MessageLevel.Warning: ("#5a4300", "#fff6da", "#e6c65c"),
    Qgis.MessageLevel.Critical: ("#6b1512", "#fdeae8", "#e39c96"),
}

#: How long good news stay that ask for nothing, milliseconds.
GOOD_NEWS_MS = 20_000


class Notice(QFrame):
    """One message with an icon, as many lines as it needs, buttons, and a cross. Hidden while empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("xView2Notice")
        self._icon = QLabel(self)
        self._label = QLabel(self)
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        # a long name without a space would make the window as wide as itself; the tool tip has all of it
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._level = Qgis.MessageLevel.Info
        self._row = QHBoxLayout()
        self._row.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.clear)
        cross = QToolButton(self)
        cross.setText("×")
        cross.setAutoRaise(True)
        cross.setToolTip(tr("Close this message"))
        cross.clicked.connect(self.clear)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 6, 4, 6)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.addWidget(self._label)
        column.addLayout(self._row)
        layout.addLayout(column, 1)
        layout.addWidget(cross, 0, Qt.AlignmentFlag.AlignTop)
        self.clear()

    def text(self) -> str:
        """Return the message that is shown, or an empty text."""
        return self._label.text()

    def show_message(self, text: str, level: Qgis.MessageLevel, *buttons: MessageButton) -> None:
        """Show a message in place of the one before. Good news without a button go away by themselves.

        Args:
            text: the message.
            level: how bad it is.
            buttons: what can be done about it.
        """
        icons = {
            Qgis.MessageLevel.Warning: QStyle.StandardPixmap.SP_MessageBoxWarning,
            Qgis.MessageLevel.Critical: QStyle.StandardPixmap.SP_MessageBoxCritical,
            Qgis.MessageLevel.Success: QStyle.StandardPixmap.SP_DialogApplyButton,
        }
        icon = self.style().standardIcon(icons.get(level, QStyle.StandardPixmap.SP_MessageBoxInformation))
        self._icon.setPixmap(icon.pixmap(18, 18))
        foreground, background, border = _COLOURS.get(level, _COLOURS[Qgis.MessageLevel.Info])
        self.setStyleSheet(
            f"#xView2Notice {{ background: {background}; border: 1px solid {border}; border-radius: 4px; }}"
            f"#xView2Notice QLabel, #xView2Notice QToolButton {{ color: {foreground}; }}"
        )
        self._label.setText(text)
        self._label.setToolTip(literal(text))
        self._level = level
        self._show_buttons(buttons)
        self._timer.stop()
        if level == Qgis.MessageLevel.Success and not buttons:
            self._timer.start(GOOD_NEWS_MS)
        self.setVisible(True)

    def clear(self) -> None:
        """Take the message away."""
        self._label.clear()
        self._timer.stop()
        self._show_buttons(())
        self.setVisible(False)

    def clear_good_news(self) -> None:
        """Take the message away if it is good news, which have been read by now."""
        if self._level == Qgis.MessageLevel.Success:
            self.clear()

    def _show_buttons(self, buttons: tuple[MessageButton, ...]) -> None:
        while self._row.count() > 1:  # the stretch stays
            old = self._row.takeAt(1).widget()
            old.hide()
            old.deleteLater()
        for button in buttons:
            widget = button.widget(self)
            self._row.addWidget(widget)
            widget.show()  # by itself only when Qt comes to it
