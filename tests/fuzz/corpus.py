"""Sound things, made once, from which the bad ones are made: a pair, a model, an earlier result."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine

from tests.engine.tiny_bundle import write_tiny_bundle

CRS = "EPSG:32633"
SIDE = 128
PLACE = Affine(0.5, 0.0, 540_000.0, 0.0, -0.5, 4_750_000.0)
#: What an assessment writes.
OUTPUTS = {"output": "damage.gpkg", "damage-raster": "damage.tif", "report": "report.html"}


def pixels(post: bool) -> np.ndarray:
    """Return an image of four houses, one per class."""
    image = np.random.default_rng(0).integers(1, 20, (3, SIDE, SIDE), dtype=np.uint8)
    for number, (row, column) in enumerate(((20, 20), (20, 75), (75, 20), (75, 75))):
        image[0, row : row + 30, column : column + 30] = 255
        if post:
            part = image[:, row : row + 30, column : column + 30]
            part -= np.minimum(part, (0, 64, 128, 191)[number])
    return image


def write_image(path: Path, image: np.ndarray, **profile) -> Path:
    """Write an image; it lies where the pair does unless the profile says otherwise."""
    place = {"crs": CRS, "transform": PLACE, "driver": "GTiff", **profile}
    count, height, width = image.shape
    with rasterio.open(path, "w", width=width, height=height, count=count, dtype=image.dtype, **place) as file:
        file.write(image)
    return path


@dataclass(frozen=True)
class Corpus:
    """The sound things.

    Attributes:
        pre: image before.
        post: image after.
        model: folder of the tiny bundle.
        earlier: folder with a whole result.
    """

    pre: Path
    post: Path
    model: Path
    earlier: Path

    @classmethod
    def made_in(cls, folder: Path) -> Corpus:
        """Draw it; the earlier result is still to be made."""
        tiled = {"tiled": True, "blockxsize": 64, "blockysize": 64, "compress": "deflate"}
        pre, post = (write_image(folder / f"{name}.tif", pixels(name == "post"), **tiled) for name in ("pre", "post"))
        (folder / "earlier").mkdir()
        model = write_tiny_bundle(folder / "tiny", tile_size=SIDE, overlap=16)
        return cls(pre, post, model, folder / "earlier")

    def arguments(self, outputs: Path, **changes: str) -> list[str]:
        """Return a call of ``assess`` that writes all outputs, with changed options."""
        options = {"pre": str(self.pre), "post": str(self.post), "model": str(self.model), "register": "off"}
        options |= {name: str(outputs / file) for name, file in OUTPUTS.items()}
        return ["assess", *(f"--{name}={value}" for name, value in {**options, **changes}.items())]
