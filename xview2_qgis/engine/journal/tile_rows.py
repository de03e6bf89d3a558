"""Rows of tiles on disk: where the answers of the networks go, and from where a later part of the run takes them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from ..geo.grid import Grid
from ..inference.feature_store import FeatureStore
from ..inference.strips import StripFiles, Strips
from ..probability.band import disk_failure
from ..probability.block import ProbabilityBlock
from ..probability.growing_raster import GrowingRaster
from ..probability.store import ProbabilityRaster
from ..run.clock import RunClock
from ..scene.tiling import Tile, Tiling
from ..stages.group import StageGroup
from .row_record import STRIP_CHANNELS, RowRecord
from .run_journal import RunJournal


class TileRows:
    """The rows of tiles of a run. A context manager that closes their files.

    Args:
        journal: of the run, which has begun.
        grid: the working grid.
        tiling: the tiles.
        records: of the rows that are finished already.
        clock: of the run.

    Attributes:
        raster: the probabilities.
    """

    def __init__(
        self, journal: RunJournal, grid: Grid, tiling: Tiling, records: Sequence[RowRecord], clock: RunClock
    ) -> None:
        self._journal, self._clock = journal, clock
        self._features = FeatureStore(journal.folder, tiling)
        ends = [_end(tiling, row) for row in range(tiling.rows)]
        self.raster = ProbabilityRaster(journal.folder, grid, self._features, ends=ends)
        for record in records:
            self.raster.adopt(record.pixels)
            self._features.adopt(record.features)
        above = records[-1].strips if records else ()
        self._strips = StripFiles(journal.folder, tiling, STRIP_CHANNELS, row=len(records), above=above)
        self._growing: GrowingRaster | None = None

    def growing(self, stages: StageGroup) -> GrowingRaster:
        """Return the raster for stages that read it while it is being filled."""
        self._growing = GrowingRaster(self.raster, stages)
        return self._growing

    @property
    def first_row(self) -> int:
        """The first row that is not finished."""
        return self.raster.finished

    @property
    def strips(self) -> Strips:
        """Where strips wait for the next row."""
        return self._strips

    def write(self, block: ProbabilityBlock) -> None:
        """Store one block of the first row that is not finished.

        Raises:
            RuntimeFailure: the disk is full (``working-file``).
        """
        self._raster.write(block)

    def write_features(self, tile: Tile, features: NDArray[np.float32]) -> None:
        """Store the features of a tile of that row, (C, h, w).

        Raises:
            RuntimeFailure: the disk is full (``working-file``).
        """
        self._features.write(tile, features)

    def finish(self, row: int) -> None:
        """Finish that row: its strips are on the disk, afterwards all of it is, with a record.

        Raises:
            RuntimeFailure: the disk is full, or a file of the row is gone (``working-file``, ``working-folder``).
        """
        features = self._features.finish(row)
        pixels = self._raster.finish()
        files = [self.raster.band_path(row)] if pixels else []
        if features:
            files.append(self._features.path(row))
        sizes = {file.name: _size(file) for file in files}
        self._journal.record(
            RowRecord(row, pixels, self._strips.columns, features, sizes, round(self._clock.total_seconds, 2))
        )
        if row - 1 not in self._journal.rows_before_damage:  # a repaired image goes on from there
            self._strips.forget()

    def __enter__(self) -> TileRows:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._strips.close()
        self.raster.close()

    @property
    def _raster(self) -> GrowingRaster | ProbabilityRaster:
        return self._growing or self.raster


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError as error:
        raise disk_failure(file, error) from error


def _end(tiling: Tiling, row: int) -> int:
    block = tiling.tile(row * tiling.columns).block
    return int(block.row_off + block.height)
