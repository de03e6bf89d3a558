"""A pair of two buildings for QGIS's Python, which has no rasterio: one unchanged, one destroyed to the tiny model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from osgeo import gdal, osr

SIDE = 128


def draw_town(folder: Path) -> tuple[str, str]:
    """Write ``pre.tif`` and ``post.tif``, 128 × 128 pixels of half a metre, and return their paths."""
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32618)
    pre = np.full((3, SIDE, SIDE), 64, np.uint8)
    pre[0] = 0
    pre[0, 10:40, 10:40] = 255
    pre[0, 70:110, 60:100] = 255
    post = pre.copy()
    post[0, 70:110, 60:100] = 64
    post[1:, 70:110, 60:100] = 255
    paths = []
    for name, pixels in (("pre", pre), ("post", post)):
        path = str(folder / f"{name}.tif")
        raster = gdal.GetDriverByName("GTiff").Create(path, SIDE, SIDE, 3, gdal.GDT_Byte)
        raster.SetGeoTransform((500000.0, 0.5, 0.0, 4000150.0, 0.0, -0.5))
        raster.SetProjection(reference.ExportToWkt())
        raster.WriteArray(pixels)
        raster = None
        paths.append(path)
    return paths[0], paths[1]
