"""The backdrop of a report's map: the post-event image, small, or plain ground."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS

from ...geo.grid import Grid
from ...geo.pixel_box import PixelBox
from ...scene.alignment import AlignedPair
from ...scene.pair_images import PairImages

_LONGEST_SIDE = 1100  # pixels, as wide as a page
_HUGE = 16.0  # pixels of the grid to one of the picture, from which on it is read part by part
_PART = 64  # pixels of the picture
_GROUND = 236  # a grey on which all colours of the classes are seen


@dataclass(frozen=True)
class Backdrop:
    """A small picture of the scene.

    Attributes:
        image: uint8 RGB (3, H, W), about a thousand pixels wide.
        transform: pixel to CRS.
        crs: CRS of the picture.
        plain: it shows no image, but plain ground.
    """

    image: NDArray[np.uint8]
    transform: Affine
    crs: CRS
    plain: bool = False


def small_picture(images: PairImages, grid: Grid) -> Backdrop | None:
    """Return the post-event image on a coarse copy of the grid; None where nothing is valid.

    Args:
        images: the images of the scene; the pre-event image shows through where the other one has no data.
        grid: the working grid.

    Raises:
        InputError: a raster cannot be read.
    """
    coarse = _coarse(grid)
    factor = coarse.gsd_m / grid.gsd_m
    picture = np.full((3, coarse.height, coarse.width), _GROUND, np.uint8)
    whole = PixelBox(0, 0, coarse.height, coarse.width)
    # of a huge scene that is mostly empty, most parts are passed without being read
    parts = [whole] if factor < _HUGE else whole.squares(_PART)
    anything = False
    with AlignedPair(images, coarse) as pair:
        for part in parts:
            tile = pair.read(part.window)
            if tile is not None:
                anything = True
                valid = tile.post_valid if tile.pre_valid is None else tile.post_valid | tile.pre_valid
                place = picture[:, part.top : part.bottom, part.left : part.right]
                place[:] = np.where(valid, tile.post, place)
    return Backdrop(picture, coarse.transform, coarse.crs) if anything else None


def plain_ground(grid: Grid) -> Backdrop:
    """Return a picture without an image on a coarse copy of the grid."""
    coarse = _coarse(grid)
    ground = np.full((3, coarse.height, coarse.width), _GROUND, np.uint8)
    return Backdrop(ground, coarse.transform, coarse.crs, plain=True)


def _coarse(grid: Grid) -> Grid:
    """Return a grid over the same place with as many pixels as a picture has; never a finer one."""
    factor = max(1.0, max(grid.width, grid.height) / _LONGEST_SIDE)
    return Grid(
        grid.crs,
        grid.transform @ Affine.scale(factor),
        max(1, math.ceil(round(grid.width / factor, 6))),
        max(1, math.ceil(round(grid.height / factor, 6))),
        grid.gsd_m * factor,
    )
