"""A rectangle on paper."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """A rectangle, millimetres from the upper left corner of the page.

    Attributes:
        x: left edge.
        y: upper edge.
        width: width.
        height: height.
    """

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.y + self.height

    def mirrored(self, page_width: float) -> Box:
        """Return the same box on a page whose left is its right."""
        return Box(page_width - self.right, self.y, self.width, self.height)

    def row(self, top: float, height: float) -> Box:
        """Return a part of full width, ``top`` below the upper edge."""
        return Box(self.x, self.y + top, self.width, height)

    def part(self, left: float, width: float) -> Box:
        """Return a part of full height, ``left`` from the left edge."""
        return Box(self.x + left, self.y, width, self.height)

    def overlaps(self, other: Box) -> bool:
        """Return True if both have an area in common."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom
