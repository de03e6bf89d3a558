"""The handbook in the user's browser, or, where there is none that can be found, in a window of its own."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from ...i18n.translation import tr
from ...resources.handbook import handbook_url, open_handbook

_WIDTH, _HEIGHT = 720, 520  # pixels


class HandbookView(QDialog):
    """Shows a page, and those that it leads to; it goes when it is closed.

    Args:
        page: name of the page.
        parent: Qt parent.
    """

    def __init__(self, page: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("xView2Handbook")
        self.setWindowTitle(tr("Handbook"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.browser = QTextBrowser(self)
        self.browser.setOpenExternalLinks(True)
        self.browser.setSource(handbook_url(page))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.browser, 1)
        layout.addWidget(buttons)
        self.resize(_WIDTH, _HEIGHT)


def show_handbook(page: str, parent: QWidget) -> None:
    """Show a page of the handbook; returns at once.

    Args:
        page: its name, for example ``assess``.
        parent: Qt parent of a window, where one is needed.
    """
    if not open_handbook(page):
        HandbookView(page, parent).show()
