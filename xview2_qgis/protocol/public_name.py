"""What a source is called where others read it: its file name, without folders, host, password, query or signature.

Results are sent on, messages are pasted into reports. An address of GDAL or QGIS may hold a password in nearly every
part (RFC 3986, GDAL's "virtual file systems" and "connection strings"), so nothing of it is kept that is not known to
be the name of a file. Standard library only: the plugin uses it, too.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

#: Stands in place of a part that is left out.
LEFT_OUT = "…"

_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*://", re.IGNORECASE)
_ENCODED = re.compile(r"%(?:25)*(?:3a|2f|3f|40|26|3d|5c)", re.IGNORECASE)
_VIRTUAL = re.compile(r"/vsi[a-z0-9_]+", re.IGNORECASE)
_OPTION = re.compile(r"(?:^|[?&,;\s])(?:url|file|path|source)=", re.IGNORECASE)
_DRIVER = re.compile(r"([a-z][a-z0-9_]+):(?!//)", re.IGNORECASE)
_ASSIGNMENT = re.compile(r"[A-Za-z_][\w.\-]*\s*=")
_FILE = re.compile(r"[^\\/:\"'=@?&;,|<>{}]+\.[A-Za-z0-9]{1,8}")
_END = re.compile(r"[?#;&|\"'<>\s]")
_LAYER = re.compile(r"[\w .\-]{1,60}")
_ROUNDS = 4  # of unquoting, and of addresses inside addresses
#: Additions of QGIS behind a path that select features.
_KEPT_ADDITIONS = ("layername=", "layerid=", "subset=")


def public_name(address: str) -> str:
    """Return what to call a source: the name of its file, or the kind of source where it has none.

    Args:
        address: a path of any system, a URL, or anything that GDAL and QGIS open, also percent-encoded or with
            ``|layername=…`` behind it.
    """
    return _named(plain(address).partition("|")[0].strip(), _ROUNDS) or LEFT_OUT


def public_source(address: str) -> str:
    """Return the name of a source with the selection in it, as ``roads.gpkg|layername=paved``."""
    additions = address.split("|")[1:]
    if any(part.startswith("subset=") for part in additions):  # which reaches to the end, whatever is in it
        start = next(index for index, part in enumerate(additions) if part.startswith("subset="))
        additions = [*additions[:start], "|".join(additions[start:])]
    kept = [part for part in additions if part.startswith(_KEPT_ADDITIONS)]
    return "|".join([public_name(address), *kept])


def public_address(address: str) -> str:
    """Return where a URL leads, without what may be secret: ``https://host/…/file``. Other addresses: their name."""
    address = plain(address)
    scheme = _SCHEME.match(address)
    if scheme is None or scheme[0].lower() in ("file://", "vrt://"):
        return public_name(address)
    rest = address.removeprefix(scheme[0])
    if _unclear(rest):
        return f"{scheme[0]}{LEFT_OUT}"
    authority, path = _authority_and_path(rest)
    folder, _, name = path.rpartition("/")
    host = authority.rpartition("@")[2]
    if not name:
        return scheme[0] + host
    return f"{scheme[0]}{host}/{LEFT_OUT + '/' if folder else ''}{name}"


def plain(address: str) -> str:
    """Return an address with percent signs resolved that hide its structure; not those inside a password."""
    for _ in range(_ROUNDS):
        if "://" in address or not _ENCODED.search(address):
            break
        address = unquote(address)
    return address


def _named(text: str, rounds: int) -> str:
    """Return the name of the file, or empty."""
    if rounds == 0:
        return ""
    if text.startswith("<"):
        return "XML"
    if text.startswith(("{", "[")):
        return "JSON"
    if text.startswith('"') and text.endswith('"') and len(text) > 1:
        return _named(text.strip('"'), rounds - 1)
    if virtual := _VIRTUAL.match(text):
        return _in_virtual(text, text.removeprefix(virtual[0]), rounds)
    scheme = _SCHEME.match(text)
    if scheme is not None:
        return _at_address(scheme[0].lower(), text.removeprefix(scheme[0]), rounds)
    if (option := _OPTION.search(text)) and _SCHEME.search(text):
        return _named(text.partition(option[0])[2], rounds - 1)
    driver = _DRIVER.match(text)
    if driver is not None:
        return _of_driver(driver[1], text.removeprefix(driver[0]), rounds)
    name = _last(text)
    return "" if len(_ASSIGNMENT.findall(name)) > 1 else name


def _in_virtual(text: str, rest: str, rounds: int) -> str:
    """Name a file of ``/vsi…``: the place may have options (``/vsicurl?url=…``, ``/vsicrypt/key=…,file=…``)."""
    kind = text.split("/")[1].split("?")[0].lower()
    inner = rest.lstrip("/{") if not rest.startswith("?") else rest
    if rest.startswith("?") or kind == "vsicrypt":
        option = _OPTION.search(inner if kind != "vsicrypt" else "," + inner)
        if option is None:
            return ""
        begin = option.end() - (1 if kind == "vsicrypt" else 0)
        value = inner[begin:].split("&")[0].split("," if kind == "vsicrypt" else "\0")[0]
        return _named(value, rounds - 1)
    if _SCHEME.match(inner):
        return _named(inner, rounds - 1)
    if nested := re.search(r"/vsi[a-z0-9_]+[/?].*", rest, re.IGNORECASE | re.DOTALL):
        return _named(nested[0], rounds - 1)
    name = _last(re.split(r"[?#]", inner)[0])
    return "" if "=" in name else name


def _at_address(scheme: str, rest: str, rounds: int) -> str:
    if scheme == "vrt://":
        return _named(rest if _SCHEME.search(rest) or "/vsi" in rest else rest.split("?")[0], rounds - 1)
    if scheme == "file://":
        return _last(rest.split("?")[0])
    if _unclear(rest):
        return ""
    authority, path = _authority_and_path(rest)
    return _last(path) or authority.rpartition("@")[2]


def _of_driver(driver: str, rest: str, rounds: int) -> str:
    """Name the file in ``DRIVER:"file":layer``, with the layer; only the driver where there is no file in it."""
    quoted = re.match(r'(?:\d+:)?"([^"]+)"(?::(.*))?$', rest)
    inner = quoted[1] if quoted else rest
    if _SCHEME.search(inner) or _VIRTUAL.search(inner):
        start = min(found.start() for found in (_SCHEME.search(inner), _VIRTUAL.search(inner)) if found)
        return (_named(inner[start:], rounds - 1) or f"{driver}:{LEFT_OUT}").split(":")[0] or f"{driver}:{LEFT_OUT}"
    if quoted is None and (_ASSIGNMENT.search(rest) or "@" in rest):
        return f"{driver}:{LEFT_OUT}"
    pieces = [quoted[1], quoted[2] or ""] if quoted else rest.split(":")
    for index, piece in enumerate(pieces):
        name = _last(piece)
        if _FILE.fullmatch(name):
            layer = pieces[index + 1] if index + 1 < len(pieces) else ""
            return f"{name}:{layer}" if _LAYER.fullmatch(layer) else name
    return f"{driver}:{LEFT_OUT}"


def _unclear(rest: str) -> bool:
    """Whether a password with a ``/`` or ``?`` in it may have been taken for a path."""
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    port = authority.rpartition("@")[2].rpartition(":")[2] if ":" in authority.rpartition("@")[2] else ""
    cut_short = bool(port) and not port.isdigit() and not authority.endswith("]")  # before the @ of a password
    return cut_short or ("@" in rest.removeprefix(authority) and ":" in authority)


def _authority_and_path(rest: str) -> tuple[str, str]:
    """Split what follows ``scheme://`` into user and host, and the path without query, parameters and fragment."""
    authority, _, path = _END.split(rest, maxsplit=1)[0].partition("/")
    return authority, _END.split(plain(path), maxsplit=1)[0].rstrip("/}")


def _last(path: str) -> str:
    """Return the last part of a path of any system."""
    return re.split(r"[/\\]", path.rstrip("/\\"))[-1]
