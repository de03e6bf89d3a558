"""A dense scene: images of 1024 × 1024 pixels side by side, without a gap, with an outline for every building.

``python -m benchmarks.performance.scenes.dense FOLDER EDGE [REAL]`` writes one. That is a process of its own, because
the memory of a process that draws would be counted as that of the processes it starts.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ...measurement import measure
from ..settings import Settings

_SIZE = 1024
_PIXEL_M = 0.5


@dataclass(frozen=True)
class DenseScene:
    """The files of a dense scene.

    Attributes:
        pre: pre-event image.
        post: post-event image on the same grid.
        footprints: GeoPackage with outlines of all buildings.
        edge: images along the edge.
        kind: what the images show, for a reader.
    """

    pre: Path
    post: Path
    footprints: Path
    edge: int
    kind: str

    @property
    def km2(self) -> float:
        """Ground that it shows."""
        return (self.edge * _SIZE * _PIXEL_M / 1000) ** 2

    @classmethod
    def written(cls, settings: Settings, edge: int) -> DenseScene:
        """Write the scene, if an earlier part has not, and return it.

        Raises:
            RuntimeError: it could not be written.
        """
        folder = settings.folder / f"dense-{edge}"
        scene = cls(
            folder / "pre.tif", folder / "post.tif", folder / "footprints.gpkg", edge,
            "drawn towns" if settings.real is None else "real image pairs of xBD",
        )  # fmt: skip
        if not scene.footprints.exists():
            real = [] if settings.real is None else [str(settings.real)]
            measure(["-m", "benchmarks.performance.scenes.dense", str(folder), str(edge), *real])
        return scene


def main(name: str, edge_text: str, real: str = "") -> None:
    """Write the scene."""
    import geopandas
    import numpy as np
    import rasterio
    from affine import Affine
    from rasterio.windows import Window
    from shapely.affinity import translate

    folder, edge = Path(name), int(edge_text)
    folder.mkdir(parents=True, exist_ok=True)
    images = list(_real(Path(real), edge * edge) if real else _drawn())
    place = Affine(_PIXEL_M, 0, 600_000, 0, -_PIXEL_M, 3_350_000)
    profile = {
        "driver": "GTiff", "width": edge * _SIZE, "height": edge * _SIZE, "count": 3, "dtype": "uint8", "nodata": 0,
        "crs": "EPSG:32616", "transform": place, "compress": "deflate", "tiled": True,
    }  # fmt: skip
    outlines = []
    with (
        rasterio.open(folder / "pre.tif", "w", **profile) as before,
        rasterio.open(folder / "post.tif", "w", **profile) as after,
    ):
        for number in range(edge * edge):
            row, column = divmod(number, edge)
            pre, post, buildings = images[number % len(images)]
            window = Window(column * _SIZE, row * _SIZE, _SIZE, _SIZE)
            before.write(np.maximum(pre, 1), window=window)  # no pixel of it is nodata
            after.write(np.maximum(post, 1), window=window)
            outlines += [translate(outline, column * _SIZE, row * _SIZE) for outline in buildings]
    shapes = geopandas.GeoSeries(outlines, crs="EPSG:32616").affine_transform(
        [place.a, place.b, place.d, place.e, place.c, place.f]
    )
    part = folder / "footprints.part.gpkg"
    geopandas.GeoDataFrame(geometry=shapes).to_file(part, driver="GPKG")
    part.rename(folder / "footprints.gpkg")


def _drawn() -> Iterator[tuple]:  # type: ignore[type-arg]  # arrays and outlines, of libraries imported by the child
    """Yield one drawn pair, uint8 (3, 1024, 1024) each, and 74 outlines in pixels; xBD has 57 on average."""
    from xview2_qgis.engine.synthetic.town import TownOptions, draw_town

    town = draw_town(7, _SIZE, _SIZE, TownOptions(density=0.18))
    yield town.pre, town.post, [building.polygon for building in town.buildings]


def _real(folder: Path, count: int) -> Iterator[tuple]:  # type: ignore[type-arg]  # as above
    """Yield real pairs with the outlines of their labels: those with the most buildings first."""
    import warnings

    import rasterio
    import shapely
    from rasterio.errors import NotGeoreferencedWarning

    warnings.simplefilter("ignore", NotGeoreferencedWarning)
    labels = {}
    for path in sorted((folder / "labels").glob("*_post_disaster.json")):
        labels[path.name.removesuffix("_post_disaster.json")] = json.loads(path.read_text())["features"]["xy"]
    found = 0
    for pair, features in sorted(labels.items(), key=lambda item: (-len(item[1]), item[0])):
        images = []
        for date in ("pre", "post"):
            for path in sorted((folder / "images").glob(f"{pair}_{date}_disaster.*")):
                with rasterio.open(path) as source:
                    images.append(source.read())
        if [image.shape for image in images] == [(3, _SIZE, _SIZE)] * 2:
            yield *images, [shapely.from_wkt(feature["wkt"]) for feature in features]
            found += 1
        if found == count:
            return
    if not found:
        raise SystemExit(f"no pairs of {_SIZE} x {_SIZE} pixels in the folder of real pairs")


if __name__ == "__main__":
    main(*sys.argv[1:])
