"""The formats that are read: drivers of GDAL that take a file for data, and nothing else.

GDAL asks each of its drivers whether a file is theirs, whatever the file is called. Some of them take a few lines of
text for an order: fetch this address (WMS, STACIT, HTTP), write those pixels (MRF), run that statement (OGR_VRT) or
program (GPSBabel). So all but a list are taken out of both GDALs, that of rasterio and that of pyogrio, before the
first file is opened. Then no file reaches them, not even through another one.

Left out although they hold data: formats whose header names any other file as raw pixels (ERS, PDS, ISIS, HDF5, PCIDSK,
ILWIS), or that ask hosts with code of their own, past all settings of GDAL (netCDF, ECW, JP2KAK, Zarr), or that hold no
images and no polygons.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache

import pyogrio
import rasterio
from rasterio import _env as rasterio_environment

from ..errors import RuntimeFailure
from .file_signs import SQLITE
from .geodata_environment import close_doors

#: Formats of images. VRT is checked before it is read, see `.virtual_raster`; DIMAP and TIL are products of
#: satellite operators in many files.
RASTERS = (
    "GTiff", "VRT", "JPEG", "PNG", "JP2OpenJPEG", "JPEGXL", "WEBP", "BMP", "GIF", "HFA", "ENVI", "EHdr", "NITF",
    "GPKG", "MBTiles", "DIMAP", "TIL", "RMF",
)  # fmt: skip
#: Formats of polygons.
VECTORS = (
    "GPKG", "ESRI Shapefile", "GeoJSON", "GeoJSONSeq", "TopoJSON", "ESRIJSON", "JSONFG", "FlatGeobuf", "KML", "LIBKML",
    "GML", "GPX", "CSV", "OpenFileGDB", "SQLite", "MapInfo File", "DXF", "DGN", "OSM", "Parquet", "Arrow", "LVBAG",
    "OGR_GMT", "JML",
)  # fmt: skip
_TOOLS = ("COG", "MEM", "Memory")  # what the engine itself writes and computes with
KEPT = frozenset((*RASTERS, *VECTORS, *_TOOLS))


_GEOPACKAGE = "GPKG"


@cache
def leave_out_other_drivers() -> frozenset[str]:
    """Take every driver that is not in :data:`KEPT` out of both GDALs, also such as came with a later version.

    Where they are two, that of rasterio keeps no GeoPackages either: opened with options that a virtual raster may
    give, they run statements. See :func:`let_geopackages_in`.

    Returns:
        The names that rasterio was left without.

    Raises:
        RuntimeFailure: a version of rasterio or pyogrio keeps them (``gdal-drivers``).
    """
    close_doors()
    os.environ.pop("OGR_SKIP", None)
    of_vectors, of_rasters = frozenset((*VECTORS, *_TOOLS)), frozenset((*RASTERS, *_TOOLS)) - {_GEOPACKAGE}
    wanted = (KEPT, KEPT) if _is_one() else (of_vectors, of_rasters)
    libraries = ((_of_pyogrio, pyogrio.core._register_drivers), (_of_rasterio, _register_in_rasterio))
    # first all names: those that the shell left out would come back below, and where both share one GDAL, the second
    # must leave out what the first has
    for _, register in libraries:
        _register_without((), register)
    foreign = [registered() - kept for (registered, _), kept in zip(libraries, wanted, strict=True)]
    for (_, register), names in zip(libraries, foreign, strict=True):
        _register_without(names, register)
    left = [registered() - kept for (registered, _), kept in zip(libraries, wanted, strict=True)]
    if any(left):
        raise RuntimeFailure(
            f"GDAL keeps the drivers {', '.join(sorted(set().union(*left)))}, which could do more than read a file",
            "install the versions of rasterio and pyogrio that requirements.txt names", "gdal-drivers",
        )  # fmt: skip
    return frozenset(foreign[1])


def is_geopackage(path: str) -> bool:
    """Return whether a raster is a GeoPackage: by its first bytes, by its name where it is no file here."""
    if os.path.isfile(path):
        with suppress(OSError), open(path, "rb") as file:
            return file.read(len(SQLITE)) == SQLITE
    return path.upper().startswith("GPKG:") or ".gpkg" in path.lower()


@cache
def let_geopackages_in() -> None:
    """Give rasterio GeoPackages again, for a user who names one."""
    # not what the environment says: whoever closes its doors again takes that away
    left_out = leave_out_other_drivers()
    if _GEOPACKAGE in left_out:
        _register_without(left_out - {_GEOPACKAGE}, _register_in_rasterio)


def reads_geopackages() -> bool:
    """Return whether GeoPackages are among the rasters that rasterio opens now."""
    return _GEOPACKAGE not in os.environ.get("GDAL_SKIP", "").split(",")


def _register_without(names: Iterable[str], register: Callable[[], object]) -> None:
    # the variable stays: some versions of rasterio register all drivers again and again
    os.environ["GDAL_SKIP"] = ",".join(sorted(names))
    register()


def _is_one() -> bool:
    """Return whether both libraries use the same GDAL, as those of conda do; then they share options, too."""
    mark = "XVIEW2_SAME_GDAL"
    pyogrio.set_gdal_config_options({mark: "YES"})
    try:
        return rasterio_environment.get_gdal_config(mark) is not None
    finally:
        pyogrio.set_gdal_config_options({mark: None})


def _of_pyogrio() -> set[str]:
    return set(pyogrio.list_drivers())


def _of_rasterio() -> set[str]:
    with rasterio.Env() as environment:
        return set(environment.drivers())


def _register_in_rasterio() -> None:
    # rasterio registers once per process, and has no public way to do it again
    rasterio_environment._have_registered_drivers = False
    environment = rasterio_environment.GDALEnv()
    environment.start()
    environment.stop()
