"""Bands: which of a raster's are red, green and blue."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rasterio.enums import ColorInterp
from rasterio.io import DatasetReader

from .errors import InputError
from .public_name import public_name

_RGB = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)


def alpha_band(dataset: DatasetReader) -> int | None:
    """Return the number of the alpha band, None where there is none."""
    return next((n for n, kind in enumerate(dataset.colorinterp, 1) if kind == ColorInterp.alpha), None)


def choose_bands(dataset: DatasetReader, wanted: tuple[int, int, int] | None) -> tuple[int, int, int]:
    """Return the numbers of the red, green and blue band: those wanted, else those the file names.

    Raises:
        InputError: there are none (``bands``).
    """
    name, count = public_name(dataset.name), dataset.count
    if wanted is not None:
        if len(wanted) != 3 or not all(1 <= band <= count for band in wanted):
            raise InputError(
                f"{name} has no bands {', '.join(map(str, wanted))}",
                f"give three band numbers between 1 and {count} for red, green and blue",
                "bands",
            )
        return wanted
    kinds = list(dataset.colorinterp)
    if ColorInterp.palette in kinds:
        raise InputError(
            f"{name} has one band with a colour table", "convert it with gdal_translate -expand rgb", "bands"
        )
    if all(kind in kinds for kind in _RGB):
        return _triple([kinds.index(kind) + 1 for kind in _RGB])
    words = [(text or "").strip().lower() for text in dataset.descriptions]
    if all(word in words for word in ("red", "green", "blue")):
        return _triple([words.index(word) + 1 for word in ("red", "green", "blue")])
    colours = [number for number, kind in enumerate(kinds, 1) if kind != ColorInterp.alpha]
    if len(colours) < 3:
        held = {0: "no colour band", 1: "one band", 2: "two bands"}[len(colours)]
        raise InputError(
            f"{name} has only {held}", "give an image with red, green and blue; panchromatic images do not do", "bands"
        )
    return _triple(colours[:3])


def _triple(numbers: Sequence[int]) -> tuple[int, int, int]:
    return numbers[0], numbers[1], numbers[2]


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
