"""The handbook in the user's browser, or, where there is none that can be found, in a window of its own."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt, QUrl
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from ...i18n.translation import tr
from ...resources.handbook import handbook_text, open_handbook
from .browser import HandbookBrowser

_WIDTH, _HEIGHT = 860, 640  # pixels


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
        self.browser = HandbookBrowser(self)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.close)
        contents = buttons.addButton(tr("&Contents"), QDialogButtonBox.ButtonRole.ActionRole)
        contents.clicked.connect(lambda *_: self.open_page("index"))
        back = buttons.addButton(tr("&Back"), QDialogButtonBox.ButtonRole.ActionRole)
        back.setEnabled(False)
        back.clicked.connect(lambda *_: self.browser.backward())
        self.browser.backwardAvailable.connect(back.setEnabled)
        layout = QVBoxLayout(self)
        layout.addWidget(self.browser, 1)
        layout.addWidget(buttons)
        self.resize(_WIDTH, _HEIGHT)
        self.open_page(page)

    def open_page(self, page: str) -> None:
        """Show a page."""
        self.browser.setSource(QUrl.fromLocalFile(str(handbook_text(page))))


def show_handbook(page: str, parent: QWidget) -> None:
    """Show a page of the handbook; returns at once.

    Args:
        page: its name, for example ``assess``.
        parent: Qt parent of a window, where one is needed.
    """
    if not open_handbook(page):
        HandbookView(page, parent).show()
