"""Connected components of the building mask of a whole scene, streamed.

The scene is scanned window by window, and memory holds one window. A component belongs to the window that holds its
anchor, the first of its pixels in reading order: each pixel lies in exactly one window, so each component is found
exactly once, whatever the windows. A component that leaves the window is followed until it is complete.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window
from scipy import ndimage

from ..decision.rule import DecisionRule
from ..geo.pixel_box import PixelBox
from ..geo.scan_windows import STANDARD_SCAN, ScanOptions, ScanWindows
from ..probability.block import ProbabilityBlock
from ..probability.source import ProbabilitySource

_LONGEST_REACH = 1024  # pixels by which a view grows at once
_STRIP = 1024  # rows read at once where only the mask is wanted
_FOLLOWED = 4  # components remembered after following them: their other windows come soon

Mask = NDArray[np.bool_]
Labels = NDArray[np.int32]


@dataclass(frozen=True)
class Component:
    """A 4-connected piece of the building mask.

    Attributes:
        window: its bounding box on the grid.
        mask: its pixels in the window, bool (H, W).
        block: the probabilities of the window.
    """

    window: Window
    mask: Mask
    block: ProbabilityBlock

    @property
    def anchor(self) -> tuple[int, int]:
        """Row and column of the first pixel in reading order."""
        return self.window.row_off, self.window.col_off + int(np.argmax(self.mask[0]))


@dataclass(frozen=True)
class ScanResult:
    """What one window of the scan holds.

    Attributes:
        square: number of the square that it is part of.
        last: nothing more comes for that square.
        components: those with their anchor in the window, in no order.
    """

    square: int
    last: bool
    components: list[Component]


@dataclass(frozen=True)
class _FollowedComponent:
    """A component that was followed, as far as it was read.

    Attributes:
        view: what was read.
        mask: its pixels there, bool (H, W).
        complete: that is all of it, and ``view`` is its box; else it is too large.
    """

    view: PixelBox
    mask: Mask
    complete: bool

    def touches(self, row: int, col: int) -> bool:
        """Return whether a pixel of the grid is known to be one of the component's."""
        return self.view.holds(row, col) and bool(self.mask[row - self.view.top, col - self.view.left])


class ComponentStream:
    """Finds the components of a scene.

    Args:
        raster: the probability raster.
        decision: decides where there is a building.
        options: how to cut the scene into windows.
    """

    def __init__(self, raster: ProbabilitySource, decision: DecisionRule, options: ScanOptions = STANDARD_SCAN) -> None:
        self._raster, self._decision, self._options = raster, decision, options
        self._scene = PixelBox(0, 0, raster.grid.height, raster.grid.width)
        self._lowest = decision.lowest_threshold * 255.0
        self._already_followed: deque[_FollowedComponent] = deque(maxlen=_FOLLOWED)
        self._cell: tuple[PixelBox, Labels, list[PixelBox]] | None = None

    def __iter__(self) -> Iterator[Component]:
        for result in self.scan():
            yield from result.components

    def scan(self, step: Callable[[int, int], None] = lambda done, total: None) -> Iterator[ScanResult]:
        """Yield what each window holds, as soon as its pixels are there.

        Args:
            step: called before each window with the number of windows done and of all, and once at the end.

        Raises:
            RuntimeFailure: the raster cannot be read.
        """
        windows = ScanWindows(self._scene, self._options)
        total = len(windows)
        for done in range(total):
            step(done, total)
            window = windows.take(self._raster.ready)
            # most of a sparse scene was never written: one band suffices
            empty = self._raster.read_building(window.box.window).max() <= self._lowest
            yield ScanResult(window.square, windows.done(window.square), [] if empty else self._of_window(window.box))
        step(total, total)

    def _of_window(self, core: PixelBox) -> list[Component]:
        """Return the components with an anchor in a window, in no order."""
        padded = core.grown(self._options.margin, self._scene)
        block = self._raster.read(padded.window)
        mask = self._mask_of(block)
        labels, boxes = _label(mask, padded)
        here = np.bincount(labels[core.part(padded)][mask[core.part(padded)]])
        # pieces of one component may hang together elsewhere: the same anchor stands for all
        found: dict[tuple[int, int], Component] = {}
        for number in np.flatnonzero(here).tolist():
            box = boxes[number]
            if self._leaves(box, padded) or box.longest > self._options.largest:
                found |= {whole.anchor: whole for whole in self._followed(core, padded, labels == number)}
            elif core.top <= box.top:
                own = labels[box.part(padded)] == number
                if core.holds(*_anchor(box, own)):
                    component = Component(box.window, own, _cut(block, box, padded))
                    found[component.anchor] = component
        return list(found.values())

    def _followed(self, core: PixelBox, padded: PixelBox, known: Mask) -> list[Component]:
        """Return the components with an anchor in ``core`` for one that leaves the padded window.

        Args:
            core: the window.
            padded: the same with its margin.
            known: pixels of the component in the padded window.
        """
        seed_row, seed_col = (int(index) for index in np.argwhere(known)[0])
        seed = padded.top + seed_row, padded.left + seed_col
        whole = next((old for old in self._already_followed if old.touches(*seed)), None)
        if whole is None:
            whole = self._follow(padded, known, seed)
            self._already_followed.append(whole)
        if not whole.complete:
            return self._pieces(core, padded, known)
        if not core.holds(*_anchor(whole.view, whole.mask)):
            return []
        return [Component(whole.view.window, whole.mask, self._raster.read(whole.view.window))]

    def _follow(self, view: PixelBox, mask: Mask, seed: tuple[int, int]) -> _FollowedComponent:
        """Read farther and farther around what is known of a component until it is complete, or too large."""
        box, reach = _bounds(mask, view), self._options.margin
        # decided by what is known of the component, not by the window, so that every window decides the same
        while box.longest <= self._options.largest:
            if not self._leaves(box, view):
                return _FollowedComponent(box, mask[box.part(view)].copy(), complete=True)
            view = box.grown(reach, self._scene)
            reach = min(2 * reach, _LONGEST_REACH)
            mask = _flooded(self._mask(view), seed[0] - view.top, seed[1] - view.left)
            box = _bounds(mask, view)
        return _FollowedComponent(view, mask, complete=False)

    def _pieces(self, core: PixelBox, padded: PixelBox, known: Mask) -> list[Component]:
        """Return the pieces of a too large component that have their anchor in ``core``."""
        size = self._options.largest
        found: list[Component] = []
        for top in range(core.top // size * size, core.bottom, size):
            for left in range(core.left // size * size, core.right, size):
                cell = PixelBox(top, left, top + size, left + size).clipped(self._scene)
                shared = cell.clipped(core)
                labels, boxes = self._labelled(cell)
                inside = labels[shared.part(cell)][known[shared.part(padded)]]
                for number in np.unique(inside[inside > 0]).tolist():
                    box = boxes[number]
                    mask = labels[box.part(cell)] == number
                    if core.holds(*_anchor(box, mask)):
                        found.append(Component(box.window, mask, self._raster.read(box.window)))
        return found

    def _labelled(self, cell: PixelBox) -> tuple[Labels, list[PixelBox]]:
        """Return the components of a cell; the next window of a too large one mostly asks for the same cell."""
        if self._cell is None or self._cell[0] != cell:
            self._cell = None  # one at a time: a cell is large
            self._cell = (cell, *_label(self._mask(cell), cell))
        return self._cell[1:]

    def _leaves(self, box: PixelBox, view: PixelBox) -> bool:
        """Return whether a component with this box may go on beyond the view."""
        return (
            (box.top == view.top > self._scene.top) or (box.bottom == view.bottom < self._scene.bottom)
            or (box.left == view.left > self._scene.left) or (box.right == view.right < self._scene.right)
        )  # fmt: skip

    def _mask_of(self, block: ProbabilityBlock) -> Mask:
        # the filled-in black where pre has no data is no picture of anything
        return self._decision.building_mask(block.building, block.damage) & block.pre_valid

    def _mask(self, box: PixelBox) -> Mask:
        """Return the building mask of a large window, reading little at a time."""
        strips = [
            self._mask_of(self._raster.read(PixelBox(top, box.left, min(top + _STRIP, box.bottom), box.right).window))
            for top in range(box.top, box.bottom, _STRIP)
        ]
        return np.concatenate(strips)


def _label(mask: Mask, view: PixelBox) -> tuple[Labels, list[PixelBox]]:
    """Return the 4-connected components of a window and their boxes on the grid, index 0 standing for the rest."""
    # OpenCV would measure the boxes too, but takes five times as long with the moments it adds
    _, labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4, ltype=cv2.CV_32S)
    boxes = [
        PixelBox(view.top + rows.start, view.left + cols.start, view.top + rows.stop, view.left + cols.stop)
        for rows, cols in ndimage.find_objects(labels)
    ]
    return labels, [view, *boxes]


def _flooded(mask: Mask, row: int, col: int) -> Mask:
    """Return the 4-connected component of one pixel."""
    image = mask.astype(np.uint8)
    cv2.floodFill(image, None, (col, row), 2, flags=4)
    return np.asarray(image == 2)


def _bounds(mask: Mask, view: PixelBox) -> PixelBox:
    rows, cols = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return PixelBox(
        view.top + int(rows[0]), view.left + int(cols[0]), view.top + int(rows[-1]) + 1, view.left + int(cols[-1]) + 1
    )


def _anchor(box: PixelBox, mask: Mask) -> tuple[int, int]:
    """Return row and column of the first pixel in reading order; ``mask`` fills its box."""
    return box.top, box.left + int(np.argmax(mask[0]))


def _cut(block: ProbabilityBlock, box: PixelBox, view: PixelBox) -> ProbabilityBlock:
    rows, cols = box.part(view)
    return ProbabilityBlock(
        box.window, block.building[rows, cols], block.damage[:, rows, cols],
        block.pre_valid[rows, cols], block.post_valid[rows, cols],
    )  # fmt: skip
