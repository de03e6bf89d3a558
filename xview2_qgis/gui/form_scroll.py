"""The scrolling part of the dialog: as wide as the form needs, as low as the screen wants."""

from __future__ import annotations

from qgis.PyQt.QtCore import QEvent, QObject, QSize, Qt
from qgis.PyQt.QtGui import QGuiApplication
from qgis.PyQt.QtWidgets import QFrame, QScrollArea, QStyle, QWidget

_LOWEST = 120  # pixels
_BESIDE = 80  # pixels of the screen that are not ours: frame and margins of the window


class FormScroll(QScrollArea):
    """Scrolls up and down; sideways only where the form is wider than the screen.

    By itself a scroll area takes no notice of the width that its form needs: with a larger font the form would be cut.

    Args:
        form: what is scrolled.
        parent: Qt parent.
    """

    def __init__(self, form: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setWidget(form)
        form.installEventFilter(self)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - name is Qt's
        """Return the width that the form needs, as far as the screen has it."""
        room = QGuiApplication.primaryScreen().availableGeometry().width() - _BESIDE
        return QSize(min(self._needed_width(), room), _LOWEST)

    def sizeHint(self) -> QSize:  # noqa: N802 - name is Qt's
        """Return the size in which nothing scrolls."""
        form = self.widget().sizeHint()
        return QSize(max(form.width() + self._bar(), self._needed_width()), form.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - name is Qt's
        """Let the window know when the form needs another width, for example with another font."""
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def _needed_width(self) -> int:
        return self.widget().minimumSizeHint().width() + self._bar()

    def _bar(self) -> int:
        return self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
