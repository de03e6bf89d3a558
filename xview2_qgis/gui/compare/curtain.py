"""What covers the map during a comparison: both images, the divider between them, and the buildings above."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.gui import QgsMapCanvas, QgsMapCanvasItem
from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QPainter, QPen
from qgis.PyQt.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ...i18n.translation import tr
from .picture import Picture
from .view import Shows, View

#: Above the map (-10), below what tools of QGIS draw on it (0 and more).
_HEIGHT = -5.0

_DARK, _LIGHT = QColor(0, 0, 0, 170), QColor(255, 255, 255)
_GRIP = 11.0  # radius, pixels
_LABEL_TOP = 52.0  # below the messages of QGIS, which lie over the map
_LABEL_LEFT = 10.0
_MARGIN = 7.0


@dataclass(frozen=True)
class Pictures:
    """The parts of a comparison, as far as they have been drawn.

    Attributes:
        pre: pre-event image.
        post: post-event image.
        above: layers above both.
    """

    pre: Picture | None = None
    post: Picture | None = None
    above: Picture | None = None


class Curtain(QgsMapCanvasItem):
    """Lies on the map canvas, as large as this.

    Args:
        canvas: the map.
    """

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._view = View()
        self._pictures = Pictures()
        self.setZValue(_HEIGHT)

    def set_view(self, view: View) -> None:
        """Show something else."""
        self._view = view
        self.update()

    def set_pictures(self, pictures: Pictures) -> None:
        """Show other pictures."""
        self._pictures = pictures
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - name is Qt's
        """Return all that can be seen while QGIS drags its map: it moves the view over the scene, not the scene."""
        size = QRectF(self._canvas.viewport().rect()).size()
        width, height = size.width(), size.height()
        return QRectF(-width, -height, 3 * width, 3 * height)

    def updatePosition(self) -> None:  # noqa: N802 - name is QGIS's
        """Stay where the canvas is, while the map below moves; QGIS calls this when it does."""
        self.prepareGeometryChange()
        self.setPos(0, 0)
        self.update()

    def paint(
        self, painter: QPainter | None, option: QStyleOptionGraphicsItem | None = None, widget: QWidget | None = None
    ) -> None:
        """Draw the pictures and the divider."""
        view, pictures = self._view, self._pictures
        if painter is None or pictures.pre is None or pictures.post is None or pictures.pre.crs != self._crs():
            return  # until there is something to compare, the map shows
        room = QRectF(self._canvas.viewport().rect())
        painter.save()
        painter.translate(self._begin())  # the divider stays where it is while the map is dragged
        edge = round(room.width() * view.pre_share)
        left = QRectF(room.left(), room.top(), edge, room.height())
        right = QRectF(edge, room.top(), room.width() - edge, room.height())
        self._draw(painter, pictures.post, room if view.opacity < 1.0 else right, 1.0)
        self._draw(painter, pictures.pre, left, view.opacity)
        self._draw(painter, pictures.above, room, 1.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if view.shows is Shows.BOTH:
            _draw_divider(painter, float(edge), room)
            _draw_label(painter, tr("Pre-event"), edge - _GRIP, leftwards=True)
            _draw_label(painter, tr("Post-event"), edge + _GRIP, leftwards=False)
        else:
            title = tr("Pre-event") if view.shows is Shows.PRE else tr("Post-event")
            _draw_label(painter, title, room.left() + _LABEL_LEFT, leftwards=False)
        painter.restore()

    def _begin(self) -> QPointF:
        """Return the place of the upper left corner of the canvas in its scene."""
        return QPointF(self._canvas.mapToScene(0, 0))

    def _crs(self) -> object:
        return self._canvas.mapSettings().destinationCrs()

    def _draw(self, painter: QPainter, picture: Picture | None, part: QRectF, opacity: float) -> None:
        if picture is None or part.isEmpty() or opacity <= 0.0:
            return
        painter.save()
        painter.setClipRect(part, Qt.ClipOperation.IntersectClip)
        painter.setOpacity(opacity)
        # how far the map has been dragged is not in its settings before it is let go
        corner = self.toCanvasCoordinates(picture.corner) - self._begin()
        placed = picture.placed(corner, self._canvas.mapSettings())
        turned = placed.isScaling() or placed.isRotating()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, turned)
        painter.setTransform(placed, True)
        painter.drawImage(QPointF(0, 0), picture.image)
        painter.restore()


def _draw_divider(painter: QPainter, x: float, room: QRectF) -> None:
    """Draw a line that is seen on light and dark ground, with a grip."""
    middle = QPointF(x, room.center().y())
    for colour, width in ((_DARK, 4.0), (_LIGHT, 2.0)):
        painter.setPen(QPen(colour, width))
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
    painter.setPen(QPen(_LIGHT, 2.0))
    painter.setBrush(_DARK)
    painter.drawEllipse(middle, _GRIP, _GRIP)
    for side in (-1.0, 1.0):
        tip = middle + QPointF(side * 7.0, 0.0)
        for arm in (-3.5, 3.5):
            painter.drawLine(tip, tip + QPointF(-side * 3.5, arm))


def _draw_label(painter: QPainter, text: str, x: float, *, leftwards: bool) -> None:
    """Draw a word at the top of the map, right of a place or left of it."""
    measures = painter.fontMetrics()
    width, height = measures.horizontalAdvance(text) + 2 * _MARGIN, measures.height() + _MARGIN
    box = QRectF(x - width if leftwards else x, _LABEL_TOP, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_DARK)
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(_LIGHT)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
