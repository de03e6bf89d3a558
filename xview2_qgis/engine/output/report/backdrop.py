"""The backdrop of a report's map: the post-event image, small."""

from __future__ import annotations

import math

import numpy as np
from affine import Affine

from ...geo.grid import Grid
from ...geo.pixel_box import PixelBox
from ...scene.alignment import AlignedPair
from ...scene.pair_images import PairImages
from .map_picture import Backdrop

_LONGEST_SIDE = 1100  # pixels, as wide as a page
_HUGE = 16.0  # pixels of the grid to one of the picture, from which on it is read part by part
_PART = 64  # pixels of the picture


def small_picture(images: PairImages, grid: Grid) -> Backdrop | None:
    """Return the post-event image on a coarse copy of the grid; None where nothing is valid.

    Args:
        images: the images of the scene; the pre-event image shows through where the other one has no data.
        grid: the working grid.

    Raises:
        InputError: a raster cannot be read.
    """
    factor = max(1.0, max(grid.width, grid.height) / _LONGEST_SIDE)
    coarse = Grid(
        grid.crs,
        grid.transform @ Affine.scale(factor),
        max(1, math.ceil(round(grid.width / factor, 6))),
        max(1, math.ceil(round(grid.height / factor, 6))),
        grid.gsd_m * factor,
    )
    picture = np.zeros((3, coarse.height, coarse.width), np.uint8)
    whole = PixelBox(0, 0, coarse.height, coarse.width)
    # of a huge scene that is mostly empty, most parts are passed without being read
    parts = [whole] if factor < _HUGE else whole.squares(_PART)
    anything = False
    with AlignedPair(images, coarse) as pair:
        for part in parts:
            tile = pair.read(part.window)
            if tile is not None:
                anything = True
                picture[:, part.top : part.bottom, part.left : part.right] = tile.post
    return Backdrop(picture, coarse.transform, coarse.crs) if anything else None
