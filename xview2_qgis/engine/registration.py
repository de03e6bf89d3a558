"""Registration: by how much the post image is displaced against the pre image.

Satellite pairs are often several metres apart after orthorectification. One translation for the scene is estimated; what
differs from place to place (relief, leaning buildings) is left to the networks, which saw it in training.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from .alignment import AlignedPair, PairTile, Shift
from .area_of_interest import AreaOfInterest
from .cancellation import Cancellation
from .grid import Grid
from .rasters import RasterSource
from .stretch import Stretch

_WINDOWS = 12  # measured at most
_CANDIDATES = 240  # looked at at most: a mosaic is mostly gaps
_VALID_SHARE = 0.8
_AGREEMENT_PX = 1.5
_SMALLEST_PX = 0.25  # not worth resampling the post image for
_LEAST_WINDOWS = 3
_LEAST_RESPONSE = 0.03  # of a window; unrelated pairs of xBD tiles stay below 0.03 in nine of ten windows


@dataclass(frozen=True)
class _Measurement:
    """Displacement of post against pre in pixels (column, row), and the height of the correlation peak."""

    column: float
    row: float
    response: float


def estimate_shift(
    pre: RasterSource,
    post: RasterSource,
    grid: Grid,
    *,
    area: AreaOfInterest | None = None,
    stretches: tuple[Stretch, Stretch] | None = None,
    largest_m: float = 16.0,
    cancellation: Cancellation | None = None,
) -> Shift:
    """Estimate the translation that brings post onto pre.

    Up to twelve windows spread over the scene are compared by phase correlation (Kuglin and Hines 1975) of their edges,
    which light and season change less than brightness. Windows that agree on a displacement to 1.5 pixels decide by their
    median, if they are at least three and at least half of all; otherwise, or if the displacement is below a quarter of
    a pixel or beyond ``largest_m``, the shift is zero.

    Args:
        pre: image before the disaster.
        post: image after it.
        grid: the working grid.
        area: where to look.
        stretches: those of pre and post, estimated where not given.
        largest_m: longest shift believed, in metres.
        cancellation: looked at between two windows.

    Raises:
        InputError: an image cannot be read.
        Cancelled: the user asked to stop.
    """
    measured: list[_Measurement] = []
    side = _side(grid)
    if side < 64:
        return Shift()
    with AlignedPair(pre, post, grid, area=area, stretches=stretches) as pair:
        for window in _candidates(grid, side):
            if cancellation is not None:
                cancellation.check()
            tile = pair.read(window)
            if tile is not None and (tile.pre_valid & tile.post_valid).mean() >= _VALID_SHARE:
                measured.append(_measure(tile))
            if len(measured) == _WINDOWS:
                break
    return _agree(measured, grid, largest_m)


def _agree(measured: list[_Measurement], grid: Grid, largest_m: float) -> Shift:
    """Return the shift most windows agree on, zero if they do not."""
    sure = [m for m in measured if m.response >= _LEAST_RESPONSE]
    if len(sure) < _LEAST_WINDOWS:
        return Shift()
    points = np.array([(m.column, m.row) for m in sure])
    apart = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    near = apart[(apart <= _AGREEMENT_PX).sum(axis=1).argmax()] <= _AGREEMENT_PX
    count = int(near.sum())
    if count < _LEAST_WINDOWS or 2 * count < len(sure):
        return Shift()
    column, row = np.median(points[near], axis=0).tolist()
    # post lies (column, row) too far, so it has to move back by that
    t = grid.transform
    dx, dy = -(t.a * column + t.b * row), -(t.d * column + t.e * row)
    response = count / len(sure) * float(np.mean([m.response for m, keep in zip(sure, near, strict=True) if keep]))
    length = float(np.hypot(dx, dy))
    if length > largest_m or length < _SMALLEST_PX * grid.gsd_m:
        return Shift(0.0, 0.0, response, count)
    return Shift(float(dx), float(dy), response, count)


def _measure(tile: PairTile) -> _Measurement:
    """Return the displacement between both images of a tile."""
    valid = tile.pre_valid & tile.post_valid
    first, second = _edges(tile.pre, valid), _edges(tile.post, valid)
    taper = cv2.createHanningWindow((first.shape[1], first.shape[0]), cv2.CV_32F)
    (column, row), response = cv2.phaseCorrelate(first, second, taper)
    return _Measurement(float(column), float(row), float(response))


def _edges(image: NDArray[np.uint8], valid: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return edge strength relative to its surroundings, float32 (H, W), 0 where not valid."""
    grey = cv2.cvtColor(np.ascontiguousarray(np.moveaxis(image, 0, -1)), cv2.COLOR_RGB2GRAY).astype(np.float32)
    strength = cv2.magnitude(cv2.Scharr(grey, cv2.CV_32F, 1, 0), cv2.Scharr(grey, cv2.CV_32F, 0, 1))
    around = cv2.blur(strength, (31, 31))
    edges = np.minimum(strength / (around + 16.0), 4.0)
    # the border of a hole is an edge in both images at the same place, and would speak for no displacement
    inner = cv2.erode(valid.astype(np.uint8), np.ones((5, 5), np.uint8))
    return np.asarray(np.where(inner > 0, edges - edges.mean(), 0.0), dtype=np.float32)


def _side(grid: Grid) -> int:
    """Return the side of the windows in pixels: half a kilopixel, less where the scene would hold few of them."""
    smaller = min(grid.width, grid.height)
    if smaller >= 1536:
        return 512
    return 256 if smaller >= 512 else smaller // 2


def _candidates(grid: Grid, side: int) -> Iterator[Window]:
    """Yield windows on a lattice without overlap, in an order that spreads them early."""
    across, down = grid.width // side, grid.height // side
    count = across * down
    # multiples of a step without common factor visit every cell once; the golden ratio spreads them
    step = max(1, round(count * 0.6180339887))
    while np.gcd(step, count) != 1:
        step += 1
    for i in range(min(count, _CANDIDATES)):
        row, column = divmod(i * step % count, across)
        yield Window(
            column * side + (grid.width - across * side) // 2, row * side + (grid.height - down * side) // 2, side, side
        )
