"""Errors of GDAL inside rasterio."""

from __future__ import annotations


def is_gdals_own(error: BaseException) -> bool:
    """Return whether an error is one of GDAL's that rasterio lets through as it is: these have no public base class."""
    return type(error).__module__.startswith("rasterio")
