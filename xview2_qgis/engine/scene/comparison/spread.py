"""Windows spread over a grid: what a whole scene is judged by without reading all of it."""

from __future__ import annotations

import math
from collections.abc import Iterator

from rasterio.windows import Window

from ...geo.grid import Grid

_MOST = 240  # candidates: a mosaic is mostly gaps


def spread_windows(grid: Grid, side: int, least: int = 1) -> Iterator[Window]:
    """Yield square windows on a lattice that reaches from edge to edge, in an order that spreads them early.

    Windows stand side by side; where fewer than ``least`` would fit, they overlap by up to half.

    Args:
        grid: what they are on.
        side: of a window, in pixels; no longer than the grid's shorter side.
        least: number of windows from which on they need not overlap.
    """
    columns, rows = _starts(grid.width, side, side), _starts(grid.height, side, side)
    if len(columns) * len(rows) < least:
        stride = max(1, side // 2)
        columns, rows = _starts(grid.width, side, stride), _starts(grid.height, side, stride)
    count = len(columns) * len(rows)
    # multiples of a step without common factor visit every cell once; the golden ratio spreads them
    step = max(1, round(count * 0.6180339887))
    while math.gcd(step, count) != 1:
        step += 1
    for i in range(min(count, _MOST)):
        row, column = divmod(i * step % count, len(columns))
        yield Window(columns[column], rows[row], side, side)


def _starts(length: int, side: int, stride: int) -> list[int]:
    """Return where windows begin: at most ``stride`` apart if they may overlap, centred if they stand side by side."""
    if stride == side:
        number = max(1, length // side)
        return [(length - number * side) // 2 + side * i for i in range(number)]
    steps = math.ceil((length - side) / stride)
    return [round(i * (length - side) / max(steps, 1)) for i in range(steps + 1)]
