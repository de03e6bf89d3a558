"""What to do first with an engine that works."""

from __future__ import annotations

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QGroupBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ...i18n.translation import tr


class FirstSteps(QGroupBox):
    """Two buttons.

    Signals:
        sample_wanted: the sample town shall be assessed.
        images_wanted: the user chooses images.

    Args:
        parent: Qt parent.
    """

    sample_wanted = pyqtSignal()
    images_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("First map"), parent)
        text = QLabel(
            tr(
                "The sample town is drawn, before and after a storm. It is written into your QGIS profile, assessed, "
                "and its damaged buildings appear on the map."
            ),
            self,
        )
        text.setWordWrap(True)
        self.sample_button = QPushButton(tr("&Try the sample town"), self)
        self.images_button = QPushButton(tr("Choose &images…"), self)
        row = QHBoxLayout()
        row.addWidget(self.sample_button)
        row.addWidget(self.images_button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addWidget(text)
        layout.addLayout(row)
        self.sample_button.clicked.connect(lambda *_: self.sample_wanted.emit())
        self.images_button.clicked.connect(lambda *_: self.images_wanted.emit())
