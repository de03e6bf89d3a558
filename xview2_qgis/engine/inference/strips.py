"""Strips between rows of tiles: what a row adds to pixels that the row below sees, too.

They are as thin as the overlap, but as wide as the scene. They lie on disk, so that memory does not grow with the width
of a scene, and a run that was stopped goes on from the last finished row to the bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from io import BufferedReader, BufferedWriter
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..probability.band import disk_failure
from ..scene.tiling import Tiling
from ..staging.durable_file import sync_file

Field = NDArray[np.float32]

_ITEM = 4  # bytes of a number


class Strips(Protocol):
    """Where the strips of a row wait for the next one. A strip is float32 (channels, overlap, columns)."""

    def above(self, column: int) -> Field | None:
        """Return the strip that the row above has left for a column of tiles, None where it has none."""

    def keep(self, column: int, strip: Field) -> None:
        """Keep a strip for the row below; columns come in rising order. The strip may be used again afterwards."""

    def advance(self) -> None:
        """Go to the next row: what was kept is above now."""


class MemoryStrips:
    """Strips in memory."""

    def __init__(self) -> None:
        self._above: dict[int, Field] = {}
        self._below: dict[int, Field] = {}

    def above(self, column: int) -> Field | None:
        """Return a strip of the row above."""
        return self._above.pop(column, None)

    def keep(self, column: int, strip: Field) -> None:
        """Keep a strip."""
        self._below[column] = strip.copy()

    def advance(self) -> None:
        """Go to the next row."""
        self._above, self._below = self._below, {}


class StripFiles:
    """Strips on disk, those of each row in a file.

    Args:
        folder: where they lie.
        tiling: the tiles.
        channels: channels of a strip.
        row: the first row of tiles.
        above: columns of the strips that the row above it has left.

    Attributes:
        columns: those of the strips of the row above.
    """

    def __init__(self, folder: Path, tiling: Tiling, channels: int, *, row: int = 0, above: Sequence[int] = ()) -> None:
        self._folder, self._tiling, self._channels, self._row = folder, tiling, channels, row
        self.columns: tuple[int, ...] = tuple(above)
        self._kept: list[int] = []
        self._reader: BufferedReader | None = None
        self._writer: BufferedWriter | None = None

    def path(self, row: int) -> Path:
        """Return the file of what a row leaves to the next one; there is none where it leaves nothing."""
        return self._folder / strips_name(row)

    def above(self, column: int) -> Field | None:
        """Return a strip of the row above.

        Raises:
            RuntimeFailure: the file cannot be read (``working-file``).
        """
        if column not in self.columns:
            return None
        path, rows, width = self.path(self._row - 1), self._channels * self._tiling.overlap, self._width(column)
        before = sum(self._width(other) for other in self.columns[: self.columns.index(column)])
        try:
            if self._reader is None:
                self._reader = path.open("rb")
            self._reader.seek(before * rows * _ITEM)
            read = self._reader.read(rows * width * _ITEM)
            if len(read) < rows * width * _ITEM:
                raise OSError("the file ends too early")
        except OSError as error:
            raise disk_failure(path, error) from error
        return np.frombuffer(read, np.float32).reshape(self._channels, self._tiling.overlap, width)

    def keep(self, column: int, strip: Field) -> None:
        """Keep a strip.

        Raises:
            RuntimeFailure: the disk is full (``working-file``).
        """
        path = self.path(self._row)
        try:
            if self._writer is None:
                self._writer = path.open("wb")
            self._writer.write(np.ascontiguousarray(strip).data)
        except OSError as error:
            raise disk_failure(path, error) from error
        self._kept.append(column)

    def advance(self) -> None:
        """Go to the next row, when what was kept is on the disk. The file of the row above stays, see :meth:`forget`.

        Raises:
            RuntimeFailure: the disk is full (``working-file``).
        """
        path, writer, self._writer = self.path(self._row), self._writer, None
        try:
            if writer is not None:
                writer.close()
                sync_file(path)
            if self._reader is not None:
                self._reader.close()
        except OSError as error:
            raise disk_failure(path, error) from error
        self._reader = None
        self.columns, self._kept = tuple(self._kept), []
        self._row += 1

    def forget(self) -> None:
        """Remove the file of the row before the one above: nothing needs it any more."""
        with suppress(OSError):  # it goes with its folder
            self.path(self._row - 2).unlink(missing_ok=True)

    def close(self) -> None:
        """Close the files."""
        for file in (self._reader, self._writer):
            if file is not None:
                with suppress(OSError):  # what is not finished is not used
                    file.close()

    def _width(self, column: int) -> int:
        return strip_width(self._tiling, column)


def strip_width(tiling: Tiling, column: int) -> int:
    """Return how many pixels of a row the strip of a column of tiles has: those that no other column has."""
    begin, end = tiling.across.window(column)
    return end - begin if column == tiling.columns - 1 else end - begin - tiling.overlap


def strips_bytes(tiling: Tiling, columns: Sequence[int], channels: int) -> int:
    """Return how many bytes the file of a row has that leaves strips for some columns of tiles."""
    return channels * tiling.overlap * sum(strip_width(tiling, column) for column in columns) * _ITEM


def strips_name(row: int) -> str:
    """Return the name of the file of what a row of tiles leaves to the next one."""
    return f"row-{row:06d}.strips"
