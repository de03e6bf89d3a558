"""The chunks in which a scene is scanned for buildings, and the order of what is found in them.

Chunks are numbered in row-major order. Each is scanned as soon as its pixels are there, after those above it and to its
left. While a raster is being filled, its rows are finished on the left first, so chunks of the next row may come early.
What was found in them waits for its turn, and when too much waits, no more come early. So memory does not grow with the
width of a scene.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from rasterio.windows import Window

from ..geo.pixel_box import PixelBox

Item = TypeVar("Item")


@dataclass(frozen=True)
class ScanOptions:
    """How a scene is cut into chunks. What is found does not depend on it, but for its order and ``largest``.

    Attributes:
        rows: rows of a chunk.
        columns: columns of a chunk.
        largest: a component longer than this in either direction (pixels; 2 km at 0.5 m) is no building. It is cut
            along the lines of a lattice of this spacing, which bounds the memory; its pieces count as components.
    """

    rows: int = 512
    columns: int = 1024
    largest: int = 4096


#: Half a megapixel at a time.
STANDARD_SCAN = ScanOptions()


@dataclass(frozen=True)
class Chunk:
    """A part of the scene.

    Attributes:
        number: in row-major order, from 0.
        row: row of chunks.
        column: column of chunks.
        box: its pixels.
    """

    number: int
    row: int
    column: int
    box: PixelBox


class Chunks:
    """All chunks of a scene that were not yet scanned.

    Args:
        scene: the whole grid.
        options: how to cut it. No chunk lies on both sides of a line of the lattice.
    """

    def __init__(self, scene: PixelBox, options: ScanOptions) -> None:
        self._rows = _edges(scene.bottom, options.rows, options.largest)
        self._columns = _edges(scene.right, options.columns, options.largest)
        self.rows, self.columns = len(self._rows) - 1, len(self._columns) - 1
        self._first = 0  # row that has chunks left
        self._next: deque[int] = deque()  # column of the next chunk of that row and of those below it that were begun

    def __len__(self) -> int:
        return self.rows * self.columns

    def take(self, ready: Callable[[Window], bool], ahead: bool = True) -> Chunk:
        """Return the first chunk that can be read; where there is none, the first of all.

        Args:
            ready: whether a window can be read without waiting.
            ahead: whether a chunk may come before those above it and to the right.

        Raises:
            IndexError: all chunks were taken.
        """
        if self._first == self.rows:
            raise IndexError("all chunks were taken")
        if not self._next:
            self._next.append(0)
        chosen = self._chunk(0)
        if ahead and not ready(chosen.box.window):
            chosen = next((chunk for chunk in self._early() if ready(chunk.box.window)), chosen)
        self._next[chosen.row - self._first] += 1
        while self._next and self._next[0] == self.columns:
            self._next.popleft()
            self._first += 1
        return chosen

    def _early(self) -> Iterator[Chunk]:
        """Yield the next chunk of each row below the first, where what is above it was taken."""
        if len(self._next) < self.rows - self._first:
            self._next.append(0)
        for place in range(1, len(self._next)):
            if self._next[place] < self._next[place - 1]:
                yield self._chunk(place)

    def _chunk(self, place: int) -> Chunk:
        row, column = self._first + place, self._next[place]
        box = PixelBox(self._rows[row], self._columns[column], self._rows[row + 1], self._columns[column + 1])
        return Chunk(row * self.columns + column, row, column, box)


def _edges(length: int, step: int, spacing: int) -> list[int]:
    """Return where chunks begin and end along one axis."""
    starts = [start for line in range(0, length, spacing) for start in range(line, min(line + spacing, length), step)]
    return [*starts, length]


class ChunkOrder(Generic[Item]):
    """Brings what was found back into order: by the chunk whose turn it is, and in each in reading order."""

    def __init__(self) -> None:
        self._waiting: dict[int, list[tuple[tuple[int, int], Item]]] = {}
        self._done: set[int] = set()
        self._next = 0
        self._count = 0

    def __len__(self) -> int:
        """Items that wait."""
        return self._count

    def add(self, turn: int, anchor: tuple[int, int], item: Item) -> None:
        """Take an item whose turn is that of a chunk, under the row and column of a first pixel."""
        self._waiting.setdefault(turn, []).append((anchor, item))
        self._count += 1

    def finish(self, chunk: int) -> Iterator[Item]:
        """Mark a chunk as scanned; yield all items whose turn has come.

        Items under the same pixel stay in the order in which they came.
        """
        self._done.add(chunk)
        while self._next in self._done:
            self._done.discard(self._next)
            for _, item in sorted(self._waiting.pop(self._next, []), key=lambda found: found[0]):
                self._count -= 1
                yield item
            self._next += 1
