"""A sparse scene: a raster of any size that is nodata but for a few towns.

``python -m benchmarks.performance.scenes.sparse FOLDER WIDTH HEIGHT TOWNS`` writes one, in a process of its own (see
:mod:`.dense`). Blocks without a town are left out of the files, as GDAL's ``SPARSE_OK`` does.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from ...measurement import measure
from ..settings import Settings

_SIZE = 1024


@dataclass(frozen=True)
class SparseScene:
    """The files of a sparse scene.

    Attributes:
        pre: pre-event image.
        post: post-event image on the same grid.
        width: columns.
        height: rows.
        towns: drawn towns of 1024 × 1024 pixels.
    """

    pre: Path
    post: Path
    width: int
    height: int
    towns: int

    @classmethod
    def written(cls, settings: Settings, width: int, height: int, towns: int) -> SparseScene:
        """Write the scene, if an earlier part has not, and return it.

        Raises:
            RuntimeError: it could not be written.
        """
        folder = settings.folder / f"sparse-{width}-{height}-{towns}"
        scene = cls(folder / "pre.tif", folder / "post.tif", width, height, towns)
        if not scene.post.exists():
            measure(["-m", "benchmarks.performance.scenes.sparse", str(folder), *map(str, (width, height, towns))])
        return scene


def main(name: str, width_text: str, height_text: str, towns_text: str) -> None:
    """Write the scene."""
    import numpy as np
    import rasterio
    from affine import Affine
    from rasterio.windows import Window

    from xview2_qgis.engine.synthetic.town import TownOptions, draw_town

    folder, width, height, towns = Path(name), int(width_text), int(height_text), int(towns_text)
    folder.mkdir(parents=True, exist_ok=True)
    town = draw_town(7, _SIZE, _SIZE, TownOptions(density=0.18))
    columns = width // _SIZE
    places = np.random.default_rng(0).choice(columns * (height // _SIZE), towns, replace=False)
    profile = {
        "driver": "GTiff", "width": width, "height": height, "count": 3, "dtype": "uint8", "nodata": 0,
        "crs": "EPSG:32616", "transform": Affine(0.5, 0, 600_000, 0, -0.5, 3_350_000), "compress": "deflate",
        "tiled": True, "blockxsize": 512, "blockysize": 512, "bigtiff": "if_safer", "sparse_ok": True,
    }  # fmt: skip
    for date, image in (("pre", town.pre), ("post", town.post)):
        part = folder / f"{date}.part.tif"
        with rasterio.open(part, "w", **profile) as raster:
            for place in sorted(places):
                window = Window(place % columns * _SIZE, place // columns * _SIZE, _SIZE, _SIZE)
                raster.write(np.maximum(image, 1), window=window)
        part.rename(folder / f"{date}.tif")


if __name__ == "__main__":
    main(*sys.argv[1:])
