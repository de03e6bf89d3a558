"""Components that go on from one chunk to the next, joined over the seams.

A union-find that holds open components only: those that touch a seam beyond which nothing was scanned yet. Of each it
keeps a box, a first pixel and a few numbers; its pixels lie in the probability raster. What lies in one cell of the
lattice along which too large components are cut is joined apart from the rest, so they fall into pieces unread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..geo.pixel_box import PixelBox
from .chunks import Chunk

Line = NDArray[np.int32]


@dataclass(eq=False)
class Piece:
    """What is known of a component in one cell of the lattice.

    Attributes:
        box: its bounding box on the grid.
        anchor: row and column of its first pixel in reading order.
        whole: the component; out of date once the piece was joined to another one.
        joined: the piece of which it became a part.
    """

    box: PixelBox
    anchor: tuple[int, int]
    whole: Whole
    joined: Piece | None = None

    def root(self) -> Piece:
        """Return the piece that this one is a part of now."""
        piece = self
        while piece.joined is not None:
            if piece.joined.joined is not None:
                piece.joined = piece.joined.joined  # shortens the way for the next one who asks
            piece = piece.joined
        return piece


@dataclass(eq=False)
class Whole:
    """What is known of a component.

    Attributes:
        box: its bounding box on the grid.
        turn: number of the last chunk that has to be scanned before it is complete, were chunks scanned one by one.
        open: how many pieces of a border it touches beyond which nothing was scanned.
        pieces: one or more in each cell in which it lies.
    """

    box: PixelBox
    turn: int
    open: int
    pieces: set[Piece] = field(default_factory=set)

    @property
    def anchor(self) -> tuple[int, int]:
        """Row and column of its first pixel in reading order."""
        return min(piece.anchor for piece in self.pieces)


@dataclass(frozen=True)
class ChunkLabels:
    """The components of one chunk.

    Attributes:
        labels: number of the component of each pixel, 0 for none, int32 (H, W).
        outline: returns the bounding box on the grid and the first pixel (row, column) of a component by its number.
    """

    labels: NDArray[np.int32]
    outline: Callable[[int], tuple[PixelBox, tuple[int, int]]]


@dataclass(frozen=True)
class _Seam:
    """The pixels along a border of a chunk: their labels there, int32 (N,), and the pieces of these labels."""

    line: Line
    pieces: dict[int, Piece]


class Seams:
    """The frontier between what was scanned and what was not.

    Args:
        rows: rows of chunks.
        columns: columns of chunks.
        spacing: of the lattice in pixels.
    """

    def __init__(self, rows: int, columns: int, spacing: int) -> None:
        self._rows, self._columns, self._spacing = rows, columns, spacing
        self._below: dict[int, _Seam] = {}  # under the last chunk of each column of chunks
        self._beside: dict[int, _Seam] = {}  # right of the last chunk of each row of chunks

    def __len__(self) -> int:
        """Seams on which components are open."""
        return len(self._below) + len(self._beside)

    def add(self, chunk: Chunk, found: ChunkLabels | None) -> tuple[list[Whole], set[int]]:
        """Join the components of a chunk to what is known.

        Args:
            chunk: the chunk; those above it and to its left were added before.
            found: what lies in it; None if there is nothing.

        Returns:
            Components that were open and are complete now, by their first pixels, and the numbers of those in the
            chunk that were joined to others or are open: all others are complete in themselves.
        """
        above, before = self._below.pop(chunk.column, None), self._beside.pop(chunk.row, None)
        met = [piece for seam in (above, before) if seam is not None for piece in seam.pieces.values()]
        for piece in met:
            piece.root().whole.open -= 1
        pieces: dict[int, Piece] = {}
        if found is not None:
            labels = found.labels
            bottom = _numbers(labels[-1]) if chunk.row + 1 < self._rows else []
            right = _numbers(labels[:, -1]) if chunk.column + 1 < self._columns else []
            touching = {*bottom, *right}
            touching.update(_met(above, labels[0]), _met(before, labels[:, 0]))
            for label in touching:
                turn = chunk.number + (self._columns if label in bottom else int(label in right))
                pieces[label] = _piece(turn, (label in bottom) + (label in right), *found.outline(label))
            if above is not None:
                _join(above, labels[0], pieces, over_line=chunk.box.top % self._spacing == 0)
            if before is not None:
                _join(before, labels[:, 0], pieces, over_line=chunk.box.left % self._spacing == 0)
            if bottom:
                self._below[chunk.column] = _Seam(labels[-1].copy(), {label: pieces[label] for label in bottom})
            if right:
                self._beside[chunk.row] = _Seam(labels[:, -1].copy(), {label: pieces[label] for label in right})
            met += pieces.values()
        complete = {whole for whole in (piece.root().whole for piece in met) if whole.open == 0}
        return sorted(complete, key=lambda whole: whole.anchor), set(pieces)


def _piece(turn: int, open_sides: int, box: PixelBox, anchor: tuple[int, int]) -> Piece:
    whole = Whole(box, turn, open_sides)
    piece = Piece(box, anchor, whole)
    whole.pieces.add(piece)
    return piece


def _numbers(line: Line) -> list[int]:
    """Return the labels on a border, each once."""
    return [int(number) for number in np.unique(line) if number]


def _met(seam: _Seam | None, line: Line) -> list[int]:
    """Return the labels of a border that meet something on the other side of the seam."""
    return [] if seam is None else _numbers(np.where(seam.line > 0, line, 0))


def _join(seam: _Seam, line: Line, pieces: dict[int, Piece], *, over_line: bool) -> None:
    """Join what meets on both sides of a seam, the pieces too unless the seam lies on a line of the lattice."""
    both = (seam.line > 0) & (line > 0)
    for known, new in np.unique(np.stack([seam.line[both], line[both]]), axis=1).T.tolist():
        one, other = seam.pieces[known].root(), pieces[new].root()
        _join_wholes(one.whole, other.whole)
        if not over_line and one is not other:
            one.box, one.anchor = one.box.around(other.box), min(one.anchor, other.anchor)
            other.joined = one
            one.whole.pieces.discard(other)


def _join_wholes(one: Whole, other: Whole) -> None:
    if one is other:
        return
    larger, smaller = (one, other) if len(one.pieces) >= len(other.pieces) else (other, one)
    larger.box = larger.box.around(smaller.box)
    larger.turn = max(larger.turn, smaller.turn)
    larger.open += smaller.open
    larger.pieces |= smaller.pieces
    for piece in smaller.pieces:
        piece.whole = larger
