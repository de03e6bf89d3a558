"""A tab of the review dock that scrolls, so that the dock fits low screens."""

from __future__ import annotations

from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtWidgets import QFrame, QScrollArea, QWidget

_LOWEST, _USUAL, _NARROWEST = 64, 130, 120  # pixels


class TabScroll(QScrollArea):
    """Shows a page as high as it wants to be where there is room.

    Args:
        page: what is shown.
        parent: Qt parent.
    """

    def __init__(self, page: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(page)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - name is Qt's
        """Return the size in which something can still be seen."""
        return QSize(_NARROWEST, _LOWEST)

    def sizeHint(self) -> QSize:  # noqa: N802 - name is Qt's
        """Return the size of the page, but leave the room of a low screen to the chips."""
        page = self.widget().sizeHint()
        return QSize(page.width(), min(page.height(), _USUAL))
