"""One axis of a tiling: where windows and blocks begin and end along the rows or the columns of a grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .edge_tiles import EdgeTiles


@dataclass(frozen=True)
class LatticeAxis:
    """Windows along one axis. Positions count from 0, pixels from the beginning of the grid.

    Attributes:
        length: pixels of the grid.
        tile_size: pixels of a window inside the scene.
        overlap: pixels that neighbouring windows share.
        edges: how large windows at the border are.
        offset: pixels by which all windows are shifted towards the beginning.
    """

    length: int
    tile_size: int
    overlap: int
    edges: EdgeTiles
    offset: int = 0

    @property
    def stride(self) -> int:
        """Pixels from one window to the next."""
        return self.tile_size - self.overlap

    @property
    def count(self) -> int:
        """How many windows cover the grid."""
        if self.length + self.offset <= self.tile_size + self.edges.room:
            return 1
        # n · stride + overlap must reach the end
        return -(-(self.length + self.offset - self.overlap) // self.stride)

    @property
    def margin(self) -> int:
        """Pixels by which the windows may be shifted so that none is added: up to half an overlap, 0 for one alone."""
        if self.count == 1:
            return 0
        spare = self.count * self.stride + self.overlap - self.length - self.offset
        margin = min(self.overlap // 2, spare)
        # the first window is then cut without a rest
        return margin - margin % (self.edges.multiple or 1)

    @property
    def beyond(self) -> int:
        """Pixels beyond the grid that windows keep when they are cut: none where one shows all of the grid.

        What lies there looks like missing data, as networks know it at the edge of a scene; cut off, a building in the
        last 40 pixels may change its class.
        """
        return 0 if self.count == 1 else self.overlap // 4

    @property
    def largest_window(self) -> int:
        """Pixels that hold every window."""
        return max(end - begin for begin, end in map(self.window, range(min(self.count, 3))))

    def window(self, position: int) -> tuple[int, int]:
        """Return where a window begins and ends; it may reach beyond the grid."""
        begin = position * self.stride - self.offset
        alone = self.count == 1 and self.length + self.offset > self.tile_size
        end = begin + self.tile_size + (self.edges.room if alone else 0)
        if self.edges.multiple is None:
            return begin, end
        before, after = max(0, -begin - self.beyond), max(0, end - self.length - self.beyond)
        return begin + before - before % self.edges.multiple, end - after + after % self.edges.multiple

    def block(self, position: int) -> tuple[int, int]:
        """Return where the block of a window begins and ends, inside the grid."""
        begin = position * self.stride - self.offset
        end = self.length if position == self.count - 1 else begin + self.stride
        return max(0, begin), min(self.length, end)

    def positions(self, pixels: NDArray[np.integer]) -> NDArray[np.intp]:
        """Return in whose blocks pixels of the grid lie."""
        return np.asarray(np.minimum((pixels + self.offset) // self.stride, self.count - 1), np.intp)
