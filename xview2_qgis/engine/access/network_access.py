"""Which hosts GDAL may reach: that of an address which the user gave, and no other.

A file may name addresses, too: as the source of a virtual raster, as remote overviews, as the CRS of a GeoJSON. Asked
for, they show a stranger who opens what and when, and a request may carry keys of the user. So GDAL opens no address
but the one in the user's own argument, with everything in it (``/vsicurl?header_file=…`` as well): neither its side
files (``.ovr``, ``.msk``, ``.aux.xml``), nor what it names itself. To use those, download the folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pyogrio

ALLOWED = "CPL_VSIL_CURL_ALLOWED_FILENAME"
#: Names of GDAL that cost a request.
NETWORK = re.compile(r"/vsi(?:curl|s3|gs|az|adls|oss|swift|webhdfs|hdfs)(?:_streaming)?[/?]", re.IGNORECASE)

# the port "discard": what has nowhere to go is refused at once, by this machine
_NOWHERE = {"GDAL_HTTP_PROXY": "http://127.0.0.1:9", "GDAL_HTTPS_PROXY": "http://127.0.0.1:9"}
_EXCEPTIONS = ("no_proxy", "NO_PROXY")
_SCHEMES = {
    "http": "/vsicurl/http://", "https": "/vsicurl/https://", "ftp": "/vsicurl/ftp://", "s3": "/vsis3/",
    "gs": "/vsigs/", "gcs": "/vsigs/", "az": "/vsiaz/", "azure": "/vsiaz/", "adls": "/vsiadls/", "adl": "/vsiadls/",
    "oss": "/vsioss/", "swift": "/vsiswift/", "hdfs": "/vsihdfs/", "webhdfs": "/vsiwebhdfs/",
}  # fmt: skip
_SCHEME = re.compile(r"(?:[a-z0-9]+\+)*([a-z0-9]+)://(.*)", re.IGNORECASE | re.DOTALL)
# what GDAL lets stand before a name: a file system that holds it, or a driver; folders of this machine are neither
_WRAPPED = re.compile(r"(?:/vsi[a-z0-9_]+.*|vrt://|[a-z][a-z0-9_]+:.*)?", re.IGNORECASE | re.DOTALL)
_ARCHIVE = re.compile(r"\.(?:zip|kmz|shz|ods|xlsx|tar|tgz|tar\.gz|7z|rar)(?=[/!])", re.IGNORECASE)


def remote_name(path: str) -> str | None:
    """Return the address in an argument of the user, as GDAL calls it, or None for what is on this machine.

    Args:
        path: anything GDAL opens, such as ``https://host/a.tif``, ``/vsizip//vsicurl/https://host/a.zip/a.tif`` or
            ``vrt:///vsis3/bucket/a.tif?bands=3,2,1``.
    """
    if (found := NETWORK.search(path)) and _WRAPPED.fullmatch(path[: found.start()]):
        begin = found.start()
        before, name = path[:begin], path[begin:]
        if before.lower().startswith("vrt://") and not found.group().endswith("?"):
            name = name.partition("?")[0]
        if before.lower().startswith("gpkg:") and name.rpartition(":")[0].lower().endswith(".gpkg"):
            name = name.rpartition(":")[0]
        if before.endswith("{"):
            name = name.partition("}")[0]
        inside = before.lower().startswith(("/vsizip", "/vsitar", "/vsi7z", "/vsirar"))
        name = name.removesuffix('"')
    elif (found := _SCHEME.match(path)) and found.group(1).lower() in _SCHEMES:
        name = _SCHEMES[found.group(1).lower()] + found.group(2)
        inside = "+" in path[: found.start(2)]
    else:
        return None
    archive = _ARCHIVE.search(name) if inside else None
    return name[: archive.end()] if archive else name


def network_options(path: str) -> dict[str, str]:
    """Return the options of GDAL under which an argument of the user is opened: its own address and no other."""
    name = remote_name(path)
    # its folder is an address, too
    return {ALLOWED: "none"} if name is None else {ALLOWED: name, "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR"}


def let_pyogrio_reach(path: str) -> None:
    """Let GDAL reach the address in an argument of the user that is a layer, and no other, until the next one."""
    nowhere = None if remote_name(path) else _NOWHERE
    options = network_options(path) | (nowhere or dict.fromkeys(_NOWHERE))
    pyogrio.set_gdal_config_options({"GDAL_DISABLE_READDIR_ON_OPEN": None} | options)


@contextmanager
def network_of_one_run() -> Iterator[None]:
    """Take back, at the end of the block, what :func:`shut_network` did in it: the next run may be given an address."""
    names = (*_NOWHERE, *_EXCEPTIONS)
    before = {name: os.environ.get(name) for name in names}
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def shut_network(arguments: Iterable[str | None]) -> None:
    """Let nothing leave this machine where none of the user's arguments is an address.

    GDAL asks for some addresses past all its settings (the CRS of a GeoJSON); a proxy it asks for all.
    """
    if not any(remote_name(argument) for argument in arguments if argument):
        os.environ.update(_NOWHERE)
        for name in _EXCEPTIONS:
            os.environ.pop(name, None)
