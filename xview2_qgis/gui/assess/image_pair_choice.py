"""Choosing the two images: what is known of each, a button that swaps them, and a line that says whether they fit."""

from __future__ import annotations

import os

from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QGridLayout, QLabel, QSizePolicy, QToolButton, QWidget

from ...assessment.pair_report import PairReport
from ...assessment.pair_words import image_words, pair_words
from ...i18n.literal_text import literal
from ...i18n.translation import tr
from ...layers.image_facts import image_names
from ...protocol.image_order import is_older, only_pair
from ..image_files import ImageFiles
from .raster_choice import RasterChoice

_FEWEST_BANDS = 3


class ImagePairChoice(QWidget):
    """Two lists of raster layers, one below the other.

    Signals:
        changed: another image was chosen.
        swapped: the images were exchanged; what belongs to one of them goes with it.
        rejected: the file of this name is no raster.

    Attributes:
        facts: what is known of the pre-event and of the post-event image.
        line: what is known of the pair, where nothing speaks against it.
        doubt: what speaks against it.

    Args:
        parent: Qt parent.
    """

    changed = pyqtSignal()
    swapped = pyqtSignal()
    rejected = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pre = RasterChoice(tr("Pre-event image"), self, tr("None (post-event image only)"))
        self.post = RasterChoice(tr("Post-event image"), self)
        self.swap_button = QToolButton(self)
        self.swap_button.setText(tr("⇄ &Swap"))
        self.swap_button.setToolTip(tr("Exchange the two images"))
        self.swap_button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.swap_button.clicked.connect(self.swap)
        self._report = PairReport()
        self.facts = self._label(), self._label()
        self.line = self._label()
        self.doubt = self._label()
        self.doubt.setObjectName("xView2PairDoubt")
        self.doubt.setMargin(4)
        self.doubt.setStyleSheet("#xView2PairDoubt { background: #fff6da; color: #5a4300; }")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        rows = ((tr("&Pre-event image"), self.pre), (tr("P&ost-event image"), self.post))
        for row, (title, choice) in enumerate(rows):
            label = QLabel(title, self)
            label.setBuddy(choice)
            grid.addWidget(label, 2 * row, 0)
            grid.addWidget(choice, 2 * row, 1)
            grid.addWidget(self.facts[row], 2 * row + 1, 1)
            choice.rejected.connect(self.rejected)
            choice.changed.connect(self._check_pair)
            choice.changed.connect(self.changed)
        grid.addWidget(self.swap_button, 0, 2, 4, 1)
        grid.addWidget(self.line, 4, 0, 1, 3)
        grid.addWidget(self.doubt, 5, 0, 1, 3)
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

    def show_report(self, report: PairReport) -> None:
        """Show what is known of the chosen pair."""
        self._report = report
        for label, facts in zip(self.facts, (report.pre, report.post)):
            label.setText(image_words(facts))
            label.setVisible(facts is not None)
        pre, post = self.layers()
        own = self._own_doubt()
        words = pair_words(report)
        if self.pre.left_away:
            self._say(_post_only(), "", "")
        elif pre is None or post is None or own:
            self._say("", own, "")
        elif words.doubtful:
            self._say("", words.text, words.details)
        else:
            self._say(words.text, "", "")

    def _check_pair(self) -> None:
        """Show what the names say at once; of the images before nothing holds any more."""
        self.show_report(PairReport())
        self.swap_button.setEnabled(any(layer is not None for layer in self.layers()))

    def _own_doubt(self) -> str:
        """Return what speaks against the pair without looking into it."""
        pre, post = self.layers()
        if pre is None or post is None:
            return ""
        if pre.id() == post.id():
            return tr("Both images are the same layer. Choose two different ones.")
        if os.path.realpath(pre.source()) == os.path.realpath(post.source()):
            return tr("Both layers show the same file. Choose two different images.")
        # dates in the files count more than words in names; where there is more to say, the order is among it
        known = [facts is not None and bool(facts.acquired) for facts in (self._report.pre, self._report.post)]
        if (self._report.by_engine and all(known)) or self._report.warnings or self._report.failure:
            return ""
        if is_older(image_names(post), image_names(pre)):
            return tr("By their names, the pre-event image is the newer one. Are the images exchanged?")
        return ""

    def _say(self, line: str, doubt: str, details: str) -> None:
        for label, text in ((self.line, line), (self.doubt, doubt)):
            label.setText(text)
            label.setVisible(bool(text))
            label.ensurePolished()  # else the form is laid out for the label's height in another style
        self.doubt.setToolTip(literal(details))

    def _label(self) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)  # names of files come from others
        label.setWordWrap(True)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        return label


def _post_only() -> str:
    return tr(
        "Needs a model that assesses post-event images alone. Choose footprints below if there are some: without them, "
        "buildings that no longer stand are not found."
    )
