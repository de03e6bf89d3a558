"""Rasters as the user gives them: anything GDAL opens, checked and described before any work begins."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.enums import ColorInterp, MaskFlags, Resampling
from rasterio.errors import CRSError, RasterioError
from rasterio.io import DatasetReader
from rasterio.transform import from_gcps
from rasterio.windows import Window

from .errors import InputError
from .georeference import Georeference
from .raster_file import GDAL_OPTIONS, far_away, files_of, open_dataset

_RGB = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
#: Values that stand for missing data in types with a sign, whether or not the file says so.
_MISSING = (-9999.0, -32768.0, -32767.0, -99999.0, float(np.finfo(np.float32).min))
_ABSURD = 1e15  # no sensor counts that far; programs fill with 1e20, 1e30 or the largest number there is
_WHITE = {"uint8": 255, "uint16": 65535}
_PROBE = 64  # pixels: size of the windows along the border that are searched for white fill
_PROBES = 4  # along each edge


@dataclass(frozen=True)
class RasterSource:
    """A raster that was found fit for use.

    Attributes:
        path: path or GDAL address.
        files: all files it consists of, those of the sources of a virtual raster, too.
        georeference: where its pixels lie.
        dtype: numpy name of the common type of the three bands.
        bands: numbers (from 1) of the red, green and blue band.
        nodata: values of red, green and blue in pixels without data, NaN for none; None where no band declares one.
        alpha: number of the alpha band, or None.
        masked: whether a mask (inside or beside the file) or an alpha band tells which pixels have data.
        fill: values that areas without data may have although nothing in the file says so: black, and white where the
            border shows it.
        block_shape: rows and columns of a block on disk.
    """

    path: str
    files: tuple[str, ...]
    georeference: Georeference
    dtype: str
    bands: tuple[int, int, int]
    nodata: tuple[float, float, float] | None
    alpha: int | None
    masked: bool
    fill: tuple[int, ...]
    block_shape: tuple[int, int]

    @property
    def name(self) -> str:
        """Name for messages: the file name without its folders."""
        return Path(self.path).name or self.path

    @property
    def crs(self) -> CRS:
        """CRS of the raster."""
        return self.georeference.crs

    @property
    def transform(self) -> Affine:
        """Pixel to CRS (the best fit where there are control points)."""
        return self.georeference.transform

    @property
    def width(self) -> int:
        """Columns."""
        return self.georeference.width

    @property
    def height(self) -> int:
        """Rows."""
        return self.georeference.height

    @property
    def gcps(self) -> tuple[GroundControlPoint, ...]:
        """Ground control points where an affine does not do."""
        return self.georeference.gcps


def open_source(path: str, bands: tuple[int, int, int] | None = None, crs: str | None = None) -> RasterSource:
    """Open a raster, check that it can be used, and describe it.

    The red, green and blue band are those given, else those the file names by colour interpretation or by band
    description, else the first three that are not alpha.

    Args:
        path: anything GDAL opens: a path, a ``/vsi…`` path, a ``DRIVER:…`` address.
        bands: numbers (from 1) of the red, green and blue band.
        crs: CRS that its coordinates really have, instead of what the file says: ``EPSG:…``, WKT or PROJ.

    Raises:
        InputError: the raster is missing, broken, not georeferenced or has no three usable bands. Codes:
            ``raster-open``, ``raster-read``, ``bands``, ``dtype``, ``crs``, ``no-crs``, ``no-georeference``,
            ``bad-georeference``.
    """
    with rasterio.Env(**GDAL_OPTIONS), open_dataset(path) as dataset:
        rgb = _choose_bands(dataset, bands)
        alpha = _alpha(dataset)
        dtype = _common_dtype(dataset, rgb)
        georeference = _georeference(dataset, None if crs is None else _given_crs(crs))
        flags = [flag for band in rgb for flag in dataset.mask_flag_enums[band - 1]]
        source = RasterSource(
            path=path,
            files=files_of(dataset),
            georeference=georeference,
            dtype=dtype,
            bands=rgb,
            nodata=_nodata(dataset, rgb),
            alpha=alpha,
            # GDAL itself takes an alpha band for a mask only where it is the fourth of four
            masked=alpha is not None or (MaskFlags.nodata not in flags and MaskFlags.all_valid not in flags),
            fill=(0,),
            block_shape=dataset.block_shapes[rgb[0] - 1],
        )
        white = None if source.masked or far_away(path) else _WHITE.get(dtype)
        # from the first row to the last: compressed files without blocks are decoded in that order
        read_window(dataset, source, Window(0, 0, 1, 1))
        if white is not None and _bordered(dataset, source, white):
            source = replace(source, fill=(0, white))
        # a file cut short by a broken download opens well and fails at its end
        read_window(dataset, source, Window(source.width - 1, source.height - 1, 1, 1))
        return source


def read_window(
    dataset: DatasetReader, source: RasterSource, window: Window, shape: tuple[int, int] | None = None
) -> tuple[NDArray[np.generic], NDArray[np.bool_]]:
    """Read the three bands of a window and where they hold data.

    A pixel is valid where the mask or alpha band says so and, with nodata values, where at least one of the three
    bands differs from its own (a dark roof may well be 0 in one band). NaN, infinite and absurdly large values and, in
    all three bands at once, the usual numbers for missing data such as -9999 are never valid.

    Args:
        dataset: the raster, opened.
        source: its description.
        window: whole pixels inside the raster.
        shape: rows and columns of the result; a smaller one averages, from overviews where there are.

    Returns:
        Values of shape (3, H, W) in the raster's type, and validity of shape (H, W).

    Raises:
        InputError: the file ends or is damaged here (``raster-read``).
    """
    height, width = shape or (int(window.height), int(window.width))
    resampling = Resampling.nearest if shape is None else Resampling.average
    try:
        values = dataset.read(
            source.bands, window=window, out_shape=(3, height, width), resampling=resampling, out_dtype=source.dtype
        )
        valid = np.ones((height, width), dtype=bool)
        if source.alpha is not None:
            valid = dataset.read(source.alpha, window=window, out_shape=(height, width)) > 0
        elif source.masked:
            valid = dataset.read_masks(source.bands[0], window=window, out_shape=(height, width)) > 0
    except (RasterioError, OSError) as error:
        raise InputError(
            f"cannot read {source.name} at column {int(window.col_off)}, row {int(window.row_off)}",
            "the file is damaged or incomplete, copy or download it again",
            "raster-read",
        ) from error
    if source.nodata is not None:
        valid &= ~all_bands_are(values, source.nodata)
    if (
        not np.issubdtype(values.dtype, np.unsignedinteger)
        and values.size
        and np.fmin.reduce(values, axis=None) < -9998.0
    ):
        for missing in _MISSING:
            valid &= (values != missing).any(axis=0)
    if np.issubdtype(values.dtype, np.floating):
        valid &= (np.abs(values) < _ABSURD).all(axis=0)  # false for NaN, too
    return values, valid


def all_bands_are(values: NDArray[np.generic], wanted: Sequence[float]) -> NDArray[np.bool_]:
    """Return where every band (bands, H, W) has its number. Mostly nowhere, which the first band tells."""
    found = values[0] == wanted[0]
    for band, value in zip(values[1:], wanted[1:], strict=True):
        if not found.any():
            break
        found &= band == value
    return np.asarray(found, bool)


def _nodata(dataset: DatasetReader, bands: tuple[int, int, int]) -> tuple[float, float, float] | None:
    red, green, blue = (math.nan if v is None else v for v in (dataset.nodatavals[band - 1] for band in bands))
    declared = [v for v in (red, green, blue) if not math.isnan(v)]
    if not declared:
        return None
    # a band without a value means that of its neighbours: pixels of a mosaic are empty in all bands or in none
    red, green, blue = (declared[0] if math.isnan(v) else v for v in (red, green, blue))
    return red, green, blue


def _bordered(dataset: DatasetReader, source: RasterSource, value: int) -> bool:
    """Whether two squares at the border of a raster have this value and no other: collars have, clouds seldom."""
    width, height = min(_PROBE, source.width), min(_PROBE, source.height)
    columns, rows = _apart(source.width), _apart(source.height)
    corners = {(column, row) for column in columns for row in (rows[0], rows[-1])}
    corners |= {(column, row) for row in rows for column in (columns[0], columns[-1])}
    found = 0
    for column, row in sorted(corners, key=lambda place: (place[1], place[0])):
        values, valid = read_window(dataset, source, Window(column, row, width, height))
        found += bool(valid.any() and (values == value).all())
        if found >= 2:
            return True
    return False


def _apart(length: int) -> list[int]:
    """Return where probes begin along an edge, so that none covers a part of another."""
    steps = min(_PROBES, length // _PROBE - 1)
    return [round((length - _PROBE) * step / steps) for step in range(steps + 1)] if steps > 0 else [0]


def _alpha(dataset: DatasetReader) -> int | None:
    return next((n for n, kind in enumerate(dataset.colorinterp, 1) if kind == ColorInterp.alpha), None)


def _choose_bands(dataset: DatasetReader, wanted: tuple[int, int, int] | None) -> tuple[int, int, int]:
    name, count = Path(dataset.name).name, dataset.count
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


def _common_dtype(dataset: DatasetReader, bands: tuple[int, int, int]) -> str:
    names = [dataset.dtypes[band - 1] for band in bands]
    if any("complex" in name for name in names):
        raise InputError(
            f"{Path(dataset.name).name} holds complex numbers (radar)",
            "give an optical image with red, green and blue", "dtype",
        )  # fmt: skip
    return str(np.result_type(*names))


def _given_crs(text: str) -> CRS:
    try:
        crs = CRS.from_user_input(text)
    except CRSError:
        crs = CRS()
    if not (crs.is_geographic or crs.is_projected):
        short = text if len(text) <= 60 else f"{text[:60]}…"
        raise InputError(f"“{short}” is no CRS of a map", "give one as EPSG:32616, as WKT or as a PROJ string", "crs")
    return crs


def _georeference(dataset: DatasetReader, given: CRS | None) -> Georeference:
    name = Path(dataset.name).name
    gcps, gcps_crs = dataset.gcps
    has_transform = dataset.transform != Affine.identity()
    if not has_transform and not gcps:
        if dataset.rpcs is not None:
            raise InputError(
                f"{name} is not orthorectified, it has only rational polynomial coefficients",
                "orthorectify it first, for example with gdalwarp -rpc and an elevation model",
                "no-georeference",
            )
        raise InputError(
            f"{name} is not georeferenced", "georeference it first, or add a world file beside it", "no-georeference"
        )
    crs = given or (dataset.crs if has_transform else gcps_crs)
    if not crs:
        raise InputError(
            f"{name} has no CRS", "assign one, in QGIS by Set Layer CRS, else with --pre-crs or --post-crs", "no-crs"
        )
    if has_transform:
        georeference = Georeference(crs, dataset.transform, dataset.width, dataset.height)
    else:
        georeference = Georeference(crs, from_gcps(gcps), dataset.width, dataset.height, tuple(gcps))
    _check(georeference, name)
    return georeference


def _check(georeference: Georeference, name: str) -> None:
    """Refuse positions that cannot be true."""
    hint = "check its CRS and its position, for example with gdalinfo"
    t = georeference.transform
    numbers = [t.a, t.b, t.c, t.d, t.e, t.f]
    if (
        not all(map(math.isfinite, numbers))
        or abs(t.a * t.e - t.b * t.d) <= 1e-14 * max(map(abs, numbers[:2] + numbers[3:5])) ** 2
    ):
        raise InputError(f"the georeferencing of {name} has no area", hint, "bad-georeference")
    corners = georeference.to_crs(
        [0, georeference.width, georeference.width, 0], [0, 0, georeference.height, georeference.height]
    )
    # one turn more than a world map: scenes across the antimeridian are often stored with longitudes beyond 180
    if georeference.crs.is_geographic and (np.abs(corners[0]).max() > 540.0 or np.abs(corners[1]).max() > 90.001):
        raise InputError(
            f"{name} has a CRS in degrees but coordinates of {np.abs(corners).max():.0f}", hint, "bad-georeference"
        )
    if not all(map(math.isfinite, georeference.centre_lonlat())) or not math.isfinite(georeference.radius_m()):
        raise InputError(f"{name} does not lie on the Earth in its CRS", hint, "bad-georeference")
