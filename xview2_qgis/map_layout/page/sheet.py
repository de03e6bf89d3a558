"""A page that is being filled: boxes, texts and shapes, mirrored for languages that are read from right to left."""

from __future__ import annotations

from enum import Enum

from qgis.core import (
    QgsFillSymbol,
    QgsLayoutItem,
    QgsLayoutItemLabel,
    QgsLayoutItemShape,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsPrintLayout,
    QgsUnitTypes,
)
from qgis.PyQt.QtCore import Qt

from .box import Box
from .page_plan import PagePlan
from .type_face import TypeFace

_MM = QgsUnitTypes.LayoutUnit.LayoutMillimeters


class Side(Enum):
    """Where a text stands in its box, by the direction of reading."""

    START = "start"
    END = "end"
    MIDDLE = "middle"


class Sheet:
    """Puts things on the first page of a layout; boxes are those of a page that is read from left to right.

    Args:
        layout: an empty layout.
        plan: of the page.
        right_to_left: whether the page is read from right to left.
    """

    def __init__(self, layout: QgsPrintLayout, plan: PagePlan, right_to_left: bool) -> None:
        self.layout = layout
        self.plan = plan
        self.right_to_left = right_to_left
        layout.initializeDefaults()
        layout.pageCollection().page(0).setPageSize(QgsLayoutSize(plan.width, plan.height, _MM))

    def put(self, item: QgsLayoutItem, box: Box, name: str) -> None:
        """Add an item of any kind.

        Args:
            item: just made.
            box: its place.
            name: by which people find it in the list of items.
        """
        place = box.mirrored(self.plan.width) if self.right_to_left else box
        self.layout.addLayoutItem(item)
        item.attemptMove(QgsLayoutPoint(place.x, place.y, _MM))
        item.attemptResize(QgsLayoutSize(place.width, place.height, _MM))
        item.setId(name)

    def text(self, box: Box, text: str, face: TypeFace, name: str, side: Side = Side.START) -> None:
        """Add a text that is shown as it is: smaller where the box is too small, and wrapped.

        Args:
            box: its place.
            text: in which nothing is an expression.
            face: its letters, at the largest.
            name: of the item.
            side: where it stands in the box.
        """
        broken = face.broken(text, box.width)
        fitted = face.fitted(broken, box.width, box.height)
        self.expression(box, plain(fitted.shortened(broken, box.width, box.height)), fitted, name, side)

    def expression(self, box: Box, text: str, face: TypeFace, name: str, side: Side = Side.START) -> None:
        """Add a text of ours that may hold expressions of QGIS; arguments as of :meth:`text`."""
        item = QgsLayoutItemLabel(self.layout)
        self.put(item, box, name)
        item.setMode(QgsLayoutItemLabel.Mode.ModeFont)
        item.setText(text)
        set_face(item, face)
        item.setMarginX(0)
        item.setMarginY(0)
        item.setHAlign(self._alignment(side))
        item.setVAlign(Qt.AlignmentFlag.AlignTop)

    def title(self, box: Box, text: str, face: TypeFace, page: str) -> None:
        """Add the title of a page of several.

        Args:
            box: its place.
            text: of all pages, in which nothing is an expression.
            face: its letters, in which the longest title has room.
            page: the expression for the name of the page.
        """
        self.expression(box, f"{plain(text)} – {page}", face, "Title")

    def _alignment(self, side: Side) -> Qt.AlignmentFlag:
        if side is Side.MIDDLE:
            return Qt.AlignmentFlag.AlignHCenter
        at_left = (side is Side.START) != self.right_to_left
        return Qt.AlignmentFlag.AlignLeft if at_left else Qt.AlignmentFlag.AlignRight

    def shape(self, box: Box, symbol: QgsFillSymbol, name: str, round_: bool = False) -> None:
        """Add a rectangle, or an ellipse.

        Args:
            box: its place.
            symbol: how it is drawn.
            name: of the item.
            round_: whether it is an ellipse.
        """
        item = QgsLayoutItemShape(self.layout)
        item.setShapeType(QgsLayoutItemShape.Shape.Ellipse if round_ else QgsLayoutItemShape.Shape.Rectangle)
        item.setSymbol(symbol)
        self.put(item, box, name)


def plain(text: str) -> str:
    """Return a text in which QGIS finds no expression: the names in a stranger's file shall compute nothing."""
    return text.replace("[%", "[ %")


def set_face(item: QgsLayoutItemLabel, face: TypeFace) -> None:
    """Give a label its letters, in QGIS 3.22 too."""
    text_format = face.format()
    if hasattr(item, "setTextFormat"):
        item.setTextFormat(text_format)
        return
    font = text_format.font()
    font.setPointSizeF(face.size)
    item.setFont(font)
    item.setFontColor(text_format.color())
