"""Scenes to measure on: a dense pair, and a huge pair that is mostly nodata."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio.windows import Window

from xview2_qgis.engine.synthetic.town import TownOptions, draw_town

_CRS = "EPSG:32616"
_TRANSFORM = Affine(0.5, 0, 600_000, 0, -0.5, 3_350_000)


def draw_images(size: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return a drawn pair, uint8 (3, size, size) each."""
    # 74 buildings in a tile; xBD holds 57 on average
    scene = draw_town(7, size, size, TownOptions(density=0.18))
    return scene.pre, scene.post


def write_dense(folder: Path, tiles: int) -> tuple[Path, Path]:
    """Write a pair of ``tiles`` × ``tiles`` synthetic towns of 1024 pixels side by side, valid everywhere."""
    return _write(folder, "dense", 1024 * tiles, 1024 * tiles, [(r, c) for r in range(tiles) for c in range(tiles)])


def write_sparse(folder: Path, width: int = 33_366, height: int = 50_420, towns: int = 72) -> tuple[Path, Path]:
    """Write a pair of that size with ``towns`` synthetic towns of 1024 pixels, nodata 0 between them."""
    rng = np.random.default_rng(0)
    places = [(r, c) for r in range(height // 1024 - 1) for c in range(width // 1024 - 1)]
    chosen = [places[i] for i in rng.choice(len(places), towns, replace=False)]
    return _write(folder, "sparse", width, height, chosen)


def _write(folder: Path, name: str, width: int, height: int, places: list[tuple[int, int]]) -> tuple[Path, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    images = draw_images(1024)
    paths = folder / f"{name}_pre.tif", folder / f"{name}_post.tif"
    for path, image in zip(paths, images, strict=True):
        if path.exists():
            continue
        part = path.with_suffix(".part.tif")
        with rasterio.open(
            part, "w", driver="GTiff", width=width, height=height, count=3, dtype="uint8", crs=_CRS, nodata=0,
            transform=_TRANSFORM, compress="deflate", tiled=True, bigtiff="if_safer", sparse_ok=False,
        ) as raster:  # fmt: skip
            for row, column in places:
                # half a tile off the lattice of the engine, so that no tile is spared by luck
                raster.write(np.maximum(image, 1), window=Window(column * 1024 + 411, row * 1024 + 307, 1024, 1024)
                             if name == "sparse" else Window(column * 1024, row * 1024, 1024, 1024))  # fmt: skip
        part.rename(path)
    return paths
