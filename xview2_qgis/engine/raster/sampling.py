"""Samples of a raster: a few small windows along its border and in its middle, to learn what kind of picture it is.

They are so few that a raster of any size is sampled in a fraction of a second: what is decoded is bounded by bytes,
not by pixels, as a file without tiles decodes whole rows for every window.
"""

from __future__ import annotations

from contextlib import suppress

import numpy as np
from rasterio.windows import Window

from ..errors import InputError
from ..radiometry.sample import Sample
from .damage.piecewise import PiecewiseReading
from .damage.unreadable import UnreadableError
from .file import far_away
from .source import RasterSource

_SIDE = 128  # pixels of a sample
_ROWS, _MOST, _LEAST = 9, 41, 16  # places along an axis; windows in all, where decoding is cheap and where it is not
_BYTES = 16 * 2**20  # decoded at most, about
_MOST_LOST = 0.5  # of the sampled pixels; many lie at the border, and less may be an end that is missing
_OVERVIEW = 1500  # pixels; an overview that is no longer shows the whole raster at once


def take_samples(source: RasterSource) -> list[Sample]:
    """Read pixels along the border and in the middle, and the whole in small where there are overviews.

    A raster behind a network is read only in small, and at its ends: every window would be a request. What is damaged
    is left out, and noted as a doubt in :attr:`.source.RasterSource.unreadable`.

    Raises:
        InputError: most of the file is damaged, or it cannot be read for another reason (``raster-read``).
    """
    remote = far_away(source.path)
    if remote:
        # a file cut short by a broken download opens well and fails at its end
        for column, row in ((0, 0), (source.width - 1, source.height - 1)):
            source.read(Window(column, row, 1, 1))
    samples = [] if remote else _spread_samples(source)
    factor = next(
        (f for f in source.dataset.overviews(source.bands[0]) if max(source.width, source.height) <= f * _OVERVIEW), 0
    )
    if factor and (not remote or source.dataset.driver == "GTiff"):
        shape = -(-source.height // factor), -(-source.width // factor)
        with suppress(InputError):  # the picture itself may well be readable
            values, valid = source.read(Window(0, 0, source.width, source.height), shape)
            samples.append(Sample(values, valid, (True, True, True, True), factor))
    return samples


def _spread_samples(source: RasterSource) -> list[Sample]:
    """Return the samples that can be read."""
    windows, samples = _windows(source), []
    lost = 0
    for window in windows:
        try:
            samples.append(_sample(source, window))
        except UnreadableError as failure:
            source.unreadable.doubt(failure)
            reading = PiecewiseReading(source.read, source.dtype, source.block_shape)
            reading.pixels(window)
            lost += sum(box.window.width * box.window.height for box in reading.unread)
    first = source.unreadable.first
    if first is not None and lost > _MOST_LOST * sum(window.width * window.height for window in windows):
        raise first
    return samples


def _sample(source: RasterSource, window: Window) -> Sample:
    values, valid = source.read(window)
    right, bottom = window.col_off + window.width, window.row_off + window.height
    edges = window.row_off == 0, window.col_off == 0, bottom == source.height, right == source.width
    return Sample(values, valid, edges)


def _windows(source: RasterSource) -> list[Window]:
    """Return windows from the first row to the last: compressed files without tiles are decoded in that order."""
    rows, columns = source.block_shape
    pixel = 3 * np.dtype(source.dtype).itemsize
    high, wide = max(_SIDE, rows), max(_SIDE, columns)
    if columns >= source.width:
        # windows side by side come from the same rows
        down = int(np.clip(_BYTES // (high * wide * pixel), 2, _ROWS))
        across = _ROWS
    else:
        most = int(np.clip(_BYTES // (high * wide * pixel), _LEAST, _MOST))
        down = across = _ROWS if most >= _MOST else max(3, most // 4 + 1)
    found = []
    lefts, tops = _places(source.width, across, columns), _places(source.height, down, rows)
    for y, top in enumerate(tops):
        for x, left in enumerate(lefts):
            border = y in (0, len(tops) - 1) or x in (0, len(lefts) - 1)
            if border or (y % 2 == 0 and x % 2 == 0):
                found.append(Window(left, top, min(_SIDE, source.width - left), min(_SIDE, source.height - top)))
    return found


def _places(length: int, wanted: int, block: int) -> list[int]:
    """Return where samples begin along an axis: the first and the last at the ends, the others at blocks."""
    if length <= _SIDE:
        return [0]
    last = length - _SIDE
    count = max(2, min(wanted, length // _SIDE))
    places = [round(last * step / (count - 1)) for step in range(count)]
    if _SIDE <= block < length:
        places[1:-1] = [place // block * block for place in places[1:-1]]
    return sorted(set(places))
