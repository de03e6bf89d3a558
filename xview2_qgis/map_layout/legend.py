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
from .page.type_face import DARK, SOFT, TypeFace
from .style.print_style import POLYGONS_TO, class_symbol, dot_swatch

#: Classes as they are listed, each with its place in :attr:`Totals.categories`.
LISTED = (
    *((damage, DAMAGE_CLASSES.index(damage)) for damage in reversed(DAMAGE_CLASSES)),
    (Damage.UNKNOWN, UNKNOWN),
)

_ROW, _TITLES, _REMARK = 5.2, 3.4, 6.0  # millimetres and points on A4
_SWATCH = (7.0, 3.7)
_COUNT, _RANGE = 0.22, 0.34  # parts of the width


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
        titles = TypeFace(5.8 * size, colour=SOFT)
        swatch = (_SWATCH[0] + 2.0) * size
        range_width = _RANGE * box.width if self._ranges else 0.0
        count_width = _COUNT * box.width
        label_width = box.width - swatch - count_width - range_width
        line = box.row(top, _TITLES * size)
        sheet.text(line.part(swatch + label_width, count_width), tr("counted"), titles, "Legend, counted", Side.END)
        if self._ranges:
            place = line.part(box.width - range_width, range_width)
            sheet.text(place, tr("95 % range"), titles, "Legend, range", Side.END)
        top += _TITLES * size
        for row in self._rows:
            line = box.row(top, _ROW * size)
            self._draw_swatch(sheet, line, row, size)
            text = Box(line.x, line.y + 0.7 * size, line.width, line.height - 0.9 * size)
            face = TypeFace(7.4 * size, row.bold, DARK)
            name = f"Legend, {row.label}"
            sheet.text(text.part(swatch, label_width - size), row.label, face, name)
            place = text.part(swatch + label_width, count_width)
            fitted = face.fitted(row.longest, place.width, place.height)
            sheet.expression(place, row.count, fitted, f"{name}, counted", Side.END)
            if row.range:
                place = text.part(box.width - range_width, range_width)
                sheet.text(place, row.range, face, f"{name}, range", Side.END)
            top += _ROW * size
        if self._remark:
            sheet.text(
                box.row(top, box.height - top), self._remark, TypeFace(_REMARK * size, colour=SOFT), "Legend, remark"
            )

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
