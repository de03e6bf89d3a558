"""Rasters as the user gives them: any image GDAL opens, checked and described before any work begins."""

from __future__ import annotations

from dataclasses import replace

import rasterio
from rasterio.enums import MaskFlags
from rasterio.windows import Window

from .bands import alpha_band, choose_bands, common_dtype
from .fill import WHITE, bordered
from .placement import read_placement
from .raster_file import GDAL_OPTIONS, far_away, open_dataset
from .raster_source import RasterSource
from .raster_window import read_window
from .validity import declared_nodata
from .virtual_raster import files_of


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
        rgb = choose_bands(dataset, bands)
        alpha = alpha_band(dataset)
        dtype = common_dtype(dataset, rgb)
        georeference = read_placement(dataset, crs)
        flags = [flag for band in rgb for flag in dataset.mask_flag_enums[band - 1]]
        source = RasterSource(
            path=path,
            files=files_of(dataset),
            georeference=georeference,
            dtype=dtype,
            bands=rgb,
            nodata=declared_nodata(dataset, rgb),
            alpha=alpha,
            # GDAL itself takes an alpha band for a mask only where it is the fourth of four
            masked=alpha is not None or (MaskFlags.nodata not in flags and MaskFlags.all_valid not in flags),
            fill=(0,),
            block_shape=dataset.block_shapes[rgb[0] - 1],
        )
        white = None if source.masked or far_away(path) else WHITE.get(dtype)
        # from the first row to the last: compressed files without blocks are decoded in that order
        read_window(dataset, source, Window(0, 0, 1, 1))
        if white is not None and bordered(dataset, source, white):
            source = replace(source, fill=(0, white))
        # a file cut short by a broken download opens well and fails at its end
        read_window(dataset, source, Window(source.width - 1, source.height - 1, 1, 1))
        return source
