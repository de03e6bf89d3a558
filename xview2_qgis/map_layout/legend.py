"""The legend: classes in their colours with counts and ranges, and the areas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from qgis.core import QgsFillSymbol, QgsSingleSymbolRenderer, QgsVectorLayer

from ..protocol.schema import CLASS_LABELS, DAMAGE_CLASSES, Damage
from ..protocol.totals.category import UNKNOWN
from ..protocol.totals.review_sample import CategoryTotal, Totals
from .content.map_words import MapWords
from .page.box import Box
from .page.column import draw_heading, heading_height
from .page.sheet import Sheet, Side
from .page.type_face import SOFT, TypeFace
from .style.print_style import POLYGONS_TO, class_symbol, dot_swatch

#: Classes as they are listed, each with its place in :attr:`Totals.categories`.
LISTED = (
    *((damage, DAMAGE_CLASSES.index(damage)) for damage in reversed(DAMAGE_CLASSES)),
    (Damage.UNKNOWN, UNKNOWN),
)

_ROW, _TITLES, _REMARK = 5.2, 3.4, 6.0  # millimetres and points on A4
_SWATCH = (7.0, 3.7)
_LETTERS = 7.4  # points on A4
_COUNT, _RANGE = 0.26, 0.36  # parts of the width, at most


@dataclass(frozen=True)
class LegendRow:
    """A line of the legend.

    Attributes:
        label: what it is.
        count: how many, or how large; a text, or an expression of ours.
        longest: the longest text that the count may be.
        range: of the estimate, empty where there is none.
        symbol: how it is drawn; None for a sum.
        dot: size of the dot that is drawn instead of a polygon, 0 for a polygon.
        bold: whether it is a sum.
    """

    label: str
    count: str
    longest: str
    range: str = ""
    symbol: QgsFillSymbol | None = None
    dot: float = 0.0
    bold: bool = False


@dataclass(frozen=True)
class _Columns:
    """The columns of a legend, millimetres: where labels begin, and widths of counts, ranges and all."""

    begin: float
    counts: float
    ranges: float
    width: float

    def label(self, line: Box) -> Box:
        return line.part(self.begin, self.width - self.begin - self.counts - self.ranges)

    def count(self, line: Box) -> Box:
        return line.part(self.width - self.ranges - self.counts, self.counts)

    def range(self, line: Box) -> Box:
        return line.part(self.width - self.ranges, self.ranges)


class LegendBlock:
    """The legend as a block.

    Args:
        rows: from top to bottom.
        words: the language.
        remark: in small letters below; may be empty.
    """

    def __init__(self, rows: Sequence[LegendRow], words: MapWords, remark: str = "") -> None:
        self._rows, self._words, self._remark = rows, words, remark
        self._ranges = any(row.range for row in rows)

    def least(self, width: float, size: float) -> float:
        """Return the height that it needs."""
        face = TypeFace(_REMARK * size)
        remark = face.height(self._remark, width) if self._remark else 0.0
        return heading_height("x", size) + (_TITLES + _ROW * len(self._rows)) * size + remark

    def most(self, width: float, size: float) -> float:
        """Return the same: it does not grow."""
        return self.least(width, size)

    def draw(self, sheet: Sheet, box: Box, size: float) -> None:
        """Put it on a page."""
        tr = self._words.words.tr
        top = draw_heading(sheet, box, tr("Damage to buildings"), "Legend", size)
        columns = self._columns(box.width, size)
        titles = TypeFace(5.8 * size, colour=SOFT)
        line = box.row(top, _TITLES * size)
        sheet.text(columns.count(line), tr("counted"), titles, "Legend, counted", Side.END)
        if self._ranges:
            sheet.text(columns.range(line), tr("95 % range"), titles, "Legend, range", Side.END)
        top += _TITLES * size
        faces = self._faces(columns, size)
        for row in self._rows:
            line = box.row(top, _ROW * size)
            self._draw_swatch(sheet, line, row, size)
            text = Box(line.x, line.y + 0.7 * size, line.width, line.height - 0.9 * size)
            label, number = (face.weighted(row.bold) for face in faces)
            name = f"Legend, {row.label}"
            sheet.text(columns.label(text), row.label, label, name)
            sheet.expression(columns.count(text), row.count, number, f"{name}, counted", Side.END)
            if row.range:
                sheet.text(columns.range(text), row.range, number, f"{name}, range", Side.END)
            top += _ROW * size
        if self._remark:
            small = TypeFace(_REMARK * size, colour=SOFT)
            sheet.text(box.row(top, box.height - top), self._remark, small, "Legend, remark")

    def _columns(self, width: float, size: float) -> _Columns:
        """Return columns in which numbers have room, as far as labels leave it."""
        tr, face, titles = self._words.words.tr, TypeFace(_LETTERS * size, True), TypeFace(5.8 * size)
        count = max([titles.width(tr("counted")), *(face.width(row.longest) for row in self._rows)]) + size
        wide = 0.0
        if self._ranges:
            wide = max([titles.width(tr("95 % range")), *(face.width(row.range) for row in self._rows)]) + 2 * size
        return _Columns((_SWATCH[0] + 2.0) * size, min(count, _COUNT * width), min(wide, _RANGE * width), width)

    def _faces(self, columns: _Columns, size: float) -> tuple[TypeFace, TypeFace]:
        """Return the letters of all labels, and of all numbers: those in which the longest has room."""
        line, face = Box(0.0, 0.0, columns.width, (_ROW - 0.9) * size), TypeFace(_LETTERS * size, True)
        label, count, wide = columns.label(line), columns.count(line), columns.range(line)
        labels = [face.fitted(row.label, label.width, label.height) for row in self._rows]
        numbers = [face.fitted(row.longest, count.width, count.height) for row in self._rows]
        numbers += [face.fitted(row.range, wide.width, wide.height) for row in self._rows if row.range]
        return min(labels, key=lambda one: one.size), min(numbers, key=lambda one: one.size)

    @staticmethod
    def _draw_swatch(sheet: Sheet, line: Box, row: LegendRow, size: float) -> None:
        if row.symbol is None:
            return
        width, height = (row.dot, row.dot) if row.dot else (_SWATCH[0] * size, _SWATCH[1] * size)
        x = line.x + (_SWATCH[0] * size - width) / 2
        box = Box(x, line.y + (_ROW * size - height) / 2, width, height)
        sheet.shape(box, row.symbol, f"Legend, symbol of {row.label}", round_=bool(row.dot))


def class_rows(
    totals: Totals, scale: float, words: MapWords, counts: Sequence[tuple[str, str]] | None
) -> list[LegendRow]:
    """Return the lines of the classes and of all buildings.

    Args:
        totals: of the result.
        scale: denominator of the scale of the map, which decides on polygons or dots.
        words: the language.
        counts: instead of the totals, for each class and for their sum: an expression, and its longest value; ranges
            are left out then, because they are about all of the result.
    """
    rows, tr = [], words.words.tr
    listed = [(damage, totals.categories[number]) for damage, number in LISTED]
    for index, (damage, total) in enumerate(listed):
        text, longest = counts[index] if counts else (words.number(total.plain),) * 2
        dots = scale > POLYGONS_TO
        symbol, dot = dot_swatch(damage) if dots else (class_symbol(damage, scale), 0.0)
        shown = "" if counts else range_text(total, words)
        rows.append(LegendRow(tr(CLASS_LABELS[damage]), text, longest, shown, symbol, dot))
    text, longest = counts[-1] if counts else (words.number(totals.buildings.plain),) * 2
    shown = "" if counts else range_text(totals.buildings, words)
    rows.append(LegendRow(tr("All buildings"), text, longest, shown, bold=True))
    return rows


def range_text(total: CategoryTotal, words: MapWords) -> str:
    """Return the 95 % interval of a number in whole buildings, never rounded towards the estimate; empty for none."""
    found = total.estimate
    if found is None:
        return ""
    low, high = floor(found.low + 1e-6), ceil(found.high - 1e-6)
    return f"{words.number(low)} – {words.number(high)}"


def area_row(layer: QgsVectorLayer, label: str, area: str) -> LegendRow:
    """Return the line of an area, drawn as its layer is.

    Args:
        layer: of the area.
        label: what it is.
        area: how large, a text.
    """
    renderer = layer.renderer()
    symbol = renderer.symbol().clone() if isinstance(renderer, QgsSingleSymbolRenderer) else None
    return LegendRow(label, area, area, symbol=symbol if isinstance(symbol, QgsFillSymbol) else None)
