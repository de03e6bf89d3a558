"""The working grid: metric, square pixels, the ground sampling distance of the model.

Everything between reading and writing happens on one grid. It is metric even when the input is in degrees, so that a
pixel is as wide as it is high and as large as the pixels the model was trained on.
"""

from __future__ import annotations

import math

import shapely
from affine import Affine
from rasterio.crs import CRS
from shapely.geometry.base import BaseGeometry

from ...protocol.codes import ErrorCode
from ..errors import InputError
from ..geo.georeference import Georeference
from ..geo.grid import Grid
from ..raster.source import RasterSource
from .overlap import Overlap

_NATIVE_RANGE = 1.15  # how far the pixel size of pre may be from the model's and still be kept
_COARSEST = 8.0  # times the model's pixel size; beyond, a house is less than a pixel or two
_LARGEST_SIDE = 2_000_000
#: Pixels around what is asked for that are read too: a building that reaches into it is seen as a whole.
AREA_MARGIN = 128


def choose_grid(pre: RasterSource, post: RasterSource, overlap: Overlap, gsd_m: float) -> Grid:
    """Choose the working grid of a pair: north-up, in the CRS of their overlap, around what is asked for.

    The pixel size is that of pre where it is within 15 % of the model's: resampling by so little blurs more than the
    networks, trained on images of 0.45 to 0.5 m as they were, lose by the difference. Otherwise it is the model's.
    Where pre is north-up in the grid's CRS and its pixels are kept, the grid falls on them exactly and pre is not
    resampled.

    Args:
        pre: pre-event image.
        post: post-event image.
        overlap: of the two. The grid is the box of what is asked for, with a margin of :data:`AREA_MARGIN` pixels where
            pre goes on.
        gsd_m: pixel size of the model in metres.

    Raises:
        InputError: the pixels are too coarse (``too-coarse``) or the result would be absurdly large (``too-large``).
    """
    size = _ground_pixel(pre, gsd_m)
    _ground_pixel(post, gsd_m)
    pixel = size if gsd_m / _NATIVE_RANGE <= size <= gsd_m * _NATIVE_RANGE else gsd_m
    west, south, east, north = _working_box(pre.georeference, overlap, pixel)

    snapped = pixel == size and _fits(pre, overlap.crs)
    if snapped:
        step_x, step_y = pre.transform.a, -pre.transform.e
        origin_x, origin_y = pre.transform.c, pre.transform.f
        pixel = math.sqrt(step_x * step_y)
    else:
        step_x = step_y = pixel
        origin_x, origin_y = 0.0, 0.0
    # a thousandth of a pixel absorbs rounding, so that a full overlap gives no extra row or column
    left = math.floor((west - origin_x) / step_x + 1e-3)
    right = math.ceil((east - origin_x) / step_x - 1e-3)
    top = math.floor((origin_y - north) / step_y + 1e-3)
    bottom = math.ceil((origin_y - south) / step_y - 1e-3)
    width, height = right - left, bottom - top
    if max(width, height) > _LARGEST_SIDE:
        raise InputError(
            f"the images overlap over {width * step_x / 1000:.0f} × {height * step_y / 1000:.0f} km",
            "check the CRS of both images, or give an area of interest",
            ErrorCode.TOO_LARGE,
        )
    transform = Affine(step_x, 0.0, origin_x + left * step_x, 0.0, -step_y, origin_y - top * step_y)
    return Grid(overlap.crs, transform, max(width, 1), max(height, 1), pixel)


def _ground_pixel(source: RasterSource, gsd_m: float) -> float:
    """Return the pixel size of a raster in metres on the ground, the geometric mean of width and height."""
    size = math.sqrt(math.prod(source.georeference.pixel_size_m()))
    if not size <= _COARSEST * gsd_m:
        raise InputError(
            f"the pixels of {source.name} are {size:.3g} m wide, too coarse to see buildings",
            f"use images of about {gsd_m:g} m per pixel, and check the CRS",
            "too-coarse",
        )
    return size


def _fits(pre: RasterSource, crs: CRS) -> bool:
    """Return whether the pixels of pre can be those of the grid."""
    t = pre.transform
    return pre.crs == crs and pre.georeference.north_up and abs(t.a + t.e) <= 1e-3 * t.a


def _working_box(pre: Georeference, overlap: Overlap, pixel: float) -> tuple[float, float, float, float]:
    """Return the box of what is asked for, with a margin where pre goes on."""
    outline, asked = pre.outline(overlap.crs), overlap.asked
    if asked is None or outline is None:
        return _bounds(overlap.shared.geometry)
    margin = AREA_MARGIN * pixel
    west, south, east, north = asked.geometry.bounds
    wide = shapely.box(west - margin, south - margin, east + margin, north + margin)
    return _bounds(shapely.box(*outline.bounds).intersection(wide))


def _bounds(geometry: BaseGeometry) -> tuple[float, float, float, float]:
    west, south, east, north = geometry.bounds
    return float(west), float(south), float(east), float(north)
