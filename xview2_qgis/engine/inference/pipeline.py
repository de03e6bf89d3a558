"""The pipeline: reading, inference and writing at the same time, with a few tiles in memory.

A reader thread prepares tile pairs, one or two threads run the networks for the calling one, a writer thread blends and
stores finished blocks. Short channels lie between them, so the slowest stage sets the pace and memory does not grow
with the raster. The first error of any stage, or the user's wish to stop, ends all of them within one tile.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from ..decision.tile_prediction import TilePrediction
from ..errors import RuntimeFailure
from ..probability.store import ProbabilityBlock
from ..run.context import RunContext
from ..scene.pair_tile import PairTile
from ..scene.tiling import Tile, Tiling
from ..stages.bounded_queue import Aborted, Channel
from .blending import Blender

_AHEAD = 2  # tile pairs that wait for inference
_BEHIND = 1  # predictions that wait to be written
_CHANNELS = 5  # building, four damage classes
# Class probabilities are blended weighted with the building probability, so that a tile that sees no building says
# little about its damage. This much weight remains where no tile sees one.
_LEAST_WEIGHT = np.float32(1e-3)


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


class BlockSink(Protocol):
    """Where finished blocks go; :class:`.store.ProbabilityRaster` is one."""

    def write(self, block: ProbabilityBlock) -> None:
        """Store one block."""


def run_inference(
    pair: TileSource,
    plan: Tiling,
    predictor: TilePredictor,
    raster: BlockSink,
    context: RunContext,
) -> int:
    """Run the networks over the grid, write the blended probabilities, and return how many tiles the networks saw.

    Args:
        pair: gives tile pairs; used by one other thread only.
        plan: the tiles.
        predictor: used by as many threads as it has workers.
        raster: takes finished blocks; used by one other thread only. Where neither image is valid they hold 0.
        context: told the progress of the stage ``infer``, checked for every tile.

    Raises:
        Cancelled: the user asked to stop.
        EngineError: the first error of any stage.
    """
    run = _Run(plan, predictor, context)
    threads = [
        threading.Thread(target=run.guard, args=(lambda: run.read(pair),), name="tile-reader", daemon=True),
        threading.Thread(target=run.guard, args=(lambda: run.write(raster),), name="block-writer", daemon=True),
    ]
    for thread in threads:
        thread.start()
    run.guard(run.infer)
    for thread in threads:
        while thread.is_alive():  # in slices, for the sake of signal handlers on Windows
            thread.join(0.1)
    run.raise_first_error()
    return run.tiles_run


class _Batch:
    """Tile pairs that are predicted together, and how many tiles of the plan have been looked at with them."""

    def __init__(self) -> None:
        self.tiles: list[tuple[Tile, PairTile]] = []
        self.seen = 0


class _Run:
    """State shared by the three stages of one run."""

    def __init__(self, plan: Tiling, predictor: TilePredictor, context: RunContext) -> None:
        self.tiles_run = 0
        self._plan, self._predictor, self._context = plan, predictor, context
        self._pairs: Channel[tuple[Tile, PairTile | None]] = Channel(_AHEAD, context.check)
        self._predictions: Channel[tuple[Tile, PairTile, TilePrediction]] = Channel(_BEHIND, context.check)
        self._first_error: BaseException | None = None
        self._lock = threading.Lock()

    def guard(self, stage: Callable[[], None]) -> None:
        """Run a stage; on an error remember the first one and end all stages."""
        try:
            stage()
        except Aborted:
            # another stage has the error
            pass  # nosec B110
        except BaseException as error:
            with self._lock:
                if self._first_error is None:
                    self._first_error = error
            self._pairs.abort()
            self._predictions.abort()

    def raise_first_error(self) -> None:
        """Raise the first error of any stage, if there was one."""
        if isinstance(self._first_error, MemoryError):
            raise RuntimeFailure(
                "not enough memory", "use --batch-size 1, or close other programs", "out-of-memory"
            ) from self._first_error
        if self._first_error is not None:
            raise self._first_error

    def read(self, pair: TileSource) -> None:
        """First stage: read tile pairs."""
        for tile in self._plan:
            self._pairs.put((tile, pair.read(tile.window)))
        self._pairs.close()

    def infer(self) -> None:
        """Second stage: collect batches and run the networks."""
        total, batch = len(self._plan), _Batch()
        running: deque[tuple[_Batch, Future[list[TilePrediction]]]] = deque()
        told = 0
        self._context.progress("infer", told, total)
        workers = ThreadPoolExecutor(self._predictor.workers, "network")
        try:
            for tile, images in self._pairs:
                batch.seen = tile.index + 1
                if images is not None:
                    batch.tiles.append((tile, images))
                if len(batch.tiles) == self._predictor.batch_size or (batch.tiles and batch.seen == total):
                    running.append((batch, workers.submit(self._predict, batch)))
                    batch = _Batch()
                    # one batch waits, so that no worker does
                    while len(running) > self._predictor.workers:
                        told = self._take(*running.popleft())
                elif not batch.tiles and not running:
                    told = batch.seen
                    self._context.progress("infer", told, total)
            while running:
                told = self._take(*running.popleft())
        finally:
            workers.shutdown(cancel_futures=True)
        if told < total:  # empty tiles at the end
            self._context.progress("infer", total, total)
        self._predictions.close()

    def _predict(self, batch: _Batch) -> list[TilePrediction]:
        return self._predictor.predict([images for _, images in batch.tiles])

    def _take(self, batch: _Batch, future: Future[list[TilePrediction]]) -> int:
        """Wait for a batch and pass it on; return how many tiles are done with."""
        while not future.done():  # in slices, for the sake of signal handlers on Windows
            wait([future], 0.1)
        self.tiles_run += len(batch.tiles)
        for (tile, images), prediction in zip(batch.tiles, future.result(), strict=True):
            self._predictions.put((tile, images, prediction))
        self._context.progress("infer", batch.seen, len(self._plan))
        return batch.seen

    def write(self, raster: BlockSink) -> None:
        """Third stage: blend and store."""
        blender = Blender(self._plan, _CHANNELS)
        field = np.empty((_CHANNELS, self._plan.tile_size, self._plan.tile_size), np.float32)
        for tile, images, prediction in self._predictions:
            block = _block(tile, images, blender.add(tile, _fill(field, prediction)))
            if block is not None:
                raster.write(block)


def _fill(field: NDArray[np.float32], prediction: TilePrediction) -> NDArray[np.float32]:
    """Put what is blended into ``field`` (5, H, W) and return it: building probability, and classes times it."""
    field[0] = prediction.building
    np.multiply(prediction.damage, prediction.building + _LEAST_WEIGHT, out=field[1:])
    return field


def _block(tile: Tile, images: PairTile, field: NDArray[np.float32]) -> ProbabilityBlock | None:
    """Return the finished block of a tile, or None where neither image is valid anywhere in it."""
    top, left = tile.block.row_off - tile.window.row_off, tile.block.col_off - tile.window.col_off
    bottom, right = top + tile.block.height, left + tile.block.width
    part = np.s_[top:bottom, left:right]
    pre_valid, post_valid = images.pre_valid[part], images.post_valid[part]
    anything = pre_valid | post_valid
    if not anything.any():
        return None
    damage = np.multiply(field[1:], np.float32(255.0) / (field[0] + _LEAST_WEIGHT), out=field[1:])
    return ProbabilityBlock(
        window=tile.block,
        building=_to_bytes(np.multiply(field[0], np.float32(255.0), out=field[0]), anything),
        damage=_to_bytes(damage, anything),
        pre_valid=pre_valid,
        post_valid=post_valid,
    )


def _to_bytes(scaled: NDArray[np.float32], valid: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return probabilities × 255, rounded, and 0 where nothing is valid. What is given is used up."""
    # in place: these few lines touch five million numbers of every tile
    scaled += np.float32(0.5)
    np.clip(scaled, 0.0, 255.0, out=scaled)
    whole = scaled.astype(np.uint8)
    whole *= valid
    return whole
