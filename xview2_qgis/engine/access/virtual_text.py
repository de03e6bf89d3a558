"""The text of virtual rasters, before GDAL sees it.

Some virtual rasters (warped, pansharpened) open their sources as soon as they are opened, with options that stand in
them. An option of the GeoPackage driver is a list of statements, and a statement can write a file anywhere. So texts
with options are refused before anything is opened, and those of the files that they may name, too. What a text names is
not understood here, as GDAL would: every text and attribute in it that is a file counts.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable, Iterator

from ...protocol.public_name import public_name
from ..errors import InputError, brief
from .pipes import Pipes

_HEAD, _MARK = 2**14, b"<VRTDataset"  # bytes in which GDAL searches for the mark, and more
_LARGEST = 2**28  # bytes of a text; a mosaic of 100 000 images has 10^8
_LONGEST_NAME = 4096
_MOST = 1_000_000  # names
_OPTIONS = ("openoptions", "<ooi", "vrt://", "prelude_statements")
_OF_ITS_OWN_KIND = re.compile(r"<VRTDataset\b[^>]*\bsubclass\b", re.IGNORECASE)
# names of CRS at the OGC are known without asking
_ADDRESS = re.compile(r"https?://(?!(?:www\.)?opengis\.net/)", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_VERBATIM = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_ENTITY = re.compile(r"&(?:lt|gt|amp|apos|quot|#[0-9]+|#[xX][0-9a-fA-F]+);")
_NAMES = re.compile(r">([^<]+)<|=\s*\"([^\"]*)\"|=\s*'([^']*)'")


def check_text(path: str) -> None:
    """Refuse a virtual raster, or one that it may name, with options for opening its sources.

    Args:
        path: what is to be opened; whatever else than a virtual raster it is, is left alone.

    Raises:
        InputError: there are such options (``raster-source``), or it is too long for a virtual raster.
    """
    for text, _ in _texts_from(path):
        lowered = _plain(text).lower()
        if any(word in lowered for word in _OPTIONS):
            raise InputError(
                f"{brief(public_name(path))} opens its sources with options",
                "make it anew without, or convert it to GeoTIFF", "raster-source",
            )  # fmt: skip


def check_at_once(path: str, pipes: Pipes) -> None:
    """Refuse a virtual raster that GDAL opens together with its sources (warped and the like) and that names a pipe.

    Nor may it name an address as its CRS, which GDAL asks for past all its settings.

    Args:
        path: what is to be opened; whatever else than such a virtual raster it is, is left alone.
        pipes: recognizes them.

    Raises:
        InputError: it does (``raster-source``), or is too long for a virtual raster.
    """
    own = brief(public_name(path))
    for _, names in _texts_from(path, lambda text: _OF_ITS_OWN_KIND.search(text) is not None):
        for name in names:
            if _ADDRESS.match(name):
                raise InputError(f"{own} reads from another machine", "download what it names", "raster-source")
            if (pipe := pipes.first(name)) is not None:
                what = f"{own} reads from {brief(public_name(pipe))}, which is no file but a pipe or a device"
                raise InputError(what, "name files in it", "raster-source")


def _texts_from(path: str, counts: Callable[[str], bool] = lambda text: True) -> Iterator[tuple[str, set[str]]]:
    """Yield the texts of a virtual raster and of those that they name, each with all that it may name.

    Args:
        path: what is to be opened.
        counts: which texts count; what others name is not followed.
    """
    own = public_name(path)
    seen: set[str] = set()
    waiting = [_inner(path)]
    while waiting and len(seen) < _MOST:
        file = waiting.pop()
        if file in seen:
            continue
        seen.add(file)
        for text in _texts(file, own):
            if counts(text):
                whole = _in_one(text)
                names = _names(whole, os.path.dirname(file))
                yield whole, names
                waiting += filter(os.path.isfile, names)


def _in_one(text: str) -> str:
    # what stands between marks of any kind is one text for GDAL
    return _VERBATIM.sub(lambda found: html.escape(found[1]), _COMMENT.sub("", text))


def _names(text: str, folder: str) -> set[str]:
    """Return what a text may name, also beside itself."""
    names: set[str] = set()
    for found in _NAMES.findall(text):
        named = _plain("".join(found)).strip().removeprefix(":::BASE:::")
        if 0 < len(named) < _LONGEST_NAME:
            names |= {named, os.path.join(folder, named)}
    return names


def _texts(path: str, own: str) -> Iterator[str]:
    """Yield the texts of a raster: itself if it is virtual, and what lies beside it."""
    if path.lstrip().startswith("<"):
        yield path
        return
    for file, is_text in ((path, False), (f"{path}.aux.xml", True), (f"{path}.ovr", False), (f"{path}.msk", False)):
        if not (os.path.isfile(file) if is_text else _is_virtual(file)):
            continue
        if os.path.getsize(file) > _LARGEST:
            raise InputError(f"{brief(own)} is too long for a virtual raster", "make it anew", "raster-source")
        with open(file, encoding="utf-8", errors="replace") as opened:
            yield opened.read()


def _plain(text: str) -> str:
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)


def _inner(path: str) -> str:
    """Return the file of an address ``vrt://FILE?…`` of the user, else the path as it is."""
    scheme, _, rest = path.partition("://")
    return rest.partition("?")[0] if scheme.lower() == "vrt" else path


def _is_virtual(path: str) -> bool:
    if not os.path.isfile(path):
        return False
    try:
        with open(path, "rb") as file:
            return _MARK in file.read(_HEAD)
    except OSError:
        return False
