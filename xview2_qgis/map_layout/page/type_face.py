"""Letters: their font, and how much room a text takes in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from qgis.core import QgsTextFormat, QgsUnitTypes
from qgis.PyQt.QtGui import QColor, QFont, QFontMetricsF

#: Colours of texts: nearly black, and grey that is still read in print.
DARK, SOFT = "#22282c", "#4d565b"

_MM_PER_POINT = 25.4 / 72
_EM = 200  # pixels of the font that is measured: large, so that rounding to pixels does not matter
# QGIS lays lines out with widths of its own; a line that just fits here shall fit there
_RESERVE = 1.04
#: Letters of a word that is broken wherever it ends, as of an address without blanks.
_LONGEST_WORD = 0.97


@dataclass(frozen=True)
class TypeFace:
    """A kind of letters.

    Attributes:
        size: in points.
        bold: whether they are bold.
        colour: as ``#rrggbb``.
    """

    size: float
    bold: bool = False
    colour: str = DARK

    def sized(self, size: float) -> TypeFace:
        """Return the same letters in another size."""
        return TypeFace(size, self.bold, self.colour)

    def weighted(self, bold: bool) -> TypeFace:
        """Return the same letters, bold or not."""
        return TypeFace(self.size, bold, self.colour)

    @property
    def line(self) -> float:
        """Distance of lines in millimetres."""
        return _metrics(self.bold).lineSpacing() * self._scale

    @property
    def _scale(self) -> float:
        return self.size * _MM_PER_POINT / _EM

    def width(self, text: str) -> float:
        """Return the width of a line in millimetres."""
        return _metrics(self.bold).horizontalAdvance(text) * self._scale * _RESERVE

    def lines(self, text: str, width: float) -> int:
        """Return how many lines a text takes that is wrapped at blanks."""
        return sum(len(self._wrapped(paragraph, width)) for paragraph in text.split("\n"))

    def height(self, text: str, width: float) -> float:
        """Return the height of a wrapped text in millimetres."""
        return self.lines(text, width) * self.line

    def fits(self, text: str, width: float, height: float) -> bool:
        """Return True if a text has room in a box, no word of it being wider."""
        widest = max((self.width(word) for word in text.split()), default=0.0)
        return widest <= width and self.height(text, width) <= height

    def fitted(self, text: str, width: float, height: float, least: float = 0.6) -> TypeFace:
        """Return the largest letters, up to these, in which a text has room; at least ``least`` of their size."""
        part = 1.0
        while part > least and not self.sized(self.size * part).fits(text, width, height):
            part -= 0.04
        return self if part >= 1.0 else self.sized(self.size * max(part, least))

    def broken(self, text: str, width: float) -> str:
        """Return a text in which words that are wider than a line are broken."""
        return "\n".join(" ".join(self._parts(word, width)) for word in text.split("\n"))

    def _parts(self, paragraph: str, width: float) -> list[str]:
        parts = []
        for word in paragraph.split(" "):
            while len(word) > 1 and self.width(word) > width:
                count = max(1, int(len(word) * width / self.width(word) * _LONGEST_WORD))
                parts.append(word[:count])
                word = word[count:]
            parts.append(word)
        return parts

    def _wrapped(self, paragraph: str, width: float) -> list[str]:
        lines, line = [], ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and self.width(longer) > width:
                lines.append(line)
                line = word
            else:
                line = longer
        return [*lines, line]

    def shortened(self, text: str, width: float, height: float) -> str:
        """Return as much of a text as has room in a box, with an ellipsis where something is left out."""
        if self.fits(text, width, height):
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.fits(text[:middle].rstrip() + "…", width, height):
                low = middle
            else:
                high = middle - 1
        return text[:low].rstrip() + "…"

    def format(self) -> QgsTextFormat:
        """Return it as QGIS wants it."""
        text_format = QgsTextFormat()
        text_format.setFont(_font(self.bold))
        text_format.setSize(self.size)
        text_format.setSizeUnit(QgsUnitTypes.RenderUnit.RenderPoints)
        text_format.setColor(QColor(self.colour))
        return text_format


def _font(bold: bool) -> QFont:
    font = QFont("DejaVu Sans")
    font.setStyleHint(QFont.StyleHint.SansSerif)
    font.setBold(bold)
    return font


@lru_cache(maxsize=2)
def _metrics(bold: bool) -> QFontMetricsF:
    font = _font(bold)
    font.setPixelSize(_EM)
    return QFontMetricsF(font)
