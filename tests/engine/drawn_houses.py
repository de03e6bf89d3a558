"""Image pairs of rectangular houses at known places, for tests of the whole engine with the tiny analytic model.

A house has red 255 in the pre-event image and is darker by a grey step of its class in the post-event image. Any raster
of the scene is drawn by computing where each pixel centre lies, with pyproj and not with the code under test.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyproj
import rasterio
from shapely.geometry import Polygon, box

from .drawn_rasters import CENTRE, centred_transform, pixel_positions
from .tiny_bundle import GREY_STEPS


@dataclass(frozen=True)
class House:
    """A house: metres east and north of the scene's centre, size in metres, class 1…4."""

    east: float
    north: float
    width: float
    depth: float
    damage: int

    @property
    def polygon(self) -> Polygon:
        x, y = CENTRE[0] + self.east, CENTRE[1] + self.north
        return box(x - self.width / 2, y - self.depth / 2, x + self.width / 2, y + self.depth / 2)

    def polygon_in(self, crs) -> Polygon:
        to_crs = pyproj.Transformer.from_crs("EPSG:32616", crs, always_xy=True)
        return Polygon([to_crs.transform(*point) for point in self.polygon.exterior.coords])


HOUSES = (
    House(-60, 40, 14, 10, 1),
    House(-20, 45, 10, 16, 2),
    House(25, 30, 18, 12, 3),
    House(55, -35, 12, 12, 4),
    House(-45, -30, 20, 9, 1),
    House(5, -15, 11, 15, 4),
)


def draw_houses(path: Path, after: bool, houses=HOUSES, crs="EPSG:32616", gsd=0.5, size=(400, 340), hole=None, **place):
    """Write one date of the scene as a GeoTIFF and return its path as text.

    ``hole`` is a function of metres east and north of the centre that says where there is no data (value 0).
    """
    transform = centred_transform(crs, gsd, *size, **place)
    x, y = pixel_positions(crs, transform, *size)
    u, v = x - CENTRE[0], y - CENTRE[1]
    # ground without a house uses more levels than those that count as hardly any contrast
    image = np.full((3, size[1], size[0]), 90.0)
    image[1] = 50 + 10 * np.sin(u / 6) * np.cos(v / 5)
    image[0] = 10
    for house in houses:
        inside = (abs(u - house.east) < house.width / 2) & (abs(v - house.north) < house.depth / 2)
        step = GREY_STEPS[house.damage - 1] if after else 0
        image[:, inside] = 255 - step
    profile = {}
    if hole is not None:
        image[:, hole(u, v)] = 0
        profile["nodata"] = 0
    with rasterio.open(
        path, "w", driver="GTiff", count=3, dtype="uint8", width=size[0], height=size[1], crs=crs,
        transform=transform, photometric="RGB", **profile,
    ) as file:  # fmt: skip
        file.write(np.rint(image).astype(np.uint8))
    return str(path)
