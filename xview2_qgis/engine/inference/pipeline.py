"""The pipeline: reading, inference and writing at the same time, with a few tiles in memory.

A reader thread prepares tile pairs, one or two threads run the networks for the calling one, a writer thread blends and
stores finished blocks. Short queues lie between them, so the slowest stage sets the pace and memory does not grow with
the raster. The first error of any stage, or cancelling, ends all of them within one tile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from ...protocol.codes import ErrorCode
from ..decision.tile_prediction import TilePrediction
from ..errors import RuntimeFailure
from ..probability.block import ProbabilityBlock
from ..run.context import RunContext
from ..scene.pair_tile import PairTile
from ..scene.tiling import Tile, Tiling
from ..stages.bounded_queue import BoundedQueue
from ..stages.group import StageGroup
from ..stages.workers import in_order
from .blending import Blender
from .strips import Strips

_AHEAD = 2  # tile pairs that wait for inference
_BEHIND = 1  # predictions that wait to be written
#: Channels of what is blended.
CHANNELS = 5  # building, four damage classes
# Class probabilities are weighted with the building probability when tiles are blended: a tile without a building has
# little influence on the damage there. This much weight remains where no tile has one.
_LEAST_WEIGHT = np.float32(1e-3)
_ROWS = 32  # of a block, that fit into a core's cache together with what is computed of them

_Read: TypeAlias = tuple[Tile, PairTile | None]
_Predicted: TypeAlias = tuple[Tile, PairTile, TilePrediction]


class TileSource(Protocol):
    """Where tile pairs come from; :class:`.alignment.AlignedPair` is one."""

    def read(self, window: Window) -> PairTile | None:
        """Return the pair on a window, or None where there is nothing to assess."""


class TilePredictor(Protocol):
    """What predicts; :class:`.predictor.Predictor` is one."""

    @property
    def batch_size(self) -> int:
        """Tiles per call."""

    @property
    def workers(self) -> int:
        """Calls at the same time."""

    def predict(self, tiles: list[PairTile]) -> list[TilePrediction]:
        """Return one prediction for each of up to ``batch_size`` tiles."""


class TileSink(Protocol):
    """Where the answers of the networks go, row of tiles by row; :class:`.tile_rows.TileRows` is one."""

    @property
    def first_row(self) -> int:
        """The first row of tiles that is wanted: those above it are there already."""

    @property
    def strips(self) -> Strips:
        """Where strips wait for the next row."""

    def write(self, block: ProbabilityBlock) -> None:
        """Store one block."""

    def write_features(self, tile: Tile, features: NDArray[np.float32]) -> None:
        """Store the features of a tile, (C, h, w), before its block."""

    def finish(self, row: int) -> None:
        """Finish a row of tiles; nothing more comes for it. Called for every row, in their order."""


def run_inference(
    source: TileSource, tiling: Tiling, predictor: TilePredictor, sink: TileSink, context: RunContext
) -> int:
    """Run the networks over the grid, write the blended probabilities, and return how many tiles the networks saw.

    Args:
        source: gives tile pairs; used by one other thread only.
        tiling: the tiles.
        predictor: used by as many threads as it has workers.
        sink: takes finished blocks, and features where the networks give some; used by one other thread only. Blocks
            where neither image is valid are left out.
        context: receives the progress of the stage ``infer``, checked for every tile.

    Raises:
        Cancelled: the user asked to stop.
        EngineError: the first error of any stage.
    """
    try:
        with StageGroup(context.check) as stages:
            pairs: BoundedQueue[_Read] = BoundedQueue(stages, _AHEAD)
            predicted: BoundedQueue[_Predicted] = BoundedQueue(stages, _BEHIND)
            first = sink.first_row * tiling.columns
            stages.start("tile-reader", lambda: _read(source, tiling, first, pairs))
            stages.start("block-writer", lambda: _write(predicted, tiling, sink))
            batches = _batches(pairs, len(tiling), predictor.batch_size, context)
            tiles = 0
            seen = len(tiling)  # where no tile has anything to predict
            context.progress("infer", first, len(tiling))
            for batch, predictions in in_order(stages, "network", _predicting(predictor), batches, predictor.workers):
                _pass_on(batch, predictions, predicted)
                tiles, seen = tiles + len(batch.tiles), batch.seen
                context.progress("infer", seen, len(tiling))
                del batch, predictions  # or they would live on while the next ones are waited for
            if seen < len(tiling):  # empty tiles at the end
                context.progress("infer", len(tiling), len(tiling))
            predicted.close()
    except MemoryError as error:
        raise RuntimeFailure(
            "not enough memory", "use --batch-size 1, or close other programs", ErrorCode.OUT_OF_MEMORY
        ) from error
    return tiles


class _Batch:
    """Tiles that are predicted together.

    Attributes:
        tiles: with their images.
        seen: tiles of the tiling up to the last of them, empty ones included.
    """

    def __init__(self) -> None:
        self.tiles: list[tuple[Tile, PairTile]] = []
        self.seen = 0


def _read(source: TileSource, tiling: Tiling, first: int, pairs: BoundedQueue[_Read]) -> None:
    """First stage: read tile pairs."""
    for index in range(first, len(tiling)):
        tile = tiling.tile(index)
        pairs.put((tile, source.read(tile.window)))
    pairs.close()


def _batches(pairs: Iterable[_Read], total: int, size: int, context: RunContext) -> Iterator[_Batch]:
    """Gather tiles until a batch is full. Rows of empty tiles before the first batch are progress at once."""
    batch, first = _Batch(), True
    for tile, images in pairs:
        batch.seen = tile.index + 1
        if images is not None:
            batch.tiles.append((tile, images))
        if len(batch.tiles) == size or (batch.tiles and batch.seen == total):
            yield batch
            batch, first = _Batch(), False
        elif first and not batch.tiles and tile.col == 0:
            context.progress("infer", batch.seen, total)


def _predicting(predictor: TilePredictor) -> Callable[[_Batch], list[TilePrediction]]:
    """Second stage: run the networks."""
    return lambda batch: predictor.predict([images for _, images in batch.tiles])


def _pass_on(batch: _Batch, predictions: Iterable[TilePrediction], predicted: BoundedQueue[_Predicted]) -> None:
    for (tile, images), prediction in zip(batch.tiles, predictions, strict=True):
        predicted.put((tile, images, prediction))


def _write(predicted: Iterable[_Predicted], tiling: Tiling, sink: TileSink) -> None:
    """Third stage: blend and store."""
    blender = Blender(tiling, CHANNELS, sink.strips, sink.first_row)
    field = np.empty((CHANNELS, *tiling.largest_window), np.float32)
    for tile, images, prediction in predicted:
        _finish_rows(blender, sink, tile.row)
        if prediction.features is not None:
            sink.write_features(tile, prediction.features)
        block = _block(tile, images, blender.add(tile, _fill(field, prediction)))
        if block is not None:
            sink.write(block)
        if tile.col == tiling.columns - 1:
            _finish_rows(blender, sink, tile.row + 1)
    _finish_rows(blender, sink, tiling.rows)


def _finish_rows(blender: Blender, sink: TileSink, end: int) -> None:
    """Finish all rows of tiles before ``end``."""
    while blender.row < end:
        row = blender.row
        blender.end_row()
        sink.finish(row)


def _fill(field: NDArray[np.float32], prediction: TilePrediction) -> NDArray[np.float32]:
    """Put what is blended into a corner of ``field`` and return that, (5, H, W): building, and classes times it."""
    height, width = prediction.building.shape
    field = field[:, :height, :width]
    field[0] = prediction.building
    np.multiply(prediction.damage, prediction.building + _LEAST_WEIGHT, out=field[1:])
    return field


def _block(tile: Tile, images: PairTile, field: NDArray[np.float32]) -> ProbabilityBlock | None:
    """Return the finished block of a tile, or None where neither image is valid anywhere in it."""
    top, left = tile.block.row_off - tile.window.row_off, tile.block.col_off - tile.window.col_off
    bottom, right = top + tile.block.height, left + tile.block.width
    part = np.s_[top:bottom, left:right]
    pre_valid, post_valid = images.shown[part], images.post_valid[part]
    anything = pre_valid | post_valid
    if not anything.any():
        return None
    shares = _bytes(field, anything)
    return ProbabilityBlock(
        window=tile.block, building=shares[0], damage=shares[1:], pre_valid=pre_valid, post_valid=post_valid
    )


def _bytes(field: NDArray[np.float32], valid: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return probabilities × 255, rounded, and 0 where nothing is valid, uint8 (5, H, W); ``field`` is used up.

    A few rows at a time: so many numbers, five million of a tile, would leave the cache between two steps.
    """
    whole = np.empty(field.shape, np.uint8)
    for top in range(0, field.shape[1], _ROWS):
        part, rows = field[:, top : top + _ROWS], whole[:, top : top + _ROWS]
        np.multiply(part[1:], np.float32(255.0) / (part[0] + _LEAST_WEIGHT), out=part[1:])
        part[0] *= np.float32(255.0)
        part += np.float32(0.5)
        np.clip(part, 0.0, 255.0, out=part)
        np.copyto(rows, part, casting="unsafe")
        rows *= valid[top : top + _ROWS]
    return whole
