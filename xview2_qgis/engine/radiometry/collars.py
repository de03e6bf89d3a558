"""Collars: areas of one value along the border of a raster, and what they say about fill inside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ..raster.sample import Look
from .fill import BLACK, LEAST, LEAST_WHITE, Fill, squares
from .validity import Triple, all_bands_are

_SATURATED = 0.98  # of the largest value there is
_RIM = 101  # pixels along the border that a collar has at least; roofs cut by it have fewer
_LARGE = 0.4  # of a look; so much of one value is no roof, saturated or not
_PICTURE = 64  # different colours that a picture has at least
_DIM = 32.0  # levels; what has no more is no picture but one scaled badly, see .contrast
_EDGE = 0.05  # of the range of the picture; a collar differs by so much from the picture at its side
_LEVELS = 4.0  # the same, of whole numbers
_AROUND = 17  # pixels; the picture is looked at as far as half of that
_RINGING = 33  # pixels, of which half are around; JPEG blurs the end of a collar over a block of 16
_FLAT = 0.25  # share of the pixels that are not of one of these colours; less is a drawing where colours are few
_MUCH = 250_000  # pixels looked at
_SAMPLE, _MANY = 256, 4096  # pixels taken of a look, and of all where colours are counted
_WHITE_LOOKS = 3  # that see the same saturated value; a large hall at the border is seen by two at most
_COLOURS = 4  # looked at in one look, and kept in all


def find_fill(looks: Sequence[Look], nodata: Triple | None) -> tuple[Fill, ...]:
    """Return the colours of areas without data: black, what GDAL makes of it, and what the border shows.

    Args:
        looks: at the raster.
        nodata: values that are declared.
    """
    step = _step(picture_pixels(looks, ()))
    shares: dict[Triple, list[float]] = {}
    cornered: set[Triple] = set()
    for look in looks:
        for colour, share in _collars(look, step):
            shares.setdefault(colour, []).append(share)
            if sum(look.edges) >= 2:
                cornered.add(colour)
    white = _white(looks)
    seen = [
        Fill(colour, LEAST if min(colour) < white else LEAST_WHITE, seen=True)
        for colour, found in sorted(shares.items(), key=lambda item: -sum(item[1]))
        if min(colour) < white or len(found) >= _WHITE_LOOKS or (colour in cornered and max(found) >= _LARGE)
    ]
    black = replace(BLACK, seen=any(fill.values == BLACK.values for fill in seen))
    others = [fill for fill in seen if fill.values != BLACK.values]
    rest = picture_pixels(looks, seen)
    if not rest.shape[1]:
        # of one colour all over: a mosaic with large gaps, or nothing worth a word
        return (black, *others[:_COLOURS]) if sum(look.valid.size for look in looks) >= _MUCH else (black,)
    if rest.dtype.kind in "iu" and float(rest.max()) <= _DIM:
        # bytes scaled so badly that much ground is of one colour, but hardly so much
        return tuple(replace(fill, least=LEAST_WHITE) for fill in seen[:_COLOURS])
    some = rest[:, :: max(1, rest.shape[1] // _MANY)]
    few = len(np.unique(some, axis=1).T) < min(_PICTURE, some.shape[1] / 4)
    if few and _picture_share(looks, seen) < _FLAT:
        others = [fill for fill in others if fill is not seen[0]]  # a drawing on ground of one colour
    if nodata is not None and all(value == _lowest(rest.dtype) for value in nodata):
        # gdalwarp moves zeros that are data aside, those of an old collar too (OSGeo/gdal issue 11711)
        moved = nodata[0] + 1, nodata[1] + 1, nodata[2] + 1
        others = [fill for fill in others if fill.values != moved] + [
            Fill(moved, LEAST, seen=any(fill.values == moved for fill in others))
        ]
    return (black, *others[:_COLOURS])


def picture_pixels(looks: Sequence[Look], fills: Sequence[Fill]) -> NDArray[np.generic]:
    """Return pixels (3, N) that are neither fill nor black, a few thousand of them."""
    parts = []
    for look in looks:
        places = np.flatnonzero(_picture(look, fills))
        parts.append(look.values.reshape(3, -1)[:, places[:: max(1, len(places) // _SAMPLE)]])
    return np.concatenate(parts, axis=1) if parts else np.zeros((3, 0), np.uint8)


def _picture(look: Look, fills: Sequence[Fill]) -> NDArray[np.bool_]:
    kept = look.valid.copy()
    for fill in (BLACK, *fills):
        kept &= ~all_bands_are(look.values, fill.values)
    return kept


def _picture_share(looks: Sequence[Look], fills: Sequence[Fill]) -> float:
    return float(np.mean([_picture(look, fills).mean() for look in looks]))


def _collars(look: Look, step: float) -> Iterator[tuple[Triple, float]]:
    """Yield colours of areas at the border, each with the share of the look that these have.

    They end where the picture begins, with a step in the values: what fades away is sky over a smooth sea. A gap far
    from the border counts where it is wider than any roof.

    Args:
        look: at the raster.
        step: difference to the picture beside it, at least.
    """
    rim = _rim(look)
    side, wide = max(3, -(-LEAST // look.scale)), max(3, -(-LEAST_WHITE // look.scale))
    least = max(8, _RIM // look.scale)
    left = np.zeros_like(look.valid)
    up = np.zeros_like(look.valid)
    left[:, 1:] = (look.values[:, :, 1:] == look.values[:, :, :-1]).all(axis=0)
    up[1:] = (look.values[:, 1:] == look.values[:, :-1]).all(axis=0)
    left[:, :1], up[:1] = left[:, 1:2], up[1:2]
    core = squares(left & up & look.valid, side) & look.valid
    for _ in range(_COLOURS):
        if not core.any():
            return
        row, column = np.unravel_index(int(core.argmax()), core.shape)
        red, green, blue = (value.item() for value in look.values[:, row, column])
        here = all_bands_are(look.values, (red, green, blue)) & look.valid
        core &= ~here
        _, labels = cv2.connectedComponents(here.astype(np.uint8), connectivity=4, ltype=cv2.CV_32S)
        touching = np.bincount(labels[rim & here], minlength=1)
        enough = touching >= least
        area = np.isin(labels, np.flatnonzero(enough | (touching > 0)))
        if not enough.any() and area.mean() < _LARGE:
            middles = cv2.erode(here.astype(np.uint8), np.ones((wide, wide), np.uint8), borderValue=0) > 0
            area = np.isin(labels, np.unique(labels[middles]))
        if area.any() and _ends_at_a_step(look, area, (red, green, blue), step):
            yield (red, green, blue), float(area.mean())


def _rim(look: Look) -> NDArray[np.bool_]:
    """Return the pixels at the border of the raster, and those beside pixels without data."""
    rim = cv2.dilate((~look.valid).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    top, left, bottom, right = look.edges
    rim[0] |= top
    rim[:, 0] |= left
    rim[-1] |= bottom
    rim[:, -1] |= right
    return np.asarray(rim & look.valid, bool)


def _ends_at_a_step(look: Look, area: NDArray[np.bool_], colour: Triple, step: float) -> bool:
    beside = _beside(area, _RINGING) & look.valid
    differences = _difference(look, beside, colour)
    blurred = area.copy()
    blurred[beside] = differences < step
    beside = _beside(blurred, _AROUND) & look.valid
    return not beside.any() or float(np.median(_difference(look, beside, colour))) >= step


def _beside(area: NDArray[np.bool_], width: int) -> NDArray[np.bool_]:
    return np.asarray((cv2.dilate(area.astype(np.uint8), np.ones((width, width), np.uint8)) > 0) & ~area, bool)


def _difference(look: Look, where: NDArray[np.bool_], colour: Triple) -> NDArray[np.float64]:
    """Return by how much pixels differ from a colour, in the band where it is most."""
    return np.asarray(np.abs(look.values[:, where].astype(np.float64) - np.array(colour)[:, None]).max(axis=0))


def _step(pixels: NDArray[np.generic]) -> float:
    """Return by how much a collar differs from the picture (3, N) beside it."""
    if not pixels.shape[1]:
        return 0.0
    low, high = np.percentile(pixels.astype(np.float64), (1.0, 99.0))
    return max(_EDGE * float(high - low), _LEVELS if pixels.dtype.kind in "iu" else 0.0)


def _white(looks: Sequence[Look]) -> float:
    """Return from where on a value is saturated: next to the largest of the type, or of the picture."""
    kept = [look.values if look.valid.all() else look.values[:, look.valid] for look in looks if look.valid.any()]
    tops = [float(values.max()) for values in kept]
    if not tops:
        return np.inf
    return _SATURATED * max(tops)


def _lowest(kind: np.dtype[np.generic]) -> float:
    return float(np.iinfo(kind.str).min) if kind.kind in "iu" else np.nan
