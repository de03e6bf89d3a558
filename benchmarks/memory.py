"""Peak memory of whole assessments of drawn scenes, by size of the scene and number of buildings.

The network is the tiny one of the tests, whose memory is next to nothing: what is measured is all that stands around a
network. ``python -m benchmarks.memory FOLDER`` measures the standard scenes; each can be measured alone.
"""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio.windows import Window

from tests.engine.tiny_bundle import write_tiny_bundle

from .measurement import measure

_PATCH = 1024  # pixels of the side of what is drawn at a place
_TRANSFORM = Affine(0.5, 0, 500_000, 0, -0.5, 4_000_000)


@dataclass(frozen=True)
class DrawnScene:
    """A pair that is nodata but for patches with houses, spread evenly.

    Attributes:
        width: columns.
        height: rows.
        patches: how many.
        pitch: pixels from one house to the next; a house is half as wide.
    """

    width: int
    height: int
    patches: int = 40
    pitch: int = 64

    @classmethod
    def of(cls, text: str) -> DrawnScene:
        """Return the scene of ``WIDTHxHEIGHT[:PATCHES[:PITCH]]``.

        Raises:
            ValueError: it is not written so.
        """
        found = re.fullmatch(r"(\d+)x(\d+)(?::(\d+)(?::(\d+))?)?", text)
        if found is None:
            raise ValueError(text)
        return cls(*(int(number) for number in found.groups() if number))

    def __str__(self) -> str:
        return f"{self.width}x{self.height}:{self.patches}:{self.pitch}"

    def places(self) -> list[tuple[int, int]]:
        """Return row and column of the patches."""
        rows, columns = max(self.height // _PATCH, 1), max(self.width // _PATCH, 1)
        cells = np.unique(np.linspace(0, rows * columns - 1, self.patches).astype(int))
        return [(int(cell) // columns * _PATCH, int(cell) % columns * _PATCH) for cell in cells]


@dataclass(frozen=True)
class Figures:
    """What an assessment took.

    Attributes:
        scene: of what.
        buildings: in the layer.
        seconds: wall time.
        peak_gb: largest resident memory, 10⁹ bytes.
    """

    scene: str
    buildings: int
    seconds: float
    peak_gb: float


#: Four sizes with the same content, and one of them with many more buildings.
STANDARD = tuple(
    DrawnScene.of(text)
    for text in (
        "10000x10000",
        "50000x50000",
        "200000x1000",
        "100000x100000",
        "10000x10000:64:24",
        "50000x50000:160:24",
    )
)


def draw_pair(scene: DrawnScene, folder: Path) -> tuple[Path, Path]:
    """Write the pair, a few megabytes whatever its size, and return the paths of pre and post."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / "pre.tif", folder / "post.tif"
    for path, image in zip(paths, _images(scene.pitch), strict=True):
        with rasterio.open(
            path, "w", driver="GTiff", width=scene.width, height=scene.height, count=3, dtype="uint8",
            crs="EPSG:32616", transform=_TRANSFORM, nodata=0, tiled=True, compress="deflate", sparse_ok=True,
            bigtiff="if_safer",
        ) as raster:  # fmt: skip
            for row, column in scene.places():
                height, width = min(_PATCH, scene.height - row), min(_PATCH, scene.width - column)
                raster.write(image[:, :height, :width], window=Window(column, row, width, height))
    return paths


def measured(scene: DrawnScene, folder: Path, more: tuple[str, ...] = ()) -> Figures:
    """Draw and assess a scene, with damage raster and report.

    Args:
        scene: the scene.
        folder: for working files, which stay.
        more: further arguments of ``xview2 assess``.

    Raises:
        RuntimeError: the assessment failed; the message holds its last lines.
    """
    pre, post = draw_pair(scene, folder)
    model = write_tiny_bundle(folder / "model", 1024, 128)
    output = folder / "damage.gpkg"
    done = measure(
        [
            "-m", "xview2_qgis.engine", "assess", "--pre", str(pre), "--post", str(post), "--model", str(model),
            "--output", str(output), "--damage-raster", str(folder / "damage.tif"),
            "--report", str(folder / "report.html"), "--overwrite", "--register", "off", "--device", "cpu", *more,
        ]
    )  # fmt: skip
    with closing(sqlite3.connect(output)) as database:
        (buildings,) = database.execute("SELECT count(*) FROM damage").fetchone()
    return Figures(str(scene), buildings, round(done.seconds, 1), round(done.peak_gb, 3))


def _images(pitch: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return pre and post of a patch, uint8 (3, H, W): red houses, some of which are brighter afterwards."""
    rows, columns = np.mgrid[:_PATCH, :_PATCH]
    house = (rows % pitch < pitch // 2) & (columns % pitch < pitch // 2)
    # a plain colour would be taken for areas without data
    pre = np.repeat((30 + (3 * rows + 5 * columns) % 7).astype(np.uint8)[None], 3, axis=0)
    pre[0][house] += 210
    post = pre.copy()
    hit = house & ((rows // pitch + columns // pitch) % 3 == 0)
    post[1:, hit] += 150
    return pre, post


def main() -> None:
    """Measure scenes and print a line of JSON for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="for working files")
    parser.add_argument("--scene", action="append", type=DrawnScene.of, help="WIDTHxHEIGHT[:PATCHES[:PITCH]]")
    arguments = parser.parse_args()
    for scene in arguments.scene or STANDARD:
        print(json.dumps(asdict(measured(scene, arguments.folder / str(scene).replace(":", "-")))), flush=True)


if __name__ == "__main__":
    main()
