"""One chip: a picture with the outline of the building over it, a title, and a scale bar."""

from __future__ import annotations

from qgis.core import QgsGeometry, QgsRectangle
from qgis.PyQt.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from qgis.PyQt.QtWidgets import QSizePolicy, QWidget

from ....i18n.translation import tr
from .picture_maker import BACKGROUND

_SMALLEST, _USUAL = 84, 190  # pixels
_BAR_M = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_DARK, _LINE = QColor(20, 20, 20, 200), QColor("#00e5ff")


class Chip(QWidget):
    """Shows one of the two images around a building; it is as high as it is wide, if there is room.

    Args:
        title: the image, in a word.
        parent: Qt parent.

    Signals:
        resized: the chip has another size, and needs another picture.
    """

    resized = pyqtSignal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._message = ""
        self._picture: QImage | None = None
        self._outline = QPainterPath()
        self._scale = 1.0
        self.setMinimumSize(_SMALLEST, _SMALLEST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(title)

    def sizeHint(self) -> QSize:  # noqa: N802 - name is Qt's
        """Return the usual size."""
        return QSize(_USUAL, _USUAL)

    @property
    def message(self) -> str:
        """What is said in place of a picture."""
        return self._message

    @property
    def has_picture(self) -> bool:
        """Whether an image is shown."""
        return self._picture is not None

    def show_building(self, outline: QgsGeometry, extent: QgsRectangle, scale: float) -> None:
        """Show an outline; its picture follows.

        Args:
            outline: the building, in metres.
            extent: what the chip shows, in metres.
            scale: metres of a pixel.
        """
        self._outline = _path(outline, extent, scale)
        self._scale = scale
        self._picture, self._message = None, ""
        self.update()

    def show_picture(self, picture: QImage) -> None:
        """Show the image."""
        self._picture = picture
        self._message = ""
        self.update()

    def show_message(self, text: str) -> None:
        """Say why there is no image."""
        self._picture, self._message = None, text
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._outline = QPainterPath()
        self.show_message("")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - name is Qt's
        """Tell that another picture is needed."""
        super().resizeEvent(event)
        self.resized.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - name is Qt's
        """Draw picture, outline, title and scale bar."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(BACKGROUND))
        if self._picture is not None:
            painter.drawImage(self.rect(), self._picture)
        self._label(painter, self._title, QPointF(4, 4))
        if self._message:
            painter.setPen(Qt.GlobalColor.white)
            space = self.rect().adjusted(8, 24, -8, -8)
            painter.drawText(space, int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap), self._message)
        elif not self._outline.isEmpty():
            # dark below light: the line is seen on any roof
            for width, colour in ((3.5, _DARK), (1.5, _LINE)):
                painter.setPen(QPen(colour, width))
                painter.drawPath(self._outline)
            self._draw_scale_bar(painter)
        painter.end()

    def _label(self, painter: QPainter, text: str, at: QPointF) -> None:
        metrics = painter.fontMetrics()
        box = QRectF(at.x(), at.y(), metrics.horizontalAdvance(text) + 8, metrics.height() + 2)
        painter.fillRect(box, QColor(0, 0, 0, 150))
        painter.setPen(Qt.GlobalColor.white)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)

    def _draw_scale_bar(self, painter: QPainter) -> None:
        longest = self.width() * self._scale / 3
        metres = max((length for length in _BAR_M if length <= longest), default=_BAR_M[0])
        length, bottom = metres / self._scale, self.height() - 6
        for width, colour in ((4.0, _DARK), (2.0, QColor("white"))):
            painter.setPen(QPen(colour, width))
            painter.drawLine(QPointF(8, bottom), QPointF(8 + length, bottom))
        text = tr("{} m").format(metres)
        self._label(painter, text, QPointF(12 + length, bottom - painter.fontMetrics().height() + 2))


def _path(outline: QgsGeometry, extent: QgsRectangle, scale: float) -> QPainterPath:
    """Return an outline in pixels of the chip."""
    path = QPainterPath()
    polygons = outline.asMultiPolygon() if outline.isMultipart() else [outline.asPolygon()]
    for polygon in polygons:
        for ring in polygon:
            points = [QPointF((p.x() - extent.xMinimum()) / scale, (extent.yMaximum() - p.y()) / scale) for p in ring]
            if points:
                path.moveTo(points[0])
                for point in points[1:]:
                    path.lineTo(point)
                path.closeSubpath()
    return path
