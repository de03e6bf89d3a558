"""Colour doubt: what is to be said where red and blue of one image seem to be exchanged."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...geo.grid import Grid
from ...radiometry.colour_order import Exchanged, exchanged_colours
from ...run.notice import Notice
from ..alignment import AlignedPair
from ..pair_images import PairImages
from ..pair_tile import PairTile
from .spread import spread_windows

_WINDOWS = 16
_SIDE = 256
_BLOCK = 32  # pixels: wide against the usual displacement of a pair


def colour_doubt(images: PairImages, grid: Grid) -> Notice | None:
    """Return that red and blue of an image seem to be exchanged (``bands-exchanged``), None where nothing says so.

    Up to sixteen windows spread over the scene are read.

    Args:
        images: the images, with their stretches.
        grid: the working grid.

    Raises:
        InputError: an image cannot be read.
    """
    if images.pre is None:
        return None
    side = min(_SIDE, grid.width, grid.height)
    blocks: list[NDArray[np.float32]] = []
    with AlignedPair(images, grid) as pair:
        for window in spread_windows(grid, side):
            tile = pair.read(window)
            if tile is not None:
                blocks.append(_blocks(tile))
            if len(blocks) == _WINDOWS:
                break
    if not blocks:
        return None
    pre, post = np.concatenate(blocks, axis=1)
    found = exchanged_colours(pre, post, as_stored=all(stretch.identity for stretch in images.stretches))
    return None if found is None else _notice(found, images.pre.name, images.post.name)


def _blocks(tile: PairTile) -> NDArray[np.float32]:
    """Return the mean colours of the blocks of a tile in which both images have data, (2, N, 3)."""
    if tile.pre is None or tile.pre_valid is None:
        raise ValueError("there is no pre-event image to compare with")
    rows, columns = (length // _BLOCK for length in tile.pre_valid.shape)
    high, wide = rows * _BLOCK, columns * _BLOCK

    def split(values: NDArray[np.generic]) -> NDArray[np.generic]:
        return values[..., :high, :wide].reshape(*values.shape[:-2], rows, _BLOCK, columns, _BLOCK)

    full = split(tile.pre_valid & tile.post_valid).all(axis=(1, 3))
    means = [
        np.moveaxis(split(image).mean(axis=(2, 4), dtype=np.float32), 0, -1)[full] for image in (tile.pre, tile.post)
    ]
    return np.asarray(means, dtype=np.float32)


def _notice(found: Exchanged, pre: str, post: str) -> Notice:
    if found is Exchanged.ONE:
        said = f"red and blue of {pre} or of {post} seem to be exchanged: what is reddish in one is bluish in the other"
        option = "--pre-bands or --post-bands"
    else:
        name, other = (pre, post) if found is Exchanged.PRE else (post, pre)
        said = f"red and blue of {name} seem to be exchanged: what is reddish in {other} is bluish in it"
        option = f"--{found.value}-bands"
    return Notice(
        "bands-exchanged",
        f"{said}. Check the colours, and give its bands with {option} (3,2,1 for blue, green, red)",
    )
