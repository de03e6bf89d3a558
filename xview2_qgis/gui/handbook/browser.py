"""A page of Markdown on the screen, with its links and pictures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import Qt, QUrl
from qgis.PyQt.QtGui import QImage, QResizeEvent, QTextCursor, QTextDocument
from qgis.PyQt.QtWidgets import QTextBrowser, QWidget

from ...resources.handbook import handbook_picture

_MARGIN = 48  # pixels beside a picture
_LEAST_WIDTH = 320


class HandbookBrowser(QTextBrowser):
    """Shows pages of the handbook as Qt reads Markdown: pictures fit the width, links to headings are followed.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenExternalLinks(True)
        self.sourceChanged.connect(self._go_to_heading)

    def loadResource(self, kind: int, name: QUrl) -> Any:  # noqa: N802, ANN401 - name and types are Qt's
        """Return a picture that fits, and everything else as Qt does."""
        address = self.source().resolved(name)
        if kind != QTextDocument.ResourceType.ImageResource or not address.isLocalFile():
            return super().loadResource(kind, name)
        image = QImage(str(handbook_picture(Path(address.toLocalFile()))))
        widest = max(self.viewport().width() - _MARGIN, _LEAST_WIDTH)
        if image.width() <= widest:
            return image
        return image.scaledToWidth(widest, Qt.TransformationMode.SmoothTransformation)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - name is Qt's
        """Fit the pictures to the new width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width() and not self.source().isEmpty():
            place = self.verticalScrollBar().value()
            self.reload()
            self.verticalScrollBar().setValue(place)

    def _go_to_heading(self, address: QUrl) -> None:
        """Show the heading that an address names, as the site and code hosts name it."""
        wanted = address.fragment()
        block = self.document().begin()
        while wanted and block.isValid():
            if block.blockFormat().headingLevel() and heading_name(block.text()) == wanted:
                self.moveCursor(QTextCursor.MoveOperation.End)  # so that the heading comes to the top
                self.setTextCursor(QTextCursor(block))
                return
            block = block.next()


def heading_name(heading: str) -> str:
    """Return the name that links give a heading: lower case, hyphens for spaces, without other signs."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
