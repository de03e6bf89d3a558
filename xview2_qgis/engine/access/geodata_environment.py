"""The environment of PROJ and GDAL: their data belongs to their version, their messages go nowhere, no door is open.

PostGIS, OSGeo4W and conda set variables that lead the libraries inside rasterio to the database of another PROJ, which
then knows no CRS at all. Other variables let a file do more than be read: run Python, load a library, ask a host.
"""

from __future__ import annotations

import logging
import os

from .package_folders import package_folders

_DATA = ("PROJ_LIB", "PROJ_DATA", "GDAL_DATA")
# of GDAL's options, those of the network are left to the user (proxies, caches), and a few about speed and messages
_GDAL = ("GDAL_", "OGR_", "CPL_", "GML_", "VRT_", "KML_", "LIBKML_", "GPKG_", "ALLOW_")
_HARMLESS = (
    "GDAL_HTTP", "GDAL_CURL_", "GDAL_PROXY_AUTH", "GDAL_CACHEMAX", "GDAL_NUM_THREADS", "GDAL_DATA",
    "GDAL_DISABLE_READDIR", "GDAL_INGESTED_BYTES", "GDAL_BAND_BLOCK_CACHE", "GDAL_MAX_DATASET_POOL",
    "CPL_DEBUG", "CPL_LOG", "CPL_TIMESTAMP",
    "CPL_TMPDIR", "CPL_CURL_VERBOSE", "CPL_VSIL_CURL_CHUNK", "CPL_VSIL_CURL_CACHE", "CPL_VSIL_CURL_USE_HEAD",
    "CPL_VSIL_CURL_NON_CACHED", "CPL_AWS_", "CPL_GS_", "CPL_AZURE_", "CPL_MACHINE_IS_", "CPL_GCE_",
)  # fmt: skip
_CLOSED = {
    "GDAL_VRT_ENABLE_PYTHON": "NO",  # pixel functions of a virtual raster
    "GDAL_VRT_ENABLE_RAWRASTERBAND": "NO",  # any file read as pixels; GDAL 3.12
    "GDAL_MEM_ENABLE_OPEN": "NO",  # the memory of this process read as pixels; GDAL 3.10
    "GDAL_ALLOW_REMOTE_RESOURCE_TO_ACCESS_LOCAL_FILE": "NO",
    "CPL_ALLOW_VSISTDIN": "NO",  # standard input is for the word "cancel"
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",  # see network_access
    "GML_DOWNLOAD_SCHEMA": "NO",
    "GML_DOWNLOAD_WFS_SCHEMA": "NO",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",  # xlink:href
    "OGR_SQLITE_STATIC_VIRTUAL_OGR": "NO",  # tables of a GeoPackage that are other files
    "OGR_SQLITE_LIST_VIRTUAL_OGR": "NO",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
    "OGR_SQLITE_PRAGMA": "trusted_schema=OFF",  # views and triggers of a GeoPackage that call functions
    "ALLOW_OGR_SQL_FUNCTIONS_FROM_TRIGGER_AND_VIEW": "NO",
    "ALLOW_VIRTUAL_OGR_FROM_TRIGGER_AND_VIEW": "NO",
    "PROJ_NETWORK": "OFF",  # grids at an address that the CRS of a file names
}


def forget_foreign_data() -> None:
    """Forget where others keep their data if rasterio brought its own. Call before it is imported."""
    if _own_data():
        for name in _DATA:
            os.environ.pop(name, None)


def close_doors() -> None:
    """Let GDAL do nothing for a file but read it, whatever the user's shell sets. Call before it is imported.

    Options that let a file name other programs, libraries, functions or hosts are off, those unknown here are
    forgotten. What is left to the user: proxies, keys and caches of the network, for addresses that are the user's own.
    """
    for name in list(os.environ):
        if name.upper().startswith(_GDAL) and not name.upper().startswith(_HARMLESS):
            os.environ.pop(name, None)
    os.environ.update(_CLOSED)
    if _own_data():  # elsewhere, as with conda, ordinary drivers are such libraries
        os.environ["GDAL_DRIVER_PATH"] = "disable"


def _own_data() -> bool:
    """Return whether rasterio is a wheel with all that belongs to it."""
    return any((place / "proj_data").is_dir() for place in package_folders("rasterio"))


def keep_messages_back() -> None:
    """Let GDAL write nothing to standard error: what matters comes as an exception and is reported in one line.

    A full disk is a page of SQL and a line for each block otherwise. Call before rasterio and pyogrio are imported,
    which bring a GDAL each.
    """
    os.environ.setdefault("CPL_LOG", os.devnull)
    logging.getLogger("rasterio").addHandler(logging.NullHandler())
