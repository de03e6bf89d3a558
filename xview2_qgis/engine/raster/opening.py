"""Rasters as the user gives them: any image GDAL opens, checked and described before any work begins."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import rasterio
from rasterio.enums import MaskFlags
from rasterio.io import DatasetReader

from ...protocol.options.nodata_rule import NodataRule
from ..access.gdal_errors import is_gdals_own
from ..access.network_access import remote_name
from ..access.virtual_raster import files_of, missing_source, unopened_source
from ..geo.placement import read_placement
from ..imagery.image_metadata import image_metadata
from ..radiometry.collars import find_fill, picture_pixels
from ..radiometry.contrast import has_low_contrast
from ..radiometry.fill import BLACK
from ..radiometry.validity import declared_nodata
from .bands import choose_bands, common_dtype
from .failure import missing_failure, no_raster_failure, open_failure, source_failure
from .file import GDAL_OPTIONS, open_dataset
from .sampling import take_samples
from .source import RasterSource


def open_source(
    path: str,
    bands: tuple[int, int, int] | None = None,
    crs: str | None = None,
    shown: tuple[int, int, int] | None = None,
    nodata_rule: NodataRule | None = None,
) -> RasterSource:
    """Open a raster, check that it can be used, and describe it. It stays open.

    A few samples of its pixels are read, too: for collars of one value, for contrast, and for damage.

    Args:
        path: anything GDAL opens: a path, a ``/vsi…`` path, a ``DRIVER:…`` address.
        bands: numbers (from 1) of the red, green and blue band.
        crs: CRS that its coordinates really have, instead of what the file declares: ``EPSG:…``, WKT or PROJ.
        shown: bands that its layer shows as red, green and blue; they count where the file does not say better.
        nodata_rule: values that mean no data besides the declared one, or instead of it.

    Raises:
        InputError: the raster is missing, broken, not georeferenced or has no three usable bands. Codes:
            ``raster-open``, ``raster-read``, ``bands``, ``dtype``, ``crs``, ``no-crs``, ``no-georeference``,
            ``bad-georeference``.
    """
    rule = nodata_rule or NodataRule()
    with rasterio.Env(**GDAL_OPTIONS), _saying_what_is_damaged(path), ExitStack() as stack:
        dataset = stack.enter_context(open_dataset(path))
        several = no_raster_failure(dataset)
        if several is not None:
            raise several
        files = files_of(dataset)  # before anything asks GDAL for a source of a virtual raster
        if dataset.driver == "VRT" and remote_name(path) is None:
            _check_sources(path, dataset)
        choice = choose_bands(dataset, bands, shown)
        dtype = common_dtype(dataset, choice.bands)
        placement = read_placement(dataset, crs)
        nodata = declared_nodata(dataset, choice.bands, dtype)
        flags = [flag for band in choice.bands for flag in dataset.mask_flag_enums[band - 1]]
        source = RasterSource(
            dataset=dataset,
            path=path,
            files=files,
            georeference=placement.georeference,
            dtype=dtype,
            choice=choice,
            nodata=nodata.values if rule.declared else None,
            nodata_rule=rule,
            # GDAL itself takes an alpha band for a mask only where it is the fourth of four, and then also infrared
            masked=choice.alpha is not None
            or not {MaskFlags.nodata, MaskFlags.all_valid, MaskFlags.alpha} & set(flags),
            fill=(BLACK,),
            block_shape=dataset.block_shapes[choice.bands[0] - 1],
            impossible_nodata=nodata.impossible if rule.declared else (),
            unrectified=placement.unrectified,
            metadata=image_metadata(dataset, path, files, math.sqrt(math.prod(placement.georeference.pixel_size_m()))),
        )
        samples = take_samples(source)
        fill = find_fill(samples, source.nodata)
        dim = dtype == "uint8" and has_low_contrast(picture_pixels(samples, fill))
        stack.pop_all()
        return replace(source, fill=fill, low_contrast=dim)


def _check_sources(path: str, dataset: DatasetReader) -> None:
    """Refuse a mosaic that lacks a file: GDAL would draw black there, mostly without a word (``raster-read``)."""
    if (missing := missing_source(dataset)) is not None:
        raise missing_failure(path, missing)
    if (unopened := unopened_source(dataset)) is not None:
        raise source_failure(path, unopened)


@contextmanager
def _saying_what_is_damaged(path: str) -> Iterator[None]:
    """Turn errors of GDAL into such of the input: overviews, masks and side files are read when first asked for.

    Raises:
        InputError: they are damaged (``raster-open``).
    """
    try:
        yield
    except Exception as error:
        if not is_gdals_own(error):
            raise
        raise open_failure(path, error) from error
