"""Blending: one seamless field from overlapping tiles, without holding the scene.

Each tile is weighted with a ramp across its overlaps; the weights of all windows that cover a pixel sum to one
(sin² + cos² = 1), so a field that all tiles agree on comes back unchanged. Near its border, where it lacks context, a
network has hardly any weight. At the border of the grid there is no neighbour and the weight stays one.

Tiles come in row-major order. What a tile adds to pixels that its right and lower neighbours see too waits in strips
as thin as the overlap, those for the row below outside of memory; everything else leaves at once as a finished block.
Tiles may be left out: the pixels their
neighbours share with them are then divided by the weight that did arrive.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..scene.tiling import Tile, Tiling
from .strips import Field, MemoryStrips, Strips, strip_width

_LEAST = 1e-3  # weight at the edge of a tile


def ramp(overlap: int) -> Field:
    """Return rising weights (overlap,) of a pixel row across an overlap; reversed they are the falling ones.

    The outer quarter weighs next to nothing: there a network sees least of what surrounds a pixel. It is not zero, for
    a neighbour may have been left out.
    """
    phase = ((np.arange(overlap, dtype=np.float64) + 0.5) / max(overlap, 1) - 0.25).clip(0, 0.5) * 2
    return np.asarray(_LEAST + (1 - 2 * _LEAST) * np.sin(0.5 * np.pi * phase) ** 2, dtype=np.float32)


class Blender:
    """Collects tiles and returns their finished blocks.

    Args:
        plan: the tiling.
        channels: channels of a tile's field.
        strips: where strips wait for the next row, in memory by default.
        row: the first row of tiles.
    """

    def __init__(self, plan: Tiling, channels: int, strips: Strips | None = None, row: int = 0) -> None:
        self._plan = plan
        self._channels = channels
        self._ramp = ramp(plan.overlap)
        # used again for every tile: to get and give back so much memory takes longer than to fill it
        self._weighted = np.empty((channels + 1, *plan.largest_window), np.float32)
        self._strips: Strips = MemoryStrips() if strips is None else strips
        self._row = row
        self._last: Tile | None = None
        self._left: Field | None = None  # what the tile before added to the block of this one
        self._below: tuple[int, Field] | None = None  # column and strip that the tile before has begun

    @property
    def row(self) -> int:
        """The row of tiles whose tiles may come now; it and those after it are not ended."""
        return self._row

    def add(self, tile: Tile, field: NDArray[np.floating]) -> Field:
        """Take the field of a tile and return that of its block.

        Args:
            tile: a tile of the tiling, later in row-major order than every tile before.
            field: what the network said of its window, (channels, rows, columns).

        Returns:
            The blended field of ``tile.block``, float32 (channels, block rows, block columns); it may be changed and
            is good until the next tile.

        Raises:
            ValueError: the tile is out of order or the field has another shape.
            RuntimeFailure: the strips cannot be read or written.
        """
        height, width, overlap = int(tile.window.height), int(tile.window.width), self._plan.overlap
        if field.shape != (self._channels, height, width):
            raise ValueError(f"field of shape {field.shape}, expected {(self._channels, height, width)}")
        self._advance(tile)

        last_row, last_col = tile.row == self._plan.rows - 1, tile.col == self._plan.columns - 1
        weighted = self._weighted[:, :height, :width]  # the last channel is the weight
        np.multiply.outer(
            self._weights(height, first=tile.row == 0, last=last_row),
            self._weights(width, first=tile.col == 0, last=last_col),
            out=weighted[-1],
        )
        np.multiply(field, weighted[-1], out=weighted[:-1])

        rows, cols = height if last_row else height - overlap, width if last_col else width - overlap
        own = weighted[:, :rows, :cols]
        if overlap and (above := self._strips.above(tile.col)) is not None:
            own[:, :overlap, : above.shape[2]] += above
        if self._left is not None:
            own[:, :, :overlap] += self._left
        self._left = None if last_col else weighted[:, :rows, cols:].copy()
        if overlap and not last_row:
            self._keep_below(tile.col, weighted[:, rows:, :cols])
            if not last_col:
                self._below = tile.col + 1, self._begun(tile.col + 1, weighted[:, rows:, cols:])
        return self._finish(tile, own)

    def end_row(self) -> None:
        """End a row of tiles; those of it that did not come are left out.

        Raises:
            RuntimeFailure: the strips cannot be written.
        """
        self._end_strip()
        self._left = None
        self._strips.advance()
        self._row += 1

    def _advance(self, tile: Tile) -> None:
        """Drop what belonged to tiles that were left out, and go to the next row where one begins."""
        last = self._last
        if tile.row < self._row or (last is not None and tile.index <= last.index):
            raise ValueError(f"tile {tile.index} came after tile {'' if last is None else last.index}")
        while self._row < tile.row:
            self.end_row()
        if last is None or tile.index != last.index + 1:
            self._left = None
        self._last = tile

    def _keep_below(self, col: int, strip: Field) -> None:
        """Complete the strip for the block below column ``col``, which the tile to the left may have begun."""
        if self._below is not None and self._below[0] == col:
            self._below[1][:, :, : strip.shape[2]] += strip
        else:
            self._end_strip()
            self._below = col, self._begun(col, strip)
        self._end_strip()

    def _begun(self, col: int, strip: Field) -> Field:
        """Return a strip for the block below column ``col`` that begins with another one, and 0 elsewhere."""
        width, filled = strip_width(self._plan, col), strip.shape[2]
        kept = np.empty((self._channels + 1, self._plan.overlap, width), dtype=np.float32)
        kept[:, :, :filled], kept[:, :, filled:] = strip, 0.0
        return kept

    def _end_strip(self) -> None:
        if self._below is not None:
            self._strips.keep(*self._below)
            self._below = None

    def _weights(self, length: int, *, first: bool, last: bool) -> Field:
        """Return the weights of a window along one axis; ``first`` and ``last`` have no neighbour before or after."""
        weights = np.ones(length, dtype=np.float32)
        if self._plan.overlap:
            if not first:
                weights[: self._plan.overlap] = self._ramp
            if not last:
                weights[length - self._plan.overlap :] = self._ramp[::-1]
        return weights

    def _finish(self, tile: Tile, own: Field) -> Field:
        """Cut the block from the finished part of a window and divide by the weight that arrived."""
        top, left = tile.block.row_off - tile.window.row_off, tile.block.col_off - tile.window.col_off
        bottom, right = top + tile.block.height, left + tile.block.width
        block = own[:, top:bottom, left:right]
        overlap = self._plan.overlap
        rows, cols = max(overlap - top, 0) if tile.row else 0, max(overlap - left, 0) if tile.col else 0
        # beyond what it shares with the tiles above and to the left, the weight is 1; there it is never 0: sin² is
        # positive at pixel centres
        for shared in (block[:, :rows], block[:, rows:, :cols]):
            shared[:-1] /= shared[-1:]
        return block[:-1]
