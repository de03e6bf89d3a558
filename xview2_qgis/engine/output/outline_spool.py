"""Outlines kept in a working file until everything is known that they are drawn on.

A writer gets the buildings while the scene is still being read, in the order in which they were found. What draws them
by place or by class reads them back in that order; memory does not grow with their number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry


class OutlineSpool:
    """Appends outlines under a number, and gives back those of a number in the order in which they came.

    Args:
        path: the working file. It is created by the first outlines, and not open between two calls.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._starts: defaultdict[int, list[int]] = defaultdict(list)

    def append(self, key: int, outlines: Sequence[BaseGeometry], values: NDArray[np.uint8]) -> None:
        """Keep outlines.

        Args:
            key: what they are asked for by.
            outlines: polygons and multipolygons, N of them.
            values: one number for each, uint8 (N,).

        Raises:
            OSError: the disk failed or is full.
        """
        encoded = [bytes(outline) for outline in shapely.to_wkb(np.array(outlines, dtype=object))]
        with self._path.open("ab") as file:
            self._starts[key].append(file.tell())
            np.save(file, values, allow_pickle=False)
            np.save(file, np.array([len(outline) for outline in encoded], np.int64), allow_pickle=False)
            file.write(b"".join(encoded))

    def read(self, key: int) -> Iterator[tuple[list[BaseGeometry], NDArray[np.uint8]]]:
        """Yield outlines and values as they were appended, no more at once than one call brought.

        Raises:
            OSError: the file cannot be read.
        """
        starts = self._starts.get(key)
        if not starts:
            return
        with self._path.open("rb") as file:
            for start in starts:
                file.seek(start)
                values, lengths = (np.load(file, allow_pickle=False) for _ in range(2))
                yield list(shapely.from_wkb([file.read(length) for length in lengths.tolist()])), values
