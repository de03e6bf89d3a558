"""Registration: by how much the post-event image is displaced against the pre-event image.

Satellite pairs are often several metres apart after orthorectification. One translation for the scene is estimated;
what differs from place to place (relief, leaning buildings) is left to the networks, which saw it in training.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from ...geo.grid import Grid
from ...run.context import RunContext
from ...run.notice import Notice
from ..alignment import AlignedPair
from ..pair_images import Shift
from ..pair_tile import PairTile
from .spread import spread_windows

#: Longest shift that is searched for, metres.
LARGEST_M = 32.0
#: Shifts below this (metres) are left alone: they are about as short as the estimate can be wrong, and as a pixel.
TOLERATED_M = 0.5
#: Shifts above this (metres) are told: most pairs are displaced by less.
USUAL_M = 6.0

_WINDOWS = 16  # measured at most
_VALID_SHARE = 0.8
_BLUR_PX = 1.5  # displacements differ by about this from window to window of real pairs
_LEAST_PEAK = (
    7.0  # in standard deviations; 130 pairs of unrelated tiles of xBD stay below 5.5, most related ones reach 8 to 30
)
_SUPPORT = 3.0  # the same, for one window near the common peak
_SUPPORT_PX = 3
_LEAST_WINDOWS = 3
_SMALLEST_PX = 0.25  # not worth resampling the post-event image for


def estimate_shift(pair: AlignedPair, *, largest_m: float = LARGEST_M, context: RunContext | None = None) -> Shift:
    """Estimate the translation that brings post onto pre.

    Up to sixteen windows spread over the scene are compared by phase correlation (Kuglin and Hines 1975) of their
    edges, which light and season change less than brightness. The correlation surfaces are added: what the windows
    agree on grows, what is chance in each does not, and windows of water or woods do no harm. The shift is zero unless
    the common peak stands out and at least three windows support it, and also where it is below a quarter of a pixel.
    In small scenes windows overlap by half: they are long against the shift, so that what both images show stays most
    of a window.

    Args:
        pair: both images on the working grid, not shifted yet.
        largest_m: longest shift searched for, in metres.
        context: checked between two windows.

    Raises:
        InputError: an image cannot be read.
        Cancelled: the user asked to stop.
    """
    grid = pair.grid
    side = _side(grid)
    reach = min(math.ceil(largest_m / grid.gsd_m), side // 2 - 4)
    if reach < 4:
        return Shift()
    surfaces: list[NDArray[np.float32]] = []
    for window in spread_windows(grid, side, _WINDOWS):
        if context is not None:
            context.check()
        tile = pair.read(window)
        if tile is not None and (tile.shown & tile.post_valid).mean() >= _VALID_SHARE:
            surface = _surface(tile, reach)
            if surface.any():
                surfaces.append(surface)
        if len(surfaces) == _WINDOWS:
            break
    return _decide(surfaces, reach, grid, largest_m)


def _decide(surfaces: list[NDArray[np.float32]], reach: int, grid: Grid, largest_m: float) -> Shift:
    """Return the shift the surfaces agree on, zero if they do not."""
    unknown = Shift(windows_compared=len(surfaces))
    if len(surfaces) < _LEAST_WINDOWS:
        return unknown
    common = _standardized(np.sum(surfaces, axis=0))
    row, column = (int(i) for i in np.unravel_index(common.argmax(), common.shape))
    near = (
        slice(max(0, row - _SUPPORT_PX), row + _SUPPORT_PX + 1),
        slice(max(0, column - _SUPPORT_PX), column + _SUPPORT_PX + 1),
    )
    support = sum(bool(_standardized(surface)[near].max() >= _SUPPORT) for surface in surfaces)
    inside = 0 < row < 2 * reach and 0 < column < 2 * reach
    if common[row, column] < _LEAST_PEAK or support < _LEAST_WINDOWS or not inside:
        return unknown
    beside, above = slice(column - 1, column + 2), slice(row - 1, row + 2)
    right = column - reach + _vertex(common[row, beside])
    down = row - reach + _vertex(common[above, column])
    # post lies (right, down) pixels too far, so it has to move back by that
    t = grid.transform
    dx, dy = -(t.a * right + t.b * down), -(t.d * right + t.e * down)
    if math.hypot(dx, dy) > largest_m:
        return unknown
    if math.hypot(dx, dy) < _SMALLEST_PX * grid.gsd_m:
        dx = dy = 0.0
    return Shift(dx, dy, support, len(surfaces))


def _standardized(surface: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a surface in standard deviations from its median; the deviation is robust against the peak."""
    middle = np.median(surface)
    deviation = 1.4826 * np.median(np.abs(surface - middle))
    return np.asarray((surface - middle) / max(float(deviation), 1e-9), dtype=np.float32)


def _vertex(values: NDArray[np.float32]) -> float:
    """Return where between -1 and 1 the peak through three values lies, exact for the Gaussian that the blur makes."""
    left, middle, right = np.log(np.maximum(values.astype(np.float64), 1e-3)).tolist()
    curvature = left - 2.0 * middle + right
    return 0.5 * (left - right) / curvature if curvature < 0.0 else 0.0


def _surface(tile: PairTile, reach: int) -> NDArray[np.float32]:
    """Return the phase correlation of both images for displacements of ±``reach`` pixels, zero in the middle."""
    if tile.pre is None or tile.pre_valid is None:
        raise ValueError("there is no pre-event image to compare with")
    valid = tile.pre_valid & tile.post_valid
    height, width = valid.shape
    taper = cv2.createHanningWindow((width, height), cv2.CV_32F)
    first = np.fft.rfft2(_edges(tile.pre, valid) * taper)
    second = np.fft.rfft2(_edges(tile.post, valid) * taper)
    power = second * np.conj(first)
    size = np.abs(power)
    # an empty image has no phase; the floor keeps it at zero instead of noise
    surface = np.fft.fftshift(np.fft.irfft2(power / np.maximum(size, 1e-6 * size.max() + 1e-12), (height, width)))
    blurred = cv2.GaussianBlur(surface.astype(np.float32), (0, 0), _BLUR_PX)
    row, column = height // 2, width // 2
    top, left, length = row - reach, column - reach, 2 * reach + 1
    return np.asarray(blurred[top:, left:][:length, :length], dtype=np.float32)


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
    """Return the side of the windows in pixels: long against the shift, less where a scene would hold no three."""
    smaller = min(grid.width, grid.height)
    for side, scene in ((512, 768), (384, 512), (256, 320)):
        if smaller >= scene:
            return side
    return smaller // 2


def worth_correcting(shift: Shift) -> bool:
    """Return whether moving the post-event image helps more than it harms.

    Measured on 57 pairs of xBD that ``compact`` was not trained on, most of which lie 1 to 5 m apart
    (``python -m benchmarks.accuracy``, tolerance 1 m against 0.5 m): official score 0.497 and 0.522, F1 of no damage
    0.839 and 0.842, minor 0.271 and 0.276, major 0.233 and 0.297, destroyed 0.580 and 0.564. And a pair that is
    displaced further is then rated as it would have been in its place.
    """
    return math.hypot(shift.dx_m, shift.dy_m) > TOLERATED_M


def shift_notice(shift: Shift, post: str) -> Notice | None:
    """Return what is to be said of a shift (``shift-corrected``, ``shift-unknown``), None where nothing is.

    Args:
        shift: as it was estimated.
        post: name of the post-event image.
    """
    if math.hypot(shift.dx_m, shift.dy_m) > USUAL_M:
        return Notice(
            "shift-corrected",
            f"{post} lies {math.hypot(shift.dx_m, shift.dy_m):.1f} m beside the pre-event image, and was moved by "
            f"{shift.dx_m:+.1f} m east and {shift.dy_m:+.1f} m north to fit it",
        )
    if not shift.windows_used and shift.windows_compared >= _LEAST_WINDOWS:
        return Notice(
            "shift-unknown",
            f"whether {post} is displaced against the pre-event image could not be measured, and nothing was moved: "
            f"they have too little in common, or lie more than {LARGEST_M:.0f} m apart. Compare a few buildings by eye",
        )
    return None
