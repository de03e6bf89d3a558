"""The plan of a page: what stands where on A4 or A3, upright or across."""

from __future__ import annotations

from dataclasses import dataclass

from .box import Box

#: Widths and heights of upright sheets in millimetres (ISO 216), the usual one first.
PAPERS = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}

# millimetres on A4; on A3 all of them, and the type, are larger by _A3
_A3 = 1.3
_MARGIN, _GAP = 8.0, 3.0
_HEADER, _BADGE = 18.0, 56.0
_COORDINATES = 4.2  # numbers of the grid, outside of the frame of the map
_STRIP = 9.0
_SIDE, _PANEL = 70.0, 77.0
_PANEL_COLUMNS = 3


@dataclass(frozen=True)
class PagePlan:
    """Where things stand on a page, written from left to right.

    Attributes:
        paper: ``A4`` or ``A3``.
        width: of the page, millimetres.
        height: of the page, millimetres.
        type_size: size of letters and symbols, 1 on A4.
        header: title and subtitle.
        badge: the notice beside them.
        map: frame of the main map; the numbers of its grid are left of it and below.
        strip: below these: scale bar, scale and CRS.
        columns: legend, overview and texts, in the order in which they are read.
    """

    paper: str
    width: float
    height: float
    type_size: float
    header: Box
    badge: Box
    map: Box
    strip: Box
    columns: tuple[Box, ...]

    @property
    def landscape(self) -> bool:
        """Whether the page lies across."""
        return self.width > self.height


def page_plan(paper: str, landscape: bool) -> PagePlan:
    """Return the plan of a page.

    Args:
        paper: key of :data:`PAPERS`.
        landscape: whether it lies across; the texts are then beside the map, else below it.

    Raises:
        KeyError: there is no such paper.
    """
    short, long = PAPERS[paper]
    width, height = (long, short) if landscape else (short, long)
    size = 1.0 if paper == "A4" else _A3
    margin, gap, coordinates, strip = _MARGIN * size, _GAP * size, _COORDINATES * size, _STRIP * size
    inner = width - 2 * margin
    badge = _BADGE * size
    header = Box(margin, margin, inner - badge - gap, _HEADER * size)
    top, bottom = header.bottom + gap, height - margin
    side = _SIDE * size if landscape else 0.0
    panel = 0.0 if landscape else _PANEL * size
    map_box = Box(
        margin + coordinates,
        top,
        inner - coordinates - (side + gap if side else 0.0),
        bottom - top - coordinates - strip - (panel + gap if panel else 0.0),
    )
    below = map_box.bottom + coordinates
    if landscape:
        columns: tuple[Box, ...] = (Box(map_box.right + gap, top, side, bottom - top),)
    else:
        columns = _panel_columns(margin, inner, bottom, panel, gap)
    return PagePlan(
        paper, width, height, size, header,
        Box(header.right + gap, margin, badge, header.height), map_box,
        Box(map_box.x, below, map_box.width, strip),
        columns,
    )  # fmt: skip


def _panel_columns(margin: float, inner: float, bottom: float, height: float, gap: float) -> tuple[Box, ...]:
    wide = 1.6 * gap
    column = (inner - (_PANEL_COLUMNS - 1) * wide) / _PANEL_COLUMNS
    return tuple(
        Box(margin + number * (column + wide), bottom - height, column, height) for number in range(_PANEL_COLUMNS)
    )
