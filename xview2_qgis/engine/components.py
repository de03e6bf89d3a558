"""Connected components of the building mask of a whole scene, streamed.

The scene is looked at window by window, and memory holds one window. A component belongs to the window that holds its
anchor, the first of its pixels in reading order: each pixel lies in exactly one window, so each component is found
exactly once, whatever the windows. A component that leaves the window is followed until it is complete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from .decision import Decision
from .probability_raster import ProbabilityBlock, ProbabilityRaster

_LONGEST_REACH = 1024  # pixels by which a view grows at once
_STRIP = 1024  # rows read at once where only the mask is wanted

Mask = NDArray[np.bool_]


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


#: Components under their anchors, row and column.
Found = dict[tuple[int, int], Component]


@dataclass(frozen=True)
class Looking:
    """How a scene is looked at. The components do not depend on it, but for ``largest``.

    Attributes:
        core: side of the windows in pixels.
        margin: what is read around each window in pixels; components within it need no second look.
        largest: a component longer than this in either direction (pixels; 2 km at 0.5 m) is no building. It is cut
            along the lines of a lattice of this spacing, which bounds the memory; its pieces count as components.
    """

    core: int = 1536
    margin: int = 384
    largest: int = 4096


#: Windows for scenes of any size within two gigabytes.
STANDARD_LOOK = Looking()


@dataclass(frozen=True)
class _Box:
    """A half-open box of pixels."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def window(self) -> Window:
        return Window(self.left, self.top, self.right - self.left, self.bottom - self.top)

    @property
    def longest(self) -> int:
        return max(self.bottom - self.top, self.right - self.left)

    def grown(self, by: int, within: _Box) -> _Box:
        return _Box(self.top - by, self.left - by, self.bottom + by, self.right + by).clipped(within)

    def clipped(self, within: _Box) -> _Box:
        return _Box(
            max(self.top, within.top), max(self.left, within.left),
            min(self.bottom, within.bottom), min(self.right, within.right),
        )  # fmt: skip

    def holds(self, row: int, col: int) -> bool:
        return self.top <= row < self.bottom and self.left <= col < self.right

    def part(self, of: _Box) -> tuple[slice, slice]:
        """Return the slices of this box in an array that covers another."""
        return slice(self.top - of.top, self.bottom - of.top), slice(self.left - of.left, self.right - of.left)


class ComponentStream:
    """Finds the components of a scene.

    Args:
        raster: the filled probability raster.
        decision: says where there is a building.
        looking: how to cut the scene into windows.
    """

    def __init__(self, raster: ProbabilityRaster, decision: Decision, looking: Looking = STANDARD_LOOK) -> None:
        self._raster, self._decision, self._looking = raster, decision, looking
        self._scene = _Box(0, 0, raster.grid.height, raster.grid.width)
        lowest = min(decision.building_threshold, decision.damaged_building_threshold)
        self._lowest = lowest * 255.0

    def __iter__(self) -> Iterator[Component]:
        return self.components()

    def components(self, step: Callable[[int, int], None] = lambda done, total: None) -> Iterator[Component]:
        """Yield all components, window by window from the top left, in reading order of their anchors in each window.

        Args:
            step: called before each window with the number of windows done and of all, and once at the end.

        Raises:
            RuntimeFailure: the raster cannot be read.
        """
        core = self._looking.core
        cores = [
            _Box(top, left, top + core, left + core).clipped(self._scene)
            for top in range(0, self._scene.bottom, core)
            for left in range(0, self._scene.right, core)
        ]
        for done, box in enumerate(cores):
            step(done, len(cores))
            # most of a sparse scene was never written: one band tells
            if self._raster.read_building(box.window).max() > self._lowest:
                yield from self._of_window(box)
        step(len(cores), len(cores))

    def _of_window(self, core: _Box) -> Iterator[Component]:
        padded = core.grown(self._looking.margin, self._scene)
        block = self._raster.read(padded.window)
        labels, boxes = _label(self._mask_of(block), padded)
        here = np.bincount(labels[core.part(padded)].ravel())
        found: Found = {}
        for number in (np.flatnonzero(here[1:]) + 1).tolist():
            box = boxes[number]
            if self._leaves(box, padded) or box.longest > self._looking.largest:
                # two pieces of one component may hang together elsewhere: the same anchor stands for both
                found |= self._followed(core, padded, labels == number)
                continue
            mask = labels[box.part(padded)] == number
            if core.holds(*_anchor(box, mask)):
                found[_anchor(box, mask)] = Component(box.window, mask, _cut(block, box, padded))
        for anchor in sorted(found):
            yield found[anchor]

    def _followed(self, core: _Box, padded: _Box, known: Mask) -> Found:
        """Return the components with an anchor in ``core`` for one that leaves the padded window.

        Args:
            core: the window looked at.
            padded: the same with its margin.
            known: pixels of the component in the padded window.
        """
        seed_row, seed_col = (int(index) for index in np.argwhere(known)[0])
        seed = padded.top + seed_row, padded.left + seed_col
        view, box, mask = padded, _bounds(known, padded), known
        reach = self._looking.margin
        # decided by what is known of the component, not by the window, so that every window decides the same
        while box.longest <= self._looking.largest:
            if not self._leaves(box, view):
                cut = mask[box.part(view)]
                anchor = _anchor(box, cut)
                if not core.holds(*anchor):
                    return {}
                return {anchor: Component(box.window, cut, self._raster.read(box.window))}
            view = box.grown(reach, self._scene)
            reach = min(2 * reach, _LONGEST_REACH)
            mask = _flooded(self._mask(view), seed[0] - view.top, seed[1] - view.left)
            box = _bounds(mask, view)
        return self._pieces(core, padded, known)

    def _pieces(self, core: _Box, padded: _Box, known: Mask) -> Found:
        """Return the pieces of a too large component that have their anchor in ``core``."""
        size = self._looking.largest
        found: Found = {}
        for top in range(core.top // size * size, core.bottom, size):
            for left in range(core.left // size * size, core.right, size):
                cell = _Box(top, left, top + size, left + size).clipped(self._scene)
                shared = cell.clipped(core)
                labels, boxes = _label(self._mask(cell), cell)
                inside = labels[shared.part(cell)][known[shared.part(padded)]]
                for number in np.unique(inside[inside > 0]).tolist():
                    box = boxes[number]
                    mask = labels[box.part(cell)] == number
                    anchor = _anchor(box, mask)
                    if core.holds(*anchor):
                        found[anchor] = Component(box.window, mask, self._raster.read(box.window))
        return found

    def _leaves(self, box: _Box, view: _Box) -> bool:
        """Return whether a component with this box may go on beyond the view."""
        return (
            (box.top == view.top > self._scene.top) or (box.bottom == view.bottom < self._scene.bottom)
            or (box.left == view.left > self._scene.left) or (box.right == view.right < self._scene.right)
        )  # fmt: skip

    def _mask_of(self, block: ProbabilityBlock) -> Mask:
        # the filled-in black where pre has no data is no picture of anything
        return self._decision.building_mask(block.building, block.damage) & block.pre_valid

    def _mask(self, box: _Box) -> Mask:
        """Return the building mask of a large window, reading little at a time."""
        strips = [
            self._mask_of(self._raster.read(_Box(top, box.left, min(top + _STRIP, box.bottom), box.right).window))
            for top in range(box.top, box.bottom, _STRIP)
        ]
        return np.concatenate(strips)


def _label(mask: Mask, view: _Box) -> tuple[NDArray[np.int32], list[_Box]]:
    """Return the 4-connected components of a window and their boxes on the grid, index 0 standing for the rest."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4, ltype=cv2.CV_32S)
    boxes = [
        _Box(view.top + top, view.left + left, view.top + top + height, view.left + left + width)
        for left, top, width, height in stats[:, :4].tolist()
    ]
    return labels, boxes


def _flooded(mask: Mask, row: int, col: int) -> Mask:
    """Return the 4-connected component of one pixel."""
    image = mask.astype(np.uint8)
    cv2.floodFill(image, None, (col, row), 2, flags=4)
    return np.asarray(image == 2)


def _bounds(mask: Mask, view: _Box) -> _Box:
    rows, cols = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return _Box(
        view.top + int(rows[0]), view.left + int(cols[0]), view.top + int(rows[-1]) + 1, view.left + int(cols[-1]) + 1
    )


def _anchor(box: _Box, mask: Mask) -> tuple[int, int]:
    """Return row and column of the first pixel in reading order; ``mask`` fills its box."""
    return box.top, box.left + int(np.argmax(mask[0]))


def _cut(block: ProbabilityBlock, box: _Box, view: _Box) -> ProbabilityBlock:
    rows, cols = box.part(view)
    return ProbabilityBlock(
        box.window, block.building[rows, cols], block.damage[:, rows, cols],
        block.pre_valid[rows, cols], block.post_valid[rows, cols],
    )  # fmt: skip
