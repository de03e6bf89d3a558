"""The backdrop of a report's map: the post-event image, small."""

from __future__ import annotations

import math

from affine import Affine

from ...radiometry.stretch import Stretch
from ...raster.source import RasterSource
from ...scene.alignment import AlignedPair, Shift
from ...scene.grid import Grid
from .map_picture import Backdrop

_LONGEST_SIDE = 1100  # pixels, as wide as a page


def small_picture(
    pre: RasterSource, post: RasterSource, grid: Grid, stretches: tuple[Stretch, Stretch], shift: Shift
) -> Backdrop | None:
    """Return the post-event image on a coarse copy of the grid; None where nothing is valid.

    Args:
        pre: pre-event image; shows through where post has no data.
        post: post-event image.
        grid: the working grid.
        stretches: of pre and post.
        shift: correction of the position of post.

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
    with AlignedPair(pre, post, coarse, shift=shift, stretches=stretches) as pair:
        tile = pair.read(coarse.window)
    return None if tile is None else Backdrop(tile.post, coarse.transform, coarse.crs)
