"""Small georeferenced rasters with marks at known places, for tests that measure in metres.

A scene is a smooth texture with round bright marks, both functions of the position in UTM zone 16 north (metres). Any
raster of it is drawn by computing, for every pixel centre, where it lies (with pyproj, not with the code under test).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyproj
import rasterio
from affine import Affine

from xview2_qgis.engine.geo.grid import Grid
from xview2_qgis.engine.scene.overlap import find_overlap
from xview2_qgis.engine.scene.working_grid import choose_grid

CENTRE = (620_000.0, 3_340_000.0)  # EPSG:32616, near Panama City (Florida)
MARKS = [(-31.3, 22.8), (18.6, 27.1), (3.2, -4.7), (-24.4, -29.9), (33.5, -21.2)]  # metres from the centre
MARK_RADIUS = 4.0


def scene(x, y):
    """Value 0…1 of the scene at EPSG:32616 coordinates."""
    u, v = x - CENTRE[0], y - CENTRE[1]
    value = 0.3 + 0.05 * np.sin(u / 9.0) * np.cos(v / 7.0)
    for mark_x, mark_y in MARKS:
        distance = np.hypot(u - mark_x, v - mark_y)
        value = value + 0.6 * np.exp(-((distance / MARK_RADIUS) ** 2))
    return np.clip(value, 0.0, 1.0)


def pixel_positions(crs, transform, width, height):
    """EPSG:32616 coordinates of pixel centres, two arrays (height, width)."""
    columns, rows = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    x = transform.a * columns + transform.b * rows + transform.c
    y = transform.d * columns + transform.e * rows + transform.f
    to_utm = pyproj.Transformer.from_crs(crs, "EPSG:32616", always_xy=True)
    return to_utm.transform(x, y)


def centred_transform(crs, gsd, width, height, rotation=0.0, offset=(0.0, 0.0)):
    """Transform of a raster around the scene's centre, about ``gsd`` metres per pixel in any CRS.

    ``offset`` moves the raster by metres east and north.
    """
    to_crs = pyproj.Transformer.from_crs("EPSG:32616", crs, always_xy=True)
    middle = (CENTRE[0] + offset[0], CENTRE[1] + offset[1])
    x, y = to_crs.transform(*middle)
    east, north = to_crs.transform(middle[0] + 100.0, middle[1]), to_crs.transform(middle[0], middle[1] + 100.0)
    step_x = np.hypot(*np.subtract(east, (x, y))) * gsd / 100
    step_y = np.hypot(*np.subtract(north, (x, y))) * gsd / 100
    return (
        Affine.translation(x, y)
        @ Affine.scale(step_x, -step_y)
        @ Affine.rotation(rotation)
        @ Affine.translation(-width / 2, -height / 2)
    )


def draw(
    path: Path,
    crs="EPSG:32616",
    gsd=0.5,
    size=(240, 220),
    dtype="uint8",
    scale=255.0,
    transform=None,
    rotation=0.0,
    offset=(0.0, 0.0),
    displaced=(0.0, 0.0),
    hole=None,
    **profile,
):
    """Write the scene as a GeoTIFF and return its path as text.

    ``displaced`` moves what is shown by metres east and north, as bad orthorectification does. ``hole`` is a function
    of (columns, rows) that says where there is no data; such pixels hold ``nodata``, or 0.
    """
    width, height = size
    transform = transform or centred_transform(crs, gsd, width, height, rotation, offset)
    x, y = pixel_positions(crs, transform, width, height)
    value = scene(x - displaced[0], y - displaced[1]) * scale
    bands = np.stack([value, value * 0.8, value * 0.6])
    if np.issubdtype(np.dtype(dtype), np.integer):
        bands = np.rint(bands)
    bands = bands.astype(dtype)
    if hole is not None:
        columns, rows = np.meshgrid(np.arange(width), np.arange(height))
        bands[:, hole(columns, rows)] = profile.get("nodata", 0)
    profile = {"driver": "GTiff", "count": 3, "photometric": "RGB", **profile}
    with rasterio.open(
        path, "w", width=width, height=height, dtype=dtype, crs=crs, transform=transform, **profile
    ) as file:
        file.write(bands)
    return str(path)


def mark_errors_m(image, valid, grid):
    """Distances in metres (ground) between the marks seen in an image (3, H, W) on a grid and where they belong.

    The centre of a mark is that of the brightness above half its height, compared with the same of the scene itself.
    Marks whose surroundings are not all valid are left out.
    """
    x, y = pixel_positions(grid.crs.to_wkt(), grid.transform, grid.width, grid.height)
    red, truth = image[0].astype(np.float64), scene(x, y)
    errors = []
    for mark_x, mark_y in MARKS:
        u, v = x - CENTRE[0] - mark_x, y - CENTRE[1] - mark_y
        near = np.hypot(u, v) < 8.0
        if near.sum() < 0.95 * np.pi * 64 / grid.gsd_m**2 or not valid[near].all():
            continue
        centres = []
        for values in (red[near], truth[near]):
            weight = np.clip(values - (values.min() + values.max()) / 2, 0, None)
            centres.append(np.array([(u[near] * weight).sum(), (v[near] * weight).sum()]) / weight.sum())
        errors.append(float(np.hypot(*(centres[0] - centres[1]))))
    return errors


def working_grid(pre, post, gsd_m, area=None) -> Grid:
    """The working grid of a pair, as an assessment plans it."""
    return choose_grid(pre, post, find_overlap(pre.georeference, post.georeference, area), gsd_m)
