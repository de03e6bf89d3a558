"""Connected components of the building mask of a whole scene, streamed.

The scene is labelled chunk by chunk and joined over the seams, see :mod:`.seams`. What lies in one chunk is cut out of
it; what was joined is read once more by its bounding box when it is complete. Memory holds a chunk, and of components
that are not complete yet their boxes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from ..decision.rule import DecisionRule
from ..geo.pixel_box import PixelBox
from ..probability.block import ProbabilityBlock
from ..probability.source import ProbabilitySource
from .chunks import STANDARD_SCAN, Chunk, Chunks, ScanOptions
from .seams import ChunkLabels, Seams, Whole

Mask = NDArray[np.bool_]
Labels = NDArray[np.int32]


@dataclass(frozen=True)
class Component:
    """A 4-connected piece of the building mask.

    Attributes:
        turn: number of the chunk after which it is reported. That is the last one that has to be scanned until the
            component is complete: the last that it touches, or that lies right of or below a border that it touches.
            Of a too large component, all pieces have the turn of the whole.
        window: its bounding box on the grid.
        mask: its pixels in the window, bool (H, W).
        block: the probabilities of the window.
    """

    turn: int
    window: Window
    mask: Mask
    block: ProbabilityBlock

    @property
    def anchor(self) -> tuple[int, int]:
        """Row and column of the first pixel in reading order."""
        return self.window.row_off, self.window.col_off + int(np.argmax(self.mask[0]))


@dataclass(frozen=True)
class ScanResult:
    """What became complete with one chunk of the scan.

    Attributes:
        chunk: its number.
        components: to be taken before the next result; in no order.
    """

    chunk: int
    components: Iterable[Component]


class ComponentStream:
    """Finds the components of a scene.

    Args:
        raster: the probability raster.
        decision: decides where there is a building.
        options: how to cut the scene into chunks.
    """

    def __init__(self, raster: ProbabilitySource, decision: DecisionRule, options: ScanOptions = STANDARD_SCAN) -> None:
        self._raster, self._decision, self._options = raster, decision, options
        self._lowest = decision.lowest_threshold * 255.0

    def __iter__(self) -> Iterator[Component]:
        for result in self.scan():
            yield from result.components

    def scan(
        self, step: Callable[[int, int], None] = lambda done, total: None, ahead: Callable[[], bool] = lambda: True
    ) -> Iterator[ScanResult]:
        """Yield what each chunk completes, as soon as its pixels are there.

        Args:
            step: called before each chunk with the number of chunks done and of all, and once at the end.
            ahead: whether chunks may come before their turn.

        Raises:
            RuntimeFailure: the raster cannot be read.
        """
        grid, options = self._raster.grid, self._options
        chunks = Chunks(PixelBox(0, 0, grid.height, grid.width), options)
        seams = Seams(chunks.rows, chunks.columns, options.largest)
        for done in range(len(chunks)):
            step(done, len(chunks))
            chunk = chunks.take(self._raster.ready, ahead())
            yield ScanResult(chunk.number, self._completed(chunk, seams))
        step(len(chunks), len(chunks))

    def _completed(self, chunk: Chunk, seams: Seams) -> Iterator[Component]:
        """Yield the components that are complete with a chunk."""
        box = chunk.box
        if self._is_empty(box.window):
            for whole in seams.add(chunk, None)[0]:
                yield from self._read(whole)
            return
        block = self._raster.read(box.window)
        labels, boxes = _label(self._mask_of(block), box)

        def outline(label: int) -> tuple[PixelBox, tuple[int, int]]:
            inner = boxes[label]
            first = labels[inner.top - box.top, inner.part(box)[1]] == label
            return inner, (inner.top, inner.left + int(np.argmax(first)))

        complete, joined = seams.add(chunk, ChunkLabels(labels, outline))
        for whole in complete:
            yield from self._read(whole)
        for label in sorted(set(range(1, len(boxes))) - joined):
            inner = boxes[label]
            yield Component(chunk.number, inner.window, labels[inner.part(box)] == label, _cut(block, inner, box))

    def _is_empty(self, window: Window) -> bool:
        # most of a sparse scene was never written; of what has no buildings one band suffices
        return not self._raster.holds(window) or bool(self._raster.read_building(window).max() <= self._lowest)

    def _read(self, whole: Whole) -> Iterator[Component]:
        """Yield a component as it stands in the raster, or its pieces where it is too large."""
        if whole.box.longest <= self._options.largest:
            parts = [(whole.box, whole.anchor)]
        else:
            parts = [(piece.box, piece.anchor) for piece in sorted(whole.pieces, key=lambda piece: piece.anchor)]
        for box, (row, col) in parts:
            block = self._raster.read(box.window)
            mask = _flooded(self._mask_of(block), row - box.top, col - box.left)
            yield Component(whole.turn, box.window, mask, block)

    def _mask_of(self, block: ProbabilityBlock) -> Mask:
        return building_mask(self._decision, block)


def building_mask(decision: DecisionRule, block: ProbabilityBlock) -> Mask:
    """Return where a block has buildings, bool (H, W)."""
    # the filled-in black where pre has no data is no picture of anything
    return decision.building_mask(block.building, block.damage) & block.pre_valid


def _label(mask: Mask, view: PixelBox) -> tuple[Labels, list[PixelBox]]:
    """Return the 4-connected components of a window and their boxes on the grid, index 0 standing for the rest."""
    # OpenCV would measure the boxes too, but takes five times as long with the moments it adds
    _, labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4, ltype=cv2.CV_32S)
    return labels, [view, *_boxes(mask, labels, view)]


def _boxes(mask: Mask, labels: Labels, view: PixelBox) -> Iterator[PixelBox]:
    """Yield the bounding boxes of the components of a mask on the grid, by their numbers from 1."""
    # each run of pixels along a row belongs to one component; a column of background ends it at the edge
    lines = np.zeros((mask.shape[0], mask.shape[1] + 1), np.bool_)
    lines[:, :-1] = mask
    flat = lines.ravel()
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    if flat[0]:
        changes = np.concatenate([[0], changes])
    if not changes.size:
        return
    rows, starts = np.divmod(changes[::2], lines.shape[1])
    stops = starts + (changes[1::2] - changes[::2])
    owners = labels[rows, starts]
    order = np.argsort(owners, kind="stable")  # those of a component stay in the order of their rows
    first = np.flatnonzero(np.diff(owners[order], prepend=0))
    last = np.append(first[1:], len(order)) - 1
    tops, bottoms = rows[order[first]] + view.top, rows[order[last]] + view.top + 1
    lefts = np.minimum.reduceat(starts[order], first) + view.left
    rights = np.maximum.reduceat(stops[order], first) + view.left
    for box in zip(tops.tolist(), lefts.tolist(), bottoms.tolist(), rights.tolist(), strict=True):
        yield PixelBox(*box)


def _flooded(mask: Mask, row: int, col: int) -> Mask:
    """Return the 4-connected component of one pixel."""
    image = mask.astype(np.uint8)
    cv2.floodFill(image, None, (col, row), 2, flags=4)
    return np.asarray(image == 2)


def _cut(block: ProbabilityBlock, box: PixelBox, view: PixelBox) -> ProbabilityBlock:
    rows, cols = box.part(view)
    return ProbabilityBlock(
        box.window, block.building[rows, cols], block.damage[:, rows, cols],
        block.pre_valid[rows, cols], block.post_valid[rows, cols],
    )  # fmt: skip
