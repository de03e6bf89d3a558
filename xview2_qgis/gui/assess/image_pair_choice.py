"""Choosing the pre-event and the post-event image: a button exchanges them, and a doubtful pair is warned of."""

from __future__ import annotations

import os
from pathlib import Path

from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QGridLayout, QLabel, QSizePolicy, QToolButton, QWidget

from ...i18n.translation import tr
from ...layers.source_files import layer_file
from ...protocol.image_order import ImageNames, is_older, only_pair
from ..image_files import ImageFiles
from .raster_choice import RasterChoice

_FEWEST_BANDS = 3


class ImagePairChoice(QWidget):
    """Two lists of raster layers, one below the other.

    Signals:
        changed: another image was chosen.
        swapped: the images were exchanged; what belongs to one of them goes with it.
        rejected: the file of this name is no raster.

    Args:
        parent: Qt parent.
    """

    changed = pyqtSignal()
    swapped = pyqtSignal()
    rejected = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pre = RasterChoice(tr("Pre-event image"), self)
        self.post = RasterChoice(tr("Post-event image"), self)
        self.swap_button = QToolButton(self)
        self.swap_button.setText(tr("⇄ &Swap"))
        self.swap_button.setToolTip(tr("Exchange the two images"))
        self.swap_button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.swap_button.clicked.connect(self.swap)
        self.doubt = QLabel(self)
        self.doubt.setTextFormat(Qt.TextFormat.PlainText)
        self.doubt.setWordWrap(True)
        self.doubt.setObjectName("xView2PairDoubt")
        self.doubt.setMargin(4)
        self.doubt.setStyleSheet("#xView2PairDoubt { background: #fff6da; color: #5a4300; }")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        rows = ((tr("&Pre-event image"), self.pre), (tr("P&ost-event image"), self.post))
        for row, (title, choice) in enumerate(rows):
            label = QLabel(title, self)
            label.setBuddy(choice)
            grid.addWidget(label, row, 0)
            grid.addWidget(choice, row, 1)
            choice.rejected.connect(self.rejected)
            choice.changed.connect(self._check_pair)
            choice.changed.connect(self.changed)
        grid.addWidget(self.swap_button, 0, 2, 2, 1)
        grid.addWidget(self.doubt, 2, 0, 1, 3)
        grid.setColumnStretch(1, 1)
        self._check_pair()

    def layers(self) -> tuple[QgsRasterLayer | None, QgsRasterLayer | None]:
        """Return the chosen pre-event and post-event image."""
        return self.pre.layer(), self.post.layer()

    def set_layers(self, pre: QgsRasterLayer | None, post: QgsRasterLayer | None) -> None:
        """Choose both images."""
        self.pre.set_layer(pre)
        self.post.set_layer(post)

    def open_files(self, files: ImageFiles) -> None:
        """Choose two files; those that the project has already are not added again."""
        for choice, path in zip((self.pre, self.post), files.paths()):
            choice.open_file(path)

    def swap(self) -> None:
        """Exchange the images; their CRS is that of the layers and goes with them."""
        pre, post = self.layers()
        self.set_layers(post, pre)
        self.swapped.emit()

    def guess(self) -> None:
        """Choose the pair of the project, if dates or words in the names leave no doubt which it is."""
        layers = [layer for layer in QgsProject.instance().mapLayers().values() if isinstance(layer, QgsRasterLayer)]
        images = [
            (layer, image_names(layer))
            for layer in layers
            if layer.providerType() == "gdal" and layer.bandCount() >= _FEWEST_BANDS
        ]
        found = only_pair(images)
        if found is not None:
            self.set_layers(*found)

    def _check_pair(self) -> None:
        """Warn of a doubtful pair before the run."""
        pre, post = self.layers()
        text = ""
        if pre is not None and post is not None:
            if pre.id() == post.id():
                text = tr("Both images are the same layer. Choose two different ones.")
            elif os.path.realpath(pre.source()) == os.path.realpath(post.source()):
                text = tr("Both layers show the same file. Choose two different images.")
            elif is_older(image_names(post), image_names(pre)):
                text = tr("By their names, the pre-event image is the newer one. Are the images exchanged?")
        self.doubt.setText(text)
        self.doubt.setVisible(bool(text))
        self.doubt.ensurePolished()  # else the form is laid out for the label's height in another style
        self.swap_button.setEnabled(pre is not None or post is not None)


def image_names(layer: QgsRasterLayer) -> ImageNames:
    """Return the names of the image that a layer shows."""
    return ImageNames(layer.name(), Path(layer_file(layer) or "").stem)
