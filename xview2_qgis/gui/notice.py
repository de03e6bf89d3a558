"""A message inside the dialog. QGIS's own message bar shows one line; what to do about an error needs more."""

from __future__ import annotations

from collections.abc import Callable

from qgis.core import Qgis
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QStyle, QToolButton, QWidget

# text, background and border; dark text on a light ground in any theme
_COLOURS = {
    Qgis.MessageLevel.Info: ("#1d3b57", "#e7f1fa", "#9fc3e3"),
    Qgis.MessageLevel.Success: ("#1e4620", "#e6f4e4", "#9ccc96"),
    Qgis.MessageLevel.Warning: ("#5a4300", "#fff6da", "#e6c65c"),
    Qgis.MessageLevel.Critical: ("#6b1512", "#fdeae8", "#e39c96"),
}


class Notice(QFrame):
    """One message with an icon, as many lines as it needs, an optional button, and a cross. Hidden while empty."""

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
        self._button = QPushButton(self)
        self._button.clicked.connect(self._on_button)
        self._action: Callable[[], object] | None = None
        cross = QToolButton(self)
        cross.setText("×")
        cross.setAutoRaise(True)
        cross.setToolTip(self.tr("Close this message"))
        cross.clicked.connect(self.clear)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 6, 4, 6)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._label, 1)
        layout.addWidget(self._button)
        layout.addWidget(cross, 0, Qt.AlignmentFlag.AlignTop)
        self.clear()

    def text(self) -> str:
        """Return the message that is shown, or an empty text."""
        return self._label.text()

    def show_message(
        self, text: str, level: Qgis.MessageLevel, button: str = "", action: Callable[[], object] | None = None
    ) -> None:
        """Show a message in place of the one before.

        Args:
            text: the message.
            level: how bad it is.
            button: text of a button, none without it.
            action: what the button does.
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
        self._label.setToolTip(text)
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self._action = action
        self.setVisible(True)

    def clear(self) -> None:
        """Take the message away."""
        self._label.clear()
        self._action = None
        self.setVisible(False)

    def _on_button(self) -> None:
        if self._action is not None:
            self._action()
