"""A tab of the review dock that scrolls, so that the dock fits low screens."""

from __future__ import annotations

from qgis.PyQt.QtCore import QEvent, QObject, QSize, pyqtSignal
from qgis.PyQt.QtWidgets import QFrame, QScrollArea, QWidget

_LOWEST, _USUAL, _NARROWEST = 64, 130, 120  # pixels


class TabScroll(QScrollArea):
    """Shows a page as high as it wants to be where there is room.

    Args:
        page: what is shown.
        parent: Qt parent.

    Signals:
        page_changed: the page wants another height.
    """

    page_changed = pyqtSignal()

    def __init__(self, page: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(page)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - name is Qt's
        """Tell what the scroll area has asked its page to tell."""
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self.page_changed.emit()
        return super().eventFilter(watched, event)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - name is Qt's
        """Return the size in which something can still be seen."""
        return QSize(_NARROWEST, _LOWEST)

    def sizeHint(self) -> QSize:  # noqa: N802 - name is Qt's
        """Return the size of the page, but leave the room of a low screen to the chips."""
        page = self.widget().sizeHint()
        # where the page is higher, the bar that scrolls it must not hide its right edge
        return QSize(page.width() + self._bar_width(), min(page.height(), _USUAL))

    def whole_height(self, width: int) -> int:
        """Return how high the tab must be to show all of its page, where it is so wide (both in pixels)."""
        page = self.widget()
        return max(page.minimumSizeHint().height(), page.heightForWidth(width))

    def _bar_width(self) -> int:
        return self.verticalScrollBar().sizeHint().width()
