"""The two chips of the current building, side by side at the same scale."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import QgsRasterLayer, QgsVectorLayer
from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ....i18n.translation import tr
from ....layers.open_project import open_project
from ....results.review_images import ReviewImages
from .chip import Chip
from .frame import ChipFrame, ChipFrames
from .picture_maker import PictureKey, PictureMaker, covers

#: Metres of a pixel, to choose from.
SCALES = (0.15, 0.3, 0.6, 1.2)
USUAL_SCALE = 0.3
_AFTER_RESIZING_MS = 120


@dataclass(frozen=True)
class _Side:
    chip: Chip
    image: QgsRasterLayer | None
    missing: str


class ChipPair(QWidget):
    """Shows a building before and after.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._maker = PictureMaker(self)
        self._maker.made.connect(self._on_made)
        self._layer: QgsVectorLayer | None = None
        self._frames: ChipFrames | None = None
        self._scale = USUAL_SCALE
        self._fid: int | None = None
        self._next: list[int] = []
        self.pre, self.post = Chip(tr("Pre-event"), self), Chip(tr("Post-event"), self)
        self._sides = (_Side(self.pre, None, ""), _Side(self.post, None, ""))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_AFTER_RESIZING_MS)
        self._timer.timeout.connect(self._draw)
        # before stands left of after in every language, as in the comparison on the map
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        for chip in (self.pre, self.post):
            layout.addWidget(chip)
            chip.resized.connect(self._timer.start)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_layer(self, layer: QgsVectorLayer | None, images: ReviewImages) -> None:
        """Show buildings of another layer.

        Args:
            layer: the damage layer.
            images: what it was made from.
        """
        self._let_go()
        self._layer = layer
        self._frames = None if layer is None else ChipFrames(layer, open_project().transformContext())
        self._sides = (
            _Side(self.pre, images.pre, images.pre_missing),
            _Side(self.post, images.post, images.post_missing),
        )
        for side in self._sides:
            if side.image is not None:
                side.image.styleChanged.connect(self._on_style)
        self.show_building(None, [])

    def set_scale(self, scale: float) -> None:
        """Show with other metres per pixel."""
        self._scale = scale
        self._draw()

    def show_building(self, fid: int | None, following: list[int]) -> None:
        """Show a building, and draw the pictures of those that come next beforehand.

        Args:
            fid: its feature id; None for nothing.
            following: feature ids, next first.
        """
        self._fid, self._next = fid, following
        self._draw()

    def stop(self) -> None:
        """Stop drawing and let go of the layers, because the dock is about to go."""
        self._timer.stop()
        self._let_go()
        self._layer, self._frames = None, None
        self._sides = (_Side(self.pre, None, ""), _Side(self.post, None, ""))

    def _let_go(self) -> None:
        self._maker.forget()
        for side in self._sides:
            # the project may have removed it
            if side.image is not None and not sip.isdeleted(side.image):
                side.image.styleChanged.disconnect(self._on_style)

    def _on_style(self) -> None:
        self._maker.forget()
        self._draw()

    def _draw(self) -> None:
        frame = None if self._fid is None else self._frame(self._fid)
        if self._fid is None or frame is None:
            self.pre.clear()
            self.post.clear()
            return
        wanted: set[PictureKey] = set()
        for side in self._sides:
            self._show(side, self._fid, frame, wanted)
        for fid in self._next:
            beside = self._frame(fid)
            for side in self._sides:
                if beside is not None and side.image is not None:
                    key = self._key(side, fid)
                    wanted.add(key)
                    self._maker.draw(key, beside, side.image)
        self._maker.keep_only(wanted)

    def _show(self, side: _Side, fid: int, frame: ChipFrame, wanted: set[PictureKey]) -> None:
        chip = side.chip
        extent = frame.extent(chip.width() * self._scale, chip.height() * self._scale)
        chip.show_building(frame.outline, extent, self._scale)
        if side.image is None:
            chip.show_message(side.missing)
            return
        if not covers(side.image, frame, extent):
            chip.show_message(tr("The image does not reach here."))
            return
        key = self._key(side, fid)
        wanted.add(key)
        picture = self._maker.picture(key)
        if picture is not None:
            chip.show_picture(picture)
        else:
            self._maker.draw(key, frame, side.image)

    def _on_made(self, key: PictureKey) -> None:
        for side in self._sides:
            picture = self._maker.picture(key)
            if self._fid is not None and picture is not None and key == self._key(side, self._fid):
                side.chip.show_picture(picture)

    def _key(self, side: _Side, fid: int) -> PictureKey:
        chip, ratio = side.chip, self.devicePixelRatioF()
        image = "" if side.image is None else side.image.id()
        width, height = round(chip.width() * ratio), round(chip.height() * ratio)
        return PictureKey(fid, image, width, height, self._scale / ratio)

    def _frame(self, fid: int) -> ChipFrame | None:
        if self._layer is None or self._frames is None:
            return None
        feature = self._layer.getFeature(fid)
        return self._frames.frame(feature.geometry()) if feature.hasGeometry() else None
