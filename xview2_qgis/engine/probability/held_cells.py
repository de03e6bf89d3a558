"""Which blocks of the file of a band hold anything, known without reading a pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rasterio.io import DatasetReader
from rasterio.windows import Window

from .block import BANDS


@dataclass(frozen=True)
class HeldCells:
    """The blocks of a file in which something was assessed.

    Attributes:
        cells: whether each of them is one, bool (rows, columns) of blocks.
        shape: rows and columns of pixels of a block.
    """

    cells: NDArray[np.bool_]
    shape: tuple[int, int]

    @classmethod
    def of(cls, dataset: DatasetReader) -> HeldCells:
        """Return those of an open file: what is sparse has no place in it."""
        height, width = dataset.block_shapes[BANDS - 1]
        rows, columns = -(-dataset.height // height), -(-dataset.width // width)
        cells = np.zeros((rows, columns), bool)
        for row in range(rows):
            for column in range(columns):
                cells[row, column] = block_place(dataset, BANDS, row, column) is not None
        return cls(cells, (height, width))

    def any_in(self, window: Window) -> bool:
        """Return whether there is one near a window of the band."""
        (rows, columns), (height, width) = window.toslices(), self.shape
        down = slice(rows.start // height, -(-rows.stop // height))
        across = slice(columns.start // width, -(-columns.stop // width))
        return bool(self.cells[down, across].any())


def block_place(dataset: DatasetReader, band: int, row: int, column: int) -> tuple[int, int] | None:
    """Return first byte and length of a block in the file, None where it is sparse.

    Args:
        dataset: the open file, a GeoTIFF.
        band: number of the band, from 1.
        row: of the block, from 0.
        column: of the block.
    """
    offset = dataset.get_tag_item(f"BLOCK_OFFSET_{column}_{row}", "TIFF", bidx=band)
    length = dataset.get_tag_item(f"BLOCK_SIZE_{column}_{row}", "TIFF", bidx=band)
    return None if offset is None or length is None else (int(offset), int(length))
