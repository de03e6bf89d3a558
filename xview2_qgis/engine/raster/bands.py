"""Bands: which of a raster's are red, green and blue, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rasterio.enums import ColorInterp
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.windows import Window

from ...protocol.public_name import public_name
from ..errors import InputError
from .band_names import Colours, named_colours, partly_named_colours
from .shown_bands import shown_bands_count

_RGB = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
_USUAL = ("red", "green", "blue")
_WINDOW = 64  # pixels: size of the windows in which a band of transparency is distinguished from a spectral one
_FEW = 16  # values that a band of transparency has at most where it is not mostly one of them


@dataclass(frozen=True)
class BandChoice:
    """The bands that are used.

    Attributes:
        bands: numbers (from 1) of the red, green and blue band.
        reason: what states that these are they, to be read after "by".
        assumed: nothing does, and there are others that it could be.
        alpha: number of the band of transparency, None where there is none.
        count: of all bands of the raster.
        shown: they are those that its layer shows, and the raster states nothing itself.
        foreign: what the raster calls these bands where one of them is none of red, green and blue; else empty.
    """

    bands: tuple[int, int, int]
    reason: str
    assumed: bool = False
    alpha: int | None = None
    count: int = 3
    shown: bool = False
    foreign: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{', '.join(map(str, self.bands))} (by {self.reason})"


def choose_bands(
    dataset: DatasetReader, wanted: tuple[int, int, int] | None, shown: tuple[int, int, int] | None = None
) -> BandChoice:
    """Return the red, green and blue band.

    Those wanted win; then what the metadata say about each band (:mod:`.band_names`), the colour interpretation, and
    at last the order of the bands, which is a guess where there are more than three. Bands that its layer shows
    count where the raster does not state better, see :mod:`.shown_bands`.

    Args:
        dataset: the raster, opened.
        wanted: numbers (from 1) of the red, green and blue band that the user gave.
        shown: those that its layer shows as red, green and blue.

    Raises:
        InputError: there are none (``bands``).
    """
    name, count = public_name(dataset.name), dataset.count
    named = named_colours(dataset)
    colours: Colours = [None] * count if named is None else named[0]
    partly = partly_named_colours(dataset) if named is None else colours
    alpha = _alpha(dataset, colours)
    if wanted is not None:
        if len(wanted) != 3 or not all(1 <= band <= count for band in wanted):
            raise InputError(
                f"{name} has no bands {', '.join(map(str, wanted))}",
                f"give three band numbers between 1 and {count} for red, green and blue",
                "bands",
            )
        return BandChoice(wanted, "choice of the user", alpha=None if alpha in wanted else alpha, count=count)
    kinds = list(dataset.colorinterp)
    if ColorInterp.palette in kinds:
        raise InputError(
            f"{name} has one band with a colour table", "convert it with gdal_translate -expand rgb", "bands"
        )
    if named is not None:
        return BandChoice(
            _triple([colours.index(c) + 1 for c in ("red", "green", "blue")]), named[1], alpha=alpha, count=count
        )
    interpreted = all(kind in kinds for kind in _RGB)
    # GDAL calls any four bands of bytes red, green, blue and alpha where nothing states what they are
    default = interpreted and alpha is None and ColorInterp.alpha in kinds
    bands = _triple([kinds.index(kind) + 1 for kind in _RGB]) if interpreted else None
    stated = None if default else bands
    if shown is not None and shown_bands_count(shown, stated, count=count):
        return BandChoice(
            shown, "what its layer shows", alpha=None if alpha in shown else alpha, count=count, shown=stated is None
        )
    if bands is not None:
        return BandChoice(
            bands, "colour interpretation", assumed=default, alpha=alpha, count=count, foreign=_foreign(partly, bands)
        )
    left = [number for number in range(1, count + 1) if number != alpha]
    if len(left) < 3:
        held = {0: "no colour band", 1: "one band", 2: "two bands"}[len(left)]
        raise InputError(
            f"{name} has only {held}",
            "give an image with red, green and blue; panchromatic images are not supported",
            "bands",
        )
    first = _triple(left[:3])
    return BandChoice(
        first, "order of the bands", assumed=len(left) > 3, alpha=alpha, count=count, foreign=_foreign(partly, first)
    )


def common_dtype(dataset: DatasetReader, bands: tuple[int, int, int]) -> str:
    """Return the numpy name of a type that holds the values of three bands.

    Raises:
        InputError: they are complex numbers (``dtype``).
    """
    names = [dataset.dtypes[band - 1] for band in bands]
    if any("complex" in name for name in names):
        raise InputError(
            f"{public_name(dataset.name)} holds complex numbers (radar)",
            "give an optical image with red, green and blue", "dtype",
        )  # fmt: skip
    return str(np.result_type(*names))


def _alpha(dataset: DatasetReader, colours: Colours) -> int | None:
    """Return the number of the band of transparency: one that is called so and has such values."""
    number = next((n for n, kind in enumerate(dataset.colorinterp, 1) if kind == ColorInterp.alpha), None)
    if number is None or colours[number - 1] not in (None, "alpha", "mask", "other"):
        return None
    return number if colours[number - 1] in ("alpha", "mask") or _transparent(dataset, number) else None


def _transparent(dataset: DatasetReader, band: int) -> bool:
    """Return whether the values of a band are those of transparency: nearly all the same, or few different ones."""
    width, height = min(_WINDOW, dataset.width), min(_WINDOW, dataset.height)
    places = {((dataset.width - width) * n // 4, (dataset.height - height) * n // 4) for n in (1, 2, 3)}
    try:
        windows = [dataset.read(band, window=Window(*place, width, height)) for place in sorted(places)]
    except (RasterioError, OSError):
        return True  # the file is damaged, which is reported when its pixels are read
    values, counts = np.unique(np.concatenate([window.ravel() for window in windows]), return_counts=True)
    return len(values) <= _FEW or counts.max() >= 0.5 * counts.sum()


def _foreign(colours: Colours, bands: tuple[int, int, int]) -> tuple[str, ...]:
    """Return the colours of three bands where the raster states that one is invisible, or that they are exchanged."""
    called = tuple(colours[band - 1] or "unknown" for band in bands)
    return called if any(it not in ("unknown", usual) for it, usual in zip(called, _USUAL, strict=True)) else ()


def _triple(numbers: Sequence[int]) -> tuple[int, int, int]:
    return numbers[0], numbers[1], numbers[2]
