"""What rasters are made of: the files that a virtual raster names, and whether they may be read.

A virtual raster is a text that names where pixels come from. Ordinary ones name rasters on this machine. Others name an
address, read any file as if it held pixels (``/etc/passwd`` would be drawn into the report), or bring a program. What
counts is what GDAL itself understood (its metadata ``xml:VRT``), so that no file can mean one thing here and another
for GDAL; it opens sources only when pixels are read.
"""

from __future__ import annotations

import html
import os
import re
import warnings
from collections.abc import Iterator
from contextlib import suppress

import rasterio
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.io import DatasetReader

from ...protocol.public_name import public_name
from ..errors import InputError, brief
from .block_size import check_all_blocks
from .drivers import reads_geopackages
from .file_signs import IMAGES
from .network_access import NETWORK, remote_name
from .pipes import Pipes
from .virtual_text import check_at_once, check_text

_ALONE = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR"}
# GDAL knows them in upper and lower case; arguments are those of processing steps, which may be other rasters
_SOURCE = re.compile(r"<(SourceFilename|SourceDataset|Argument)\b([^>]*)>([^<]*)<", re.IGNORECASE)
_RELATIVE = re.compile(r"relativeToVRT\s*=\s*[\"']\s*1", re.IGNORECASE)
_METADATA = re.compile(r"<MDI\b[^>]*>[^<]*</MDI>")  # notes, where an address is nothing but words
_NO_PLAIN_FILE = re.compile(r":(?!\\|/(?!/))")  # DRIVER:file:part and addresses, but not the letter of a disk
_SHARE = re.compile(r"[\\/]{2}([^\\/]+)")
_MOST = 100_000  # parts of one raster
# So many images are opened to see how large their blocks are: those of a country would take a minute. Texts, which may
# lead elsewhere, are opened all
_OPENED = 256


def files_of(dataset: DatasetReader) -> tuple[str, ...]:
    """Return the files of a raster, those of the sources of virtual rasters in it, too: GDAL names only the first ones.

    Raises:
        InputError: it reads from an address, from something that is no file, from any file as raw pixels, or by a
            program of its own (``raster-source``), or a part has blocks that are too large (``large-blocks``).
    """
    with warnings.catch_warnings():
        # overviews and masks need not say where they lie
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        check_all_blocks(dataset)
        return tuple(_walk(dataset))


def missing_source(dataset: DatasetReader) -> str | None:
    """Return a file of a virtual raster that is not there, None where all are.

    GDAL tells that once or twice, or not at all, and from then on reads black where the file should be.
    """
    folder = os.path.dirname(dataset.name)
    text = _METADATA.sub("", "".join(dataset.tags(ns="xml:VRT").values()))
    for kind, attributes, name in _SOURCE.findall(text):
        path = html.unescape(name).strip()
        if kind.lower() == "argument" or not path or _NO_PLAIN_FILE.search(path):
            continue
        if _RELATIVE.search(attributes):
            path = os.path.join(folder, path)
        if not path.startswith("/vsi") and not os.path.exists(path):
            return path
    return None


def unopened_source(dataset: DatasetReader) -> str | None:
    """Return a file of a virtual raster that is there and cannot be opened, None where all can.

    As with missing ones, GDAL reads black there. Of mosaics with very many files the first ones are tried.
    """
    seen, waiting = set[str](), [str(dataset.name)]
    while waiting and len(seen) <= _OPENED:
        path = waiting.pop()
        if path in seen or not (path == dataset.name or path.startswith("/vsi") or os.path.isfile(path)):
            continue
        seen.add(path)
        try:
            with warnings.catch_warnings(), rasterio.Env(**_ALONE):
                warnings.simplefilter("ignore", NotGeoreferencedWarning)
                with rasterio.open(path) as part:
                    waiting += _sources(part, public_name(dataset.name), remote_name(dataset.name) or "")
        except (RasterioError, OSError):
            return path
    return None


def _walk(dataset: DatasetReader) -> dict[str, None]:
    own, allowed = public_name(dataset.name), remote_name(dataset.name) or ""
    found, pipes = dict[str, None](), Pipes()
    waiting = [*_sources(dataset, own, allowed), *dataset.files]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        if len(found) >= _MOST:
            raise _refusal(own, f"has more than {_MOST} parts", "join them in a GeoTIFF with gdal_translate")
        found[path] = None
        if path == dataset.name or (allowed and allowed in path):
            continue
        _check_name(path, dataset.name, own)
        if (pipe := pipes.first(path)) is not None:  # GDAL would wait for it for ever
            raise _refusal(own, f"reads from {brief(pipe)}, which is no file", "name files in it")
        waiting += filter(os.path.isfile, (f"{path}.ovr", f"{path}.msk"))
        described = os.path.isfile(f"{path}.aux.xml")
        if len(found) > _OPENED and not described and _is_image(path):
            continue
        check_at_once(path, pipes)
        if reads_geopackages():
            check_text(path)
        # in a folder of thousands GDAL would search for side files each time
        options = {} if described else _ALONE
        with suppress(RasterioError, OSError), rasterio.Env(**options), rasterio.open(path) as part:
            check_all_blocks(part)
            waiting += [*_sources(part, own, allowed), *part.files]
    return found


def _sources(dataset: DatasetReader, own: str, allowed: str) -> Iterator[str]:
    """Yield what a raster declares that it reads from, after checking how."""
    folder = os.path.dirname(dataset.name)
    if overviews := dataset.tags(ns="OVERVIEWS").get("OVERVIEW_FILE"):
        base = ":::BASE:::"
        yield os.path.join(folder, overviews.removeprefix(base)) if overviews.startswith(base) else overviews
    if dataset.driver != "VRT":
        return
    text = _METADATA.sub("", "".join(dataset.tags(ns="xml:VRT").values()))
    lowered = text.lower()
    if "vrtrawrasterband" in lowered:
        raise _refusal(own, "reads another file as raw pixels", "convert it to GeoTIFF where you trust it")
    if re.search(r"<PixelFunctionLanguage>\s*Python", text, re.IGNORECASE):
        raise _refusal(own, "brings a program in Python", "convert it to GeoTIFF where you trust it")
    plain = html.unescape(text)
    if "<ooi" in lowered or "vrt://" in plain.replace(dataset.name, "").lower():
        raise _refusal(own, "opens its sources with options", "make it anew without, or convert it to GeoTIFF")
    if "mem:::" in plain.lower() or "<vrtdataset" in html.unescape(lowered.replace("<vrtdataset", "", 1)):
        raise _refusal(own, "reads from something that is no file", "name files in it")
    for address in NETWORK.finditer(plain):
        if not allowed or not plain.startswith(allowed, address.start()):
            raise _elsewhere(own)
    for kind, attributes, name in _SOURCE.findall(text):
        path = html.unescape(name).strip()
        if _RELATIVE.search(attributes) is None:
            yield path
        if _RELATIVE.search(attributes) or kind.lower() == "argument":
            yield os.path.join(folder, path)


def _check_name(path: str, base: str, own: str) -> None:
    """Refuse a part that lies on another machine; a share is none where the raster itself lies on it."""
    if NETWORK.search(path) or "://" in path.removeprefix("vrt://"):
        raise _elsewhere(own)
    share, home = (_SHARE.match(name) for name in (path, base))
    if share and os.name == "nt" and (home is None or home.group(1).lower() != share.group(1).lower()):
        raise _elsewhere(own)


def _is_image(path: str) -> bool:
    """Return whether a file is an image by its first bytes, and so no text that may name others."""
    try:
        with open(path, "rb") as file:
            return file.read(16).startswith(IMAGES)
    except OSError:
        return False  # in an archive, for example


def _elsewhere(own: str) -> InputError:
    return _refusal(
        own, "reads from another machine", "download what it (or its .aux.xml) names, or give that address itself"
    )


def _refusal(own: str, what: str, hint: str) -> InputError:
    return InputError(f"{brief(own)} {what}", hint, "raster-source")
