"""Columns of blocks: all of them in letters of one size, as large as the fullest column allows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from .box import Box
from .sheet import Sheet
from .type_face import DARK, TypeFace

_SPACE = 2.6  # millimetres between blocks on A4
_HEADING, _TEXT = 7.4, 6.7  # points on A4
_STEP, _LEAST = 0.02, 0.66  # below it nobody reads: texts are shortened then


class Block(Protocol):
    """Something that stands in a column."""

    def least(self, width: float, size: float) -> float:
        """Return the height that it needs, millimetres.

        Args:
            width: of the column.
            size: of letters and symbols, 1 on A4.
        """

    def most(self, width: float, size: float) -> float:
        """Return the height that it may use where there is room; arguments as above."""

    def draw(self, sheet: Sheet, box: Box, size: float) -> None:
        """Put it on a page."""


class TextBlock:
    """A heading with a text.

    Args:
        heading: in bold; empty for none.
        text: one or several paragraphs.
        name: of the items on the page.
    """

    def __init__(self, heading: str, text: str, name: str) -> None:
        self._heading, self._text, self._name = heading, text, name

    def least(self, width: float, size: float) -> float:
        """Return the height that it needs."""
        face = TypeFace(_TEXT * size)
        return heading_height(self._heading, size) + face.height(face.broken(self._text, width), width)

    def most(self, width: float, size: float) -> float:
        """Return the same: a text does not grow."""
        return self.least(width, size)

    def draw(self, sheet: Sheet, box: Box, size: float) -> None:
        """Put it on a page."""
        top = draw_heading(sheet, box, self._heading, self._name, size)
        # a little more room than measured, which nothing else uses
        rest = box.row(top, box.height - top + 0.25 * _SPACE * size)
        sheet.text(rest, self._text, TypeFace(_TEXT * size), self._name)


def heading_height(heading: str, size: float) -> float:
    """Return the height of the heading of a block; 0 for an empty one."""
    return 1.25 * TypeFace(_HEADING * size, bold=True).line if heading else 0.0


def draw_heading(sheet: Sheet, box: Box, heading: str, name: str, size: float) -> float:
    """Put the heading of a block on a page and return its height."""
    height = heading_height(heading, size)
    if heading:
        sheet.text(box.row(0.0, height), heading, TypeFace(_HEADING * size, True, DARK), f"{name}, heading")
    return height


#: The blocks of each column, the uppermost first.
Columns = Sequence[Sequence[Block]]


def fill(sheet: Sheet, orders: Sequence[Columns]) -> None:
    """Put blocks into the columns of a page.

    Args:
        sheet: the page.
        orders: ways to share the blocks among the columns; the first in which all have room in the largest letters is
            taken.
    """
    boxes, full, part = sheet.plan.columns, sheet.plan.type_size, 1.0
    fitting = [order for order in orders if _have_room(order, boxes, full * part)]
    while not fitting and part > _LEAST:
        part -= _STEP
        fitting = [order for order in orders if _have_room(order, boxes, full * part)]
    for box, own in zip(boxes, (fitting or orders)[0]):
        _fill_column(sheet, box, own, full * part)


def _have_room(order: Columns, boxes: Sequence[Box], size: float) -> bool:
    return all(_needed(blocks, box.width, size) <= box.height for box, blocks in zip(boxes, order))


def _needed(blocks: Sequence[Block], width: float, size: float) -> float:
    return sum(block.least(width, size) for block in blocks) + _SPACE * size * max(len(blocks) - 1, 0)


def _fill_column(sheet: Sheet, box: Box, blocks: Sequence[Block], size: float) -> None:
    spare = max(0.0, box.height - _needed(blocks, box.width, size))
    top = 0.0
    for block in blocks:
        height = block.least(box.width, size)
        more = min(spare, max(0.0, block.most(box.width, size) - height))
        spare -= more
        height = min(height + more, box.height - top)
        if height > 0:
            block.draw(sheet, box.row(top, height), size)
        top += height + _SPACE * size
