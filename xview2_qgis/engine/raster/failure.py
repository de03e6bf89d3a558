"""Raster failures: why GDAL could not open or read an image, in words that lead to the next step.

GDAL's messages name functions of its libraries. What matters is whether to download again, convert, name something, or
see to the network; "damaged" is said only of what is.
"""

from __future__ import annotations

import os
import re
import zipfile
from contextlib import suppress

from rasterio.io import DatasetReader

from ...protocol.plain_text import is_text
from ...protocol.public_name import public_name
from ..access.file_signs import IMAGES, SQLITE
from ..errors import InputError, brief
from .damage.unreadable import UnreadableError

_CONVERT = "convert it to GeoTIFF, in QGIS by Export › Save As, else with gdal_translate"
_AGAIN = "copy or download it again"
_IMAGES = (".tif", ".tiff", ".jp2", ".img", ".jpg", ".jpeg", ".png", ".vrt", ".ntf", ".nitf", ".webp")
_BESIDE = (".ovr", ".msk", ".aux.xml")  # files that GDAL reads with an image
_REASON = 110  # letters of GDAL's own words
_NETWORK = re.compile(
    r"curl|http|resolve host|connect to|timed? ?out|ssl|certificate|AWS_|AZURE_|GS_|credential", re.IGNORECASE
)
_CODEC = re.compile(r"precision 12|12-?bit|codec|compression scheme|not configured|unsupported compr", re.IGNORECASE)
_MISSING = re.compile(r"^(.+): No such file or directory|'([^']+)' does not exist", re.IGNORECASE)
#: Beginnings of files that are no image, and what they are.
_WEB_MAP = re.compile(rb"\s*(?:<\?xml[^>]*\?>\s*)?<(?:GDAL_W|WMS_|WMT_|Capabilities|TileMap)", re.IGNORECASE)
_WEB_PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!doctype html|<html|<error|\{\s*\"(?:error|message))", re.IGNORECASE
)
_UNREAD = {
    b"\x89HDF": "HDF5", b"CDF\x01": "netCDF", b"CDF\x02": "netCDF", b"\x0e\x03\x13\x01": "HDF4", b"msid": "MrSID",
}  # fmt: skip
_UNREAD_ENDINGS = {
    ".ecw": "ECW", ".sid": "MrSID", ".nc": "netCDF", ".hdf": "HDF", ".h5": "HDF5", ".he5": "HDF5", ".zarr": "Zarr",
    ".ers": "ERS", ".pix": "PCIDSK", ".mbtiles": "MBTiles",
}  # fmt: skip
_SERVICES = re.compile(r"(?:WMS|WMTS|WCS|AGS|PLMosaic|EEDAI):", re.IGNORECASE)
_PACKED = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
_TAR = slice(257, 262)
_POINTER = b"version https://git-lfs"
_PROJECTS = (".qgs", ".qgz", ".qlr", ".qml", ".lyr", ".lyrx", ".aprx", ".mxd", ".aux.xml", ".ovr", ".tfw")
#: How images and their containers begin, also those of ERDAS and NITF.
_SIGNS = (*IMAGES, SQLITE, b"EHFA_HEADER", b"NITF")
_VECTORS = (".shp", ".geojson", ".json", ".kml", ".kmz", ".gml", ".fgb", ".gpx", ".dxf", ".parquet")


def open_failure(path: str, error: Exception) -> InputError:
    """Return what to say of an image that GDAL does not open (``raster-open``)."""
    name = brief(public_name(path))
    reason = gdal_reason(error)
    what, hint = (
        _of_place(path, name) or _of_archive(path, name) or _of_content(path, name) or _of_network(path, name, reason)
        or _of_codec(name, reason) or _of_table(name, reason) or _of_damage(path, name, reason)
        or (f"cannot open {name} as a raster{_told(reason)}",
            "give an image such as GeoTIFF, and check that it is complete; gdal_translate converts others")
    )  # fmt: skip
    beside = [brief(f"{name}{ending}") for ending in _BESIDE if os.path.isfile(path + ending)]
    if hint == _AGAIN and beside:
        hint += f", also {' and '.join(beside)} beside it"
    return InputError(what, hint, "raster-open")


def read_failure(path: str, column: int, row: int, error: Exception) -> InputError:
    """Return what to say of an image of which a part cannot be read (``raster-read``).

    An :class:`.damage.unreadable.UnreadableError` where it is damaged, so that the rest may still be of use.
    """
    name, reason = brief(public_name(path)), gdal_reason(error)
    missing = _MISSING.search(reason)
    if missing is not None and not _NETWORK.search(reason):
        # no UnreadableError: GDAL tells it once or twice, and from then on reads black where the file should be
        return missing_failure(path, next(group for group in missing.groups() if group).strip("'"))
    found = _of_network(path, name, reason) or _of_codec(name, reason)
    if found is not None:
        message, hint = found
        return InputError(message, hint, "raster-read")
    return UnreadableError(
        f"cannot read {name} at column {column}, row {row}{_told(reason)}",
        f"the file is damaged or incomplete, {_AGAIN}", "raster-read",
    )  # fmt: skip


def missing_failure(path: str, source: str) -> InputError:
    """Return what to say of a mosaic of which a file is missing (``raster-read``)."""
    return InputError(
        f"{brief(public_name(path))} is made of several files, and {brief(public_name(source))} is missing",
        "put it where the others are, or build the mosaic anew", "raster-read",
    )  # fmt: skip


def source_failure(path: str, source: str) -> InputError:
    """Return what to say of a mosaic of which a file cannot be opened (``raster-read``)."""
    return InputError(
        f"{brief(public_name(path))} is made of several files, and {brief(public_name(source))} is damaged or no image",
        f"{_AGAIN}, or build the mosaic anew without it", "raster-read",
    )  # fmt: skip


def no_raster_failure(dataset: DatasetReader) -> InputError | None:
    """Return what to say of a file that holds several images, or none; None where it is one image (``bands``)."""
    if dataset.count:
        return None
    name, parts = public_name(dataset.name), dataset.subdatasets
    if not parts:
        return InputError(f"{name} holds no image", "give one with red, green and blue", "bands")
    shown = " or ".join(part.replace(dataset.name, name) for part in parts[:3]) + (" …" if len(parts) > 3 else "")
    return InputError(f"{name} holds {len(parts)} rasters", f"name one of them as {shown}", "bands")


def gdal_reason(error: BaseException) -> str:
    """Return what GDAL itself said first: the deepest of the errors that led to this one."""
    reason, deeper = str(error), error.__cause__ or error.__context__
    while deeper is not None:
        reason, deeper = str(deeper), deeper.__cause__ or deeper.__context__
    return " ".join(reason.split())


def _told(reason: str) -> str:
    """Return GDAL's words in brackets, nothing where they only say that it does not know the format."""
    said_nothing = not reason or "not recognized as being" in reason or "Read failed" in reason
    return "" if said_nothing else f" ({brief(reason, _REASON)})"


def _of_place(path: str, name: str) -> tuple[str, str] | None:
    if not is_text(path):
        return f"{name} or the name of its folder is not a name of letters (UTF-8)", "rename it"
    if os.path.isdir(path):
        return f"{name} is a folder", "name the image in it"
    if os.path.isfile(path):
        if not os.access(path, os.R_OK):
            return f"{name} may not be read", "ask for the right to read it"
        if os.path.getsize(path) == 0:
            return f"{name} is empty", _AGAIN
    return None


def _of_archive(path: str, name: str) -> tuple[str, str] | None:
    """Say that a file is to be unpacked, and which images are in a ZIP file, which has to be named with one of them."""
    begin = _begin(path)
    if begin.startswith(_PACKED) or begin[_TAR] == b"ustar":
        return f"{brief(public_name(path))} is a packed file", "unpack it, and give the image that is in it"
    inner = re.match(r"/vsizip/+\{?(.+?\.zip)\}?(?:/(.*))?$", path, re.IGNORECASE | re.DOTALL)
    archive = inner.group(1) if inner else path
    if inner and not os.path.isfile(archive):
        archive = "/" + archive
    if not os.path.isfile(archive) or not (inner or _begin(archive).startswith(b"PK")):
        return None
    zip_name = brief(public_name(archive))
    try:
        with zipfile.ZipFile(archive) as content:
            images = [entry for entry in content.namelist() if entry.lower().endswith(_IMAGES)]
    except (zipfile.BadZipFile, OSError):
        return f"the archive {zip_name} is damaged or incomplete", _AGAIN
    if not images:
        return f"the archive {zip_name} holds no image", "give one with a GeoTIFF in it"
    asked = inner.group(2) if inner else None
    if asked and asked in images:
        return None
    listed = ", ".join(brief(image, 60) for image in images[:3]) + (" …" if len(images) > 3 else "")
    what = f"there is no {brief(asked, 60)} in {zip_name}" if asked else f"{zip_name} is an archive"
    return what, f"unpack it, or name an image in it as /vsizip/{zip_name}/ and one of {listed}"


def _of_content(path: str, name: str) -> tuple[str, str] | None:
    """Say what a file is that is no image, by its first bytes and its ending."""
    begin = _begin(path)
    if begin.startswith(_POINTER):
        return f"{name} only stands for a file that is stored elsewhere (Git LFS)", "fetch it with git lfs pull"
    if path.lower().endswith(_PROJECTS):
        return f"{name} goes with images or names them, and is none itself", "give the image"
    if _WEB_MAP.match(begin) or _SERVICES.match(path):
        return (
            f"{name} describes a web map service, and these are not read",
            "save the part that is needed as GeoTIFF, in QGIS by Export › Save As, and give that",
        )
    if _WEB_PAGE.match(begin):
        return (
            f"{name} is a web page or a server's answer, no image",
            "download it again, signed in where that is needed",
        )
    ending = os.path.splitext(path.lower())[1]
    kind = next((kind for sign, kind in _UNREAD.items() if begin.startswith(sign)), _UNREAD_ENDINGS.get(ending))
    if kind is not None:
        part = ", and of several datasets in it choose one" if "HDF" in kind or kind == "netCDF" else ""
        return f"{name} has the format {kind}, which is not read", f"{_CONVERT}{part}"
    if ending in _VECTORS or (begin.startswith(SQLITE) and begin[16:18] != b"\0\0"):
        return f"{name} holds vector layers and no image", "give the image itself"
    return None


def _of_damage(path: str, name: str, reason: str) -> tuple[str, str] | None:
    """Say that a file is damaged where it begins as an image does."""
    return (f"{name} is damaged or incomplete{_told(reason)}", _AGAIN) if _begin(path).startswith(_SIGNS) else None


def _begin(path: str) -> bytes:
    """Return the first bytes of a file, or of a text that describes a raster; none of what is elsewhere."""
    if path.startswith("<"):
        return path.encode()[:512]
    with suppress(OSError, ValueError):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                return file.read(512)
    return b""


def _of_network(path: str, name: str, reason: str) -> tuple[str, str] | None:
    remote = "://" in path or path.startswith(("<", "/vsi"))
    if not (_NETWORK.search(reason) and (remote or "CURL" in reason or "HTTP" in reason)):
        return None
    what = f"the server of {name} does not give it{_told(reason)}"
    return what, "check the address, the network and your rights, or download the file"


def _of_codec(name: str, reason: str) -> tuple[str, str] | None:
    if not _CODEC.search(reason):
        return None
    way = "as 12-bit JPEG, which" if "precision 12" in reason else "in a way that"
    return (
        f"{name} is compressed {way} this GDAL cannot read{_told(reason)}",
        "convert it to GeoTIFF with a program that can, in QGIS by Export › Save As",
    )


def _of_table(name: str, reason: str) -> tuple[str, str] | None:
    if "Cannot find table" not in reason:
        return None
    return f"there is no such raster in {name}{_told(reason)}", "gdalinfo lists those that there are; case matters"
