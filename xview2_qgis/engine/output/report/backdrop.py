"""The backdrop of a report's map: the post-event image, small."""

from __future__ import annotations

import math

from affine import Affine

from ...geo.grid import Grid
from ...scene.alignment import AlignedPair
from ...scene.pair_images import PairImages
from .map_picture import Backdrop

_LONGEST_SIDE = 1100  # pixels, as wide as a page


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
    with AlignedPair(images, coarse) as pair:
        tile = pair.read(coarse.window)
    return None if tile is None else Backdrop(tile.post, coarse.transform, coarse.crs)
