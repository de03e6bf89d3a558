"""Rasters that look like photographs: noise on slow changes, so that no area is of one value by chance."""

from __future__ import annotations

import cv2
import numpy as np
import rasterio
from affine import Affine

UTM_TRANSFORM = Affine(0.5, 0, 620_000, 0, -0.5, 3_340_000)


def photo(height=400, width=500, low=20, high=230, seed=0, bands=3):
    """Values (bands, H, W) of uint8 between two numbers."""
    rng = np.random.default_rng(seed)
    slow = cv2.resize(rng.random((12, 12)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    values = 0.6 * np.clip(slow, 0, 1)[None] + 0.4 * rng.random((bands, height, width))
    return (low + values * (high - low)).astype(np.uint8)


def write_raster(
    path, values, crs="EPSG:32616", transform=UTM_TRANSFORM, descriptions=(), colours=None, tags=None, **more
):
    """Write values (bands, H, W) as a GeoTIFF and return its path as text. ``tags``: one dictionary for each band."""
    count, height, width = values.shape
    with rasterio.open(path, "w", driver="GTiff", count=count, height=height, width=width, dtype=values.dtype, crs=crs,
                       transform=transform, **more) as file:  # fmt: skip
        file.write(values)
        if colours:
            file.colorinterp = colours
        for number, text in enumerate(descriptions, 1):
            file.set_band_description(number, text)
        for number, own in enumerate(tags or (), 1):
            file.update_tags(number, **own)
    return str(path)
