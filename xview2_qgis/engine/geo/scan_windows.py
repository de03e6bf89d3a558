"""The windows in which a scene is scanned for buildings, and the order of what they hold.

Each window is scanned as soon as its pixels are there, which for a raster that is still being filled is no order to
rely on. The windows are therefore parts of larger squares, and what was found is reported square by square.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from rasterio.windows import Window

from .pixel_box import PixelBox

Item = TypeVar("Item")


@dataclass(frozen=True)
class ScanOptions:
    """How a scene is cut into windows. What is found does not depend on it, but for its order and ``largest``.

    Attributes:
        core: side of the squares in pixels.
        margin: what is read around each window in pixels; components within it need no second read.
        largest: a component longer than this in either direction (pixels; 2 km at 0.5 m) is no building. It is cut
            along the lines of a lattice of this spacing, which bounds the memory; its pieces count as components.
        windows: windows along the side of a square. Small ones are there sooner while the raster is being filled.
    """

    core: int = 1536
    margin: int = 128
    largest: int = 4096
    windows: int = 3


#: Scans scenes of any size within two gigabytes of memory.
STANDARD_SCAN = ScanOptions()


@dataclass(frozen=True)
class ScanWindow:
    """One window of a scan.

    Attributes:
        square: number of its square in row-major order.
        box: the window.
    """

    square: int
    box: PixelBox


class ScanWindows:
    """All windows of a scene that were not yet scanned.

    Args:
        scene: the whole grid.
        options: how to cut it.
    """

    def __init__(self, scene: PixelBox, options: ScanOptions) -> None:
        self._scene, self._margin = scene, options.margin
        side = -(-options.core // options.windows)
        strips: dict[int, deque[ScanWindow]] = {}
        self._left: list[int] = []  # windows of each square
        for square, core in enumerate(scene.squares(options.core)):
            boxes = core.squares(side)
            self._left.append(len(boxes))
            for box in boxes:
                strips.setdefault(box.top, deque()).append(ScanWindow(square, box))
        self._strips = deque(strips[top] for top in sorted(strips))

    def __len__(self) -> int:
        return sum(self._left)

    def take(self, ready: Callable[[Window], bool]) -> ScanWindow:
        """Return the first window that can be read with its margin; where there is none, the first of all.

        Args:
            ready: whether a window can be read. Where one cannot, those below it that begin at the same column
                cannot either.

        Raises:
            IndexError: all windows were taken.
        """
        while not self._strips[0]:
            self._strips.popleft()
        chosen = self._strips[0]
        for strip in self._strips:
            if not strip:
                continue
            if ready(strip[0].box.grown(self._margin, self._scene).window):
                chosen = strip
                break
            if strip[0].box.left == self._scene.left:
                break  # nor can anything below
        window = chosen.popleft()
        self._left[window.square] -= 1
        return window

    def done(self, square: int) -> bool:
        """Return whether all windows of a square were taken."""
        return self._left[square] == 0


class SquareOrder(Generic[Item]):
    """Brings what was found back into order: square by square, and in each in reading order.

    What waits here is at most what a row of squares holds, and less than that where windows come in order.
    """

    def __init__(self) -> None:
        self._waiting: dict[int, list[tuple[tuple[int, int], Item]]] = {}
        self._done: set[int] = set()
        self._next = 0

    def add(self, square: int, items: Iterable[tuple[tuple[int, int], Item]]) -> None:
        """Take what was found in one window of a square, each item under the row and column of its first pixel."""
        self._waiting.setdefault(square, []).extend(items)

    def finish(self, square: int) -> Iterator[Item]:
        """Mark a square as complete; yield all items whose turn has come.

        Items under the same pixel stay in the order in which they came.
        """
        self._done.add(square)
        while self._next in self._done:
            self._done.discard(self._next)
            for _, item in sorted(self._waiting.pop(self._next, []), key=lambda found: found[0]):
                yield item
            self._next += 1
