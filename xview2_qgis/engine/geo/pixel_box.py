"""A half-open box of pixels on the grid."""

from __future__ import annotations

from dataclasses import dataclass

from rasterio.windows import Window


@dataclass(frozen=True)
class PixelBox:
    """Rows ``top`` to ``bottom`` and columns ``left`` to ``right``, without the last ones.

    Attributes:
        top: first row.
        left: first column.
        bottom: row after the last.
        right: column after the last.
    """

    top: int
    left: int
    bottom: int
    right: int

    @property
    def window(self) -> Window:
        """The same for rasterio."""
        return Window(self.left, self.top, self.right - self.left, self.bottom - self.top)

    @property
    def longest(self) -> int:
        """Rows or columns, whichever are more."""
        return max(self.bottom - self.top, self.right - self.left)

    def grown(self, by: int, within: PixelBox) -> PixelBox:
        """Return the box with a margin, cut at another box."""
        return PixelBox(self.top - by, self.left - by, self.bottom + by, self.right + by).clipped(within)

    def clipped(self, within: PixelBox) -> PixelBox:
        """Return what lies in another box; the two must meet."""
        return PixelBox(
            max(self.top, within.top), max(self.left, within.left),
            min(self.bottom, within.bottom), min(self.right, within.right),
        )  # fmt: skip

    def around(self, other: PixelBox) -> PixelBox:
        """Return the smallest box that holds this one and another."""
        return PixelBox(
            min(self.top, other.top), min(self.left, other.left),
            max(self.bottom, other.bottom), max(self.right, other.right),
        )  # fmt: skip

    def holds(self, row: int, col: int) -> bool:
        """Return whether a pixel lies in the box."""
        return self.top <= row < self.bottom and self.left <= col < self.right

    def part(self, of: PixelBox) -> tuple[slice, slice]:
        """Return the slices of this box in an array that covers another."""
        return slice(self.top - of.top, self.bottom - of.top), slice(self.left - of.left, self.right - of.left)

    def squares(self, side: int) -> list[PixelBox]:
        """Return the squares that cover the box from its upper left corner, row by row, those at the end cut."""
        return [
            PixelBox(top, left, top + side, left + side).clipped(self)
            for top in range(self.top, self.bottom, side)
            for left in range(self.left, self.right, side)
        ]
