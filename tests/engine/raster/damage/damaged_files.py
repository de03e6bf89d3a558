"""Damage to files at known places: the blocks of a GeoTIFF are overwritten, so that GDAL cannot decode them."""

from __future__ import annotations

from pathlib import Path

import rasterio
from rasterio.windows import Window


def damage_blocks(path, blocks) -> list[Window]:
    """Overwrite blocks of a compressed GeoTIFF and return their windows.

    Args:
        path: the file.
        blocks: (row, column) of each among the blocks.
    """
    with rasterio.open(path) as file:
        places = []
        for row, column in blocks:
            for band in file.indexes:
                offset = int(file.get_tag_item(f"BLOCK_OFFSET_{column}_{row}", "TIFF", bidx=band))
                size = int(file.get_tag_item(f"BLOCK_SIZE_{column}_{row}", "TIFF", bidx=band))
                places.append((offset, size))
        windows = [file.block_window(1, *block) for block in blocks]
    data = bytearray(Path(path).read_bytes())
    for offset, size in places:
        data[offset : offset + size] = b"\xff" * size
    Path(path).write_bytes(data)
    return windows
