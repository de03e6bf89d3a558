"""Raster files, opened by GDAL: a file is read, and nothing else happens."""

from __future__ import annotations

import os

import rasterio
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader

from ...protocol.public_name import public_name
from ..access.drivers import is_geopackage, leave_out_other_drivers, let_geopackages_in, reads_geopackages
from ..access.network_access import NETWORK, network_options
from ..access.pipes import Pipes
from ..access.virtual_text import check_at_once, check_text
from ..errors import InputError, brief
from .failure import open_failure

#: GDAL settings under which rasters are opened and read.
GDAL_OPTIONS: dict[str, object] = {
    # a truncated JPEG would otherwise read as grey
    "GDAL_ERROR_ON_LIBJPEG_WARNING": True,
    # a busy server is asked again after 0.5, 1 and 2 seconds; the run ends only then
    "GDAL_HTTP_MAX_RETRY": 3,
    "GDAL_HTTP_RETRY_DELAY": 0.5,
}


def open_dataset(path: str) -> DatasetReader:
    """Open a raster for reading, in one of the formats of :data:`.drivers.RASTERS`.

    Raises:
        InputError: it is missing or no raster (``raster-open``), or gives options for its sources (``raster-source``).
        RuntimeFailure: GDAL cannot be kept to these formats (``gdal-drivers``).
    """
    leave_out_other_drivers()
    pipes = Pipes()
    if (pipe := pipes.first(path)) is not None:
        raise InputError(
            f"{brief(public_name(pipe))} is no file but a pipe or a device", "save what comes out of it", "raster-open"
        )
    check_at_once(path, pipes)
    if is_geopackage(path):
        let_geopackages_in()
    if reads_geopackages():
        check_text(path)
    try:
        with rasterio.Env(**network_options(path)):
            return rasterio.open(path)
    except (RasterioError, OSError, TypeError, ValueError) as error:
        looks_local = "://" not in path and not path.startswith("/vsi") and ":" not in path[2:]
        if looks_local and not path.startswith("<") and not os.path.exists(path):  # Path.exists() fails for long names
            raise InputError(f"there is no file {brief(path, 300)}", "check the path", "raster-open") from error
        raise open_failure(path, error) from error


def far_away(path: str) -> bool:
    """Return whether every access to the raster costs a request."""
    return "://" in path or path.startswith("<") or NETWORK.search(path) is not None
