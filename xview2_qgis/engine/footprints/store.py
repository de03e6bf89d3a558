"""Footprints near the scene, kept in a working file: the layer they come from is read once, then this file is asked.

An SQLite database with an R-tree, so memory grows with neither the number of footprints nor that of questions, and no
format is too slow for it. Positions are in pixels of the working grid.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.windows import Window
from shapely.geometry import MultiPolygon, Polygon

from ..errors import RuntimeFailure
from ..geo.grid import Grid

_PAGE = 2_000
_CELL = 1024  # pixels: footprints come cell by cell of this size
_TABLES = """
CREATE TABLE footprint (id INTEGER PRIMARY KEY, layer INTEGER, fid INTEGER, identifier TEXT, cell INTEGER,
    original BLOB, placed BLOB, UNIQUE (layer, fid));
CREATE INDEX footprint_cell ON footprint (cell, id);
CREATE VIRTUAL TABLE box USING rtree (id, x0, x1, y0, y1);
"""


@dataclass(frozen=True)
class Footprint:
    """One footprint.

    Attributes:
        identifier: its id in the layer, as text.
        original: valid polygon or multipolygon in the CRS of the layer.
        placed: the same in the CRS of the grid.
        crs: CRS of the layer.
    """

    identifier: str
    original: Polygon | MultiPolygon
    placed: Polygon | MultiPolygon
    crs: CRS


@dataclass(frozen=True)
class FootprintRows:
    """Footprints of one layer on their way into the store, N of them.

    Attributes:
        layer: number of the layer, counted from 0.
        fids: number of each in the file; one that was stored already is not stored again.
        identifiers: ids.
        originals: polygons in the CRS of the layer, object (N,).
        placed: the same in the CRS of the grid, object (N,).
        boxes: left, top, right and bottom of each in pixels of the grid, float64 (N, 4).
    """

    layer: int
    fids: Sequence[int]
    identifiers: Sequence[str]
    originals: NDArray[np.object_]
    placed: NDArray[np.object_]
    boxes: NDArray[np.float64]


class FootprintStore:
    """The footprints of a run.

    Args:
        path: the working file to create; it goes with its folder.
        crs: CRS of each layer.

    Attributes:
        tallest: rows of the grid that the tallest of them reaches over, float.
    """

    def __init__(self, path: Path, crs: Sequence[CRS]) -> None:
        self._path, self._crs = path, tuple(crs)
        self.tallest = 0.0
        with self._open() as database:
            database.executescript(_TABLES)

    def add(self, rows: FootprintRows) -> None:
        """Store footprints."""
        boxes = rows.boxes
        self.tallest = max(self.tallest, float((boxes[:, 3] - boxes[:, 1]).max(initial=0.0)))
        middles = ((boxes[:, :2] + boxes[:, 2:]) / 2 // _CELL).astype(np.int64)
        cells = (middles[:, 1] * 2**20 + middles[:, 0]).tolist()  # row-major
        originals, placed = shapely.to_wkb(rows.originals).tolist(), shapely.to_wkb(rows.placed).tolist()
        with self._open() as database, database:
            for index, fid in enumerate(rows.fids):
                stored = database.execute(
                    "INSERT OR IGNORE INTO footprint (layer, fid, identifier, cell, original, placed)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    (rows.layer, fid, rows.identifiers[index], cells[index], originals[index], placed[index]),
                )
                if stored.rowcount > 0:
                    left, top, right, bottom = boxes[index].tolist()
                    database.execute(
                        "INSERT INTO box VALUES (?, ?, ?, ?, ?)", (stored.lastrowid, left, right, top, bottom)
                    )

    def rows_left(self, next_one: Footprint, grid: Grid) -> float:
        """Return the first row of the grid that a footprint may reach, or one that comes after it in :meth:`pages`."""
        ((_, top, _, bottom),) = pixel_boxes(np.array([next_one.placed], object), grid)
        return float((top + bottom) / 2 // _CELL * _CELL - self.tallest / 2)

    def pages(self) -> Iterator[list[Footprint]]:
        """Yield all footprints, those of one cell of the grid after the other, rows of cells from the top."""
        with self._open() as database:
            cursor = database.execute("SELECT identifier, original, placed, layer FROM footprint ORDER BY cell, id")
            while rows := cursor.fetchmany(_PAGE):
                originals, placed = (shapely.from_wkb([row[column] for row in rows]) for column in (1, 2))
                yield [
                    Footprint(row[0], original, place, self._crs[row[3]])
                    for row, original, place in zip(rows, originals, placed, strict=True)
                ]

    def near(self, window: Window) -> list[Polygon | MultiPolygon]:
        """Return the footprints whose box meets a window of the grid, in the CRS of the grid."""
        right, bottom = window.col_off + window.width, window.row_off + window.height
        with self._open() as database:
            rows = database.execute(
                "SELECT placed FROM footprint JOIN box USING (id) WHERE x0 <= ? AND x1 >= ? AND y0 <= ? AND y1 >= ?",
                (right, window.col_off, bottom, window.row_off),
            ).fetchall()
        return list(shapely.from_wkb([row[0] for row in rows]))

    def repeated_ids(self) -> tuple[int, str]:
        """Return how many footprints have an id that another one has too, and one such id."""
        with self._open() as database:
            count, example = database.execute(
                "SELECT coalesce(sum(n), 0), min(identifier) FROM (SELECT count(*) AS n, identifier FROM footprint"
                " GROUP BY identifier HAVING n > 1)"
            ).fetchone()
        return int(count), str(example)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Give a connection for one thread and one question, so that nothing keeps the file when its folder goes.

        Raises:
            RuntimeFailure: the disk is full (``working-folder``).
        """
        try:
            with closing(sqlite3.connect(self._path)) as database:
                # the file is of no use after a failure
                database.execute("PRAGMA synchronous = OFF")
                database.execute("PRAGMA journal_mode = MEMORY")
                yield database
        except sqlite3.OperationalError as error:
            raise RuntimeFailure(
                f"the footprints cannot be kept beside the output ({error})", "free space on this disk",
                "working-folder",
            ) from error  # fmt: skip


def pixel_boxes(geometries: NDArray[np.object_], grid: Grid) -> NDArray[np.float64]:
    """Return left, top, right and bottom in pixels of a grid of geometries in its CRS, float64 (N, 4).

    The grid may be turned, so these are not the corners of their boxes in its CRS.
    """
    if not len(geometries):
        return np.zeros((0, 4))
    points, owners = shapely.get_coordinates(geometries, return_index=True)
    columns, rows = ~grid.transform @ (points[:, 0], points[:, 1])
    starts = np.searchsorted(owners, np.arange(len(geometries)))
    return np.column_stack(
        [reduce.reduceat(axis, starts) for reduce in (np.minimum, np.maximum) for axis in (columns, rows)]
    )
