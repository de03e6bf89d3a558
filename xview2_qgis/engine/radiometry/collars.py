"""Collars: areas of one value along the border of a raster, and what they say about fill inside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from .fill import BLACK, LEAST, LEAST_WHITE, Fill, squares
from .sample import Sample
from .validity import Triple, all_bands_are

_SATURATED = 0.98  # of the largest value there is
_RIM = 101  # pixels along the border that a collar has at least; roofs cut by it have fewer
_LARGE = 0.4  # of a sample; so much of one value is no roof, saturated or not
_PICTURE = 64  # different colours that a picture has at least
_DIM = 32.0  # levels; what has no more is no picture but one scaled badly, see .contrast
_EDGE = 0.05  # of the range of the picture; a collar differs by so much from the picture at its side
_LEVELS = 4.0  # the same, of whole numbers
_AROUND = 17  # pixels; the picture is compared as far as half of that
_RINGING = 33  # pixels, of which half are around; JPEG blurs the end of a collar over a block of 16
_FLAT = 0.25  # share of the pixels that are not of one of these colours; less is a drawing where colours are few
_MUCH = 250_000  # pixels of all samples
_SAMPLE, _MANY = 256, 4096  # pixels taken of a sample, and of all where colours are counted
_WHITE_SAMPLES = 3  # with the same saturated value; a large hall at the border is in two at most
_COLOURS = 4  # compared in one sample, and kept in all


def find_fill(samples: Sequence[Sample], nodata: Triple | None) -> tuple[Fill, ...]:
    """Return the colours of areas without data: black, what GDAL makes of it, and what the border shows.

    Args:
        samples: of the raster.
        nodata: values that are declared.
    """
    step = _step(picture_pixels(samples, ()))
    shares: dict[Triple, list[float]] = {}
    cornered: set[Triple] = set()
    for sample in samples:
        for colour, share in _collars(sample, step):
            shares.setdefault(colour, []).append(share)
            if sum(sample.edges) >= 2:
                cornered.add(colour)
    white = _white(samples)
    seen = [
        Fill(colour, LEAST if min(colour) < white else LEAST_WHITE, seen=True)
        for colour, found in sorted(shares.items(), key=lambda item: -sum(item[1]))
        if min(colour) < white or len(found) >= _WHITE_SAMPLES or (colour in cornered and max(found) >= _LARGE)
    ]
    black = replace(BLACK, seen=any(fill.values == BLACK.values for fill in seen))
    others = [fill for fill in seen if fill.values != BLACK.values]
    rest = picture_pixels(samples, seen)
    if not rest.shape[1]:
        # of one colour all over: a mosaic with large gaps, or nothing worth a word
        return (black, *others[:_COLOURS]) if sum(sample.valid.size for sample in samples) >= _MUCH else (black,)
    if rest.dtype.kind in "iu" and float(rest.max()) <= _DIM:
        # bytes scaled so badly that much ground is of one colour, but hardly so much
        return tuple(replace(fill, least=LEAST_WHITE) for fill in seen[:_COLOURS])
    some = rest[:, :: max(1, rest.shape[1] // _MANY)]
    few = len(np.unique(some, axis=1).T) < min(_PICTURE, some.shape[1] / 4)
    if few and _picture_share(samples, seen) < _FLAT:
        others = [fill for fill in others if fill is not seen[0]]  # a drawing on ground of one colour
    if nodata is not None and all(value == _lowest(rest.dtype) for value in nodata):
        # gdalwarp moves zeros that are data aside, those of an old collar too (OSGeo/gdal issue 11711)
        moved = nodata[0] + 1, nodata[1] + 1, nodata[2] + 1
        others = [fill for fill in others if fill.values != moved] + [
            Fill(moved, LEAST, seen=any(fill.values == moved for fill in others))
        ]
    return (black, *others[:_COLOURS])


def picture_pixels(samples: Sequence[Sample], fills: Sequence[Fill]) -> NDArray[np.generic]:
    """Return pixels (3, N) that are neither fill nor black, a few thousand of them."""
    parts = []
    for sample in samples:
        places = np.flatnonzero(_picture(sample, fills))
        parts.append(sample.values.reshape(3, -1)[:, places[:: max(1, len(places) // _SAMPLE)]])
    return np.concatenate(parts, axis=1) if parts else np.zeros((3, 0), np.uint8)


def _picture(sample: Sample, fills: Sequence[Fill]) -> NDArray[np.bool_]:
    kept = sample.valid.copy()
    for fill in (BLACK, *fills):
        kept &= ~all_bands_are(sample.values, fill.values)
    return kept


def _picture_share(samples: Sequence[Sample], fills: Sequence[Fill]) -> float:
    return float(np.mean([_picture(sample, fills).mean() for sample in samples]))


def _collars(sample: Sample, step: float) -> Iterator[tuple[Triple, float]]:
    """Yield colours of areas at the border, each with the share of the sample that these have.

    They end where the picture begins, with a step in the values: what fades away is sky over a smooth sea. A gap far
    from the border counts where it is wider than any roof.

    Args:
        sample: of the raster.
        step: difference to the picture beside it, at least.
    """
    rim = _rim(sample)
    side, wide = max(3, -(-LEAST // sample.scale)), max(3, -(-LEAST_WHITE // sample.scale))
    least = max(8, _RIM // sample.scale)
    left = np.zeros_like(sample.valid)
    up = np.zeros_like(sample.valid)
    left[:, 1:] = (sample.values[:, :, 1:] == sample.values[:, :, :-1]).all(axis=0)
    up[1:] = (sample.values[:, 1:] == sample.values[:, :-1]).all(axis=0)
    # the first column and row are as those beside them, where there are any
    left[:, 0], up[0] = left[:, min(1, left.shape[1] - 1)], up[min(1, up.shape[0] - 1)]
    core = squares(left & up & sample.valid, side) & sample.valid
    for _ in range(_COLOURS):
        if not core.any():
            return
        row, column = np.unravel_index(int(core.argmax()), core.shape)
        red, green, blue = (value.item() for value in sample.values[:, row, column])
        here = all_bands_are(sample.values, (red, green, blue)) & sample.valid
        core &= ~here
        _, labels = cv2.connectedComponents(here.astype(np.uint8), connectivity=4, ltype=cv2.CV_32S)
        touching = np.bincount(labels[rim & here], minlength=1)
        enough = touching >= least
        area = np.isin(labels, np.flatnonzero(enough | (touching > 0)))
        if not enough.any() and area.mean() < _LARGE:
            middles = cv2.erode(here.astype(np.uint8), np.ones((wide, wide), np.uint8), borderValue=0) > 0
            area = np.isin(labels, np.unique(labels[middles]))
        if area.any() and _ends_at_a_step(sample, area, (red, green, blue), step):
            yield (red, green, blue), float(area.mean())


def _rim(sample: Sample) -> NDArray[np.bool_]:
    """Return the pixels at the border of the raster, and those beside pixels without data."""
    rim = cv2.dilate((~sample.valid).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    top, left, bottom, right = sample.edges
    rim[0] |= top
    rim[:, 0] |= left
    rim[-1] |= bottom
    rim[:, -1] |= right
    return np.asarray(rim & sample.valid, bool)


def _ends_at_a_step(sample: Sample, area: NDArray[np.bool_], colour: Triple, step: float) -> bool:
    beside = _beside(area, _RINGING) & sample.valid
    differences = _difference(sample, beside, colour)
    blurred = area.copy()
    blurred[beside] = differences < step
    beside = _beside(blurred, _AROUND) & sample.valid
    return not beside.any() or float(np.median(_difference(sample, beside, colour))) >= step


def _beside(area: NDArray[np.bool_], width: int) -> NDArray[np.bool_]:
    return np.asarray((cv2.dilate(area.astype(np.uint8), np.ones((width, width), np.uint8)) > 0) & ~area, bool)


def _difference(sample: Sample, where: NDArray[np.bool_], colour: Triple) -> NDArray[np.float64]:
    """Return by how much pixels differ from a colour, in the band where it is most."""
    return np.asarray(np.abs(sample.values[:, where].astype(np.float64) - np.array(colour)[:, None]).max(axis=0))


def _step(pixels: NDArray[np.generic]) -> float:
    """Return by how much a collar differs from the picture (3, N) beside it."""
    if not pixels.shape[1]:
        return 0.0
    low, high = np.percentile(pixels.astype(np.float64), (1.0, 99.0))
    return max(_EDGE * float(high - low), _LEVELS if pixels.dtype.kind in "iu" else 0.0)


def _white(samples: Sequence[Sample]) -> float:
    """Return from where on a value is saturated: next to the largest of the type, or of the picture."""
    kept = [sample.values[:, sample.valid] for sample in samples if sample.valid.any()]
    tops = [float(values.max()) for values in kept]
    if not tops:
        return np.inf
    return _SATURATED * max(tops)


def _lowest(kind: np.dtype[np.generic]) -> float:
    return float(np.iinfo(kind.str).min) if kind.kind in "iu" else np.nan
