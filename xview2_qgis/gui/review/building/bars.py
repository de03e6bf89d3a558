"""The probabilities of the four classes as bars."""

from __future__ import annotations

from qgis.PyQt.QtCore import QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QPainter, QPaintEvent, QPen
from qgis.PyQt.QtWidgets import QSizePolicy, QWidget

from ....i18n.number import share_text
from ....i18n.translation import tr
from ....protocol.schema import CLASS_COLOURS, CLASS_LABELS, DAMAGE_CLASSES

_GAP = 8  # pixels between label, bar and number


class ProbabilityBars(QWidget):
    """Four lines: class, bar, percent.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._probabilities: tuple[float, ...] = ()
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # zero stands at the left, as in every chart here
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 - name is Qt's
        """Return the room for four lines of text."""
        return QSize(200, len(DAMAGE_CLASSES) * self._line_height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - name is Qt's
        """Return the same height, and a bar that can still be read."""
        return QSize(140, self.sizeHint().height())

    def show_probabilities(self, probabilities: tuple[float, ...]) -> None:
        """Show the probabilities of the four classes, least damage first; none for nothing."""
        self._probabilities = probabilities
        lines = zip(DAMAGE_CLASSES, probabilities)
        self.setAccessibleDescription(
            ", ".join(f"{tr(CLASS_LABELS[damage])} {share_text(value)}" for damage, value in lines)
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - name is Qt's
        """Draw the bars."""
        painter = QPainter(self)
        metrics, height = self.fontMetrics(), self._line_height()
        labels = max(metrics.horizontalAdvance(tr(CLASS_LABELS[damage])) for damage in DAMAGE_CLASSES) + _GAP
        numbers = metrics.horizontalAdvance(share_text(1.0)) + _GAP
        text_colour = self.palette().windowText().color()
        for row, damage in enumerate(DAMAGE_CLASSES):
            top = row * height
            painter.setPen(text_colour)
            middle = int(Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(QRectF(0, top, labels, height), middle, tr(CLASS_LABELS[damage]))
            room = QRectF(labels, top + 3, max(10.0, self.width() - labels - numbers), height - 6)
            painter.setPen(QPen(QColor(128, 128, 128), 1))
            painter.drawRect(room)
            if len(self._probabilities) != len(DAMAGE_CLASSES):
                continue
            value = self._probabilities[row]
            bar = QRectF(room.left(), room.top(), room.width() * min(max(value, 0.0), 1.0), room.height())
            painter.fillRect(bar.adjusted(1, 1, 0, 0), QColor(CLASS_COLOURS[damage]))
            painter.setPen(text_colour)
            end = QRectF(self.width() - numbers, top, numbers, height)
            painter.drawText(end, middle | int(Qt.AlignmentFlag.AlignRight), share_text(value))
        painter.end()

    def _line_height(self) -> int:
        return self.fontMetrics().height() + 2
