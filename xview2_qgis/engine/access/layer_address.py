"""Addresses of vector layers as QGIS writes them: a path, and behind bars what of the file counts.

``path|layername=NAME|geometrytype=Polygon|option:NAME=VALUE|subset=CONDITION``. They are taken apart as QGIS does it
(``QgsOgrProviderMetadata::decodeUri``), because users copy them from there: each addition may stand anywhere, upper or
lower case, ``subset`` reaches to the end, and what is none of the additions belongs to the path.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

# in the order in which QGIS searches for them; the filter comes last, so that it may hold anything but these
_GEOMETRY_TYPE = re.compile(r"\|geometrytype=([a-z0-9]*)", re.IGNORECASE)
_UNIQUE_TYPE = re.compile(r"\|uniqueGeometryType=([a-z]*)", re.IGNORECASE)
_LAYER_NAME = re.compile(r"\|layername=([^|]*)", re.IGNORECASE)
_LAYER_NUMBER = re.compile(r"\|layerid=([^|]*)", re.IGNORECASE)
_OPTION = re.compile(r"\|option:([^|]*)")
_CREDENTIAL = re.compile(r"\|credential:([^|]*)")
_CONDITION = re.compile(r"\|subset=(.*)\Z", re.DOTALL)
_LOGIN = re.compile(r" authcfg='([^']+)'")


@dataclass(frozen=True)
class LayerAddress:
    """What an address names.

    Attributes:
        path: file, folder or address, anything OGR opens.
        layer: name or number of the layer, None where the address does not say.
        condition: which features count, as of SQL, or a whole ``SELECT`` statement; None for all.
        geometry_type: kind of geometries that counts in a layer of several kinds, None for all.
        options: open options of the driver, ``NAME=VALUE``.
    """

    path: str
    layer: str | int | None = None
    condition: str | None = None
    geometry_type: str | None = None
    options: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> LayerAddress:
        """Take an address apart. A file that is called like the whole text is just that file.

        Raises:
            ValueError: ``layerid`` is no number.
        """
        if "|" not in text or os.path.exists(text):
            return cls(_LOGIN.sub("", text, count=1))
        rest = _LOGIN.sub("", text, count=1)
        geometry_type, rest = _take(_GEOMETRY_TYPE, rest)
        _, rest = _take(_UNIQUE_TYPE, rest)
        options: list[str] = []
        while (match := _OPTION.search(rest)) is not None:
            options.append(match[1])
            rest = _without(rest, match)
        while (match := _CREDENTIAL.search(rest)) is not None:
            rest = _without(rest, match)
        name, rest = _take(_LAYER_NAME, rest)
        number, rest = _take(_LAYER_NUMBER, rest)
        condition, rest = _take(_CONDITION, rest)
        layer = name or (None if number is None else int(number or 0))
        return cls(rest, layer, condition or None, geometry_type or None, tuple(options))


def _take(pattern: re.Pattern[str], text: str) -> tuple[str | None, str]:
    """Return what a pattern finds first, and the text without it."""
    match = pattern.search(text)
    return (None, text) if match is None else (match[1], _without(text, match))


def _without(text: str, match: re.Match[str]) -> str:
    start, end = match.span()
    return text[:start] + text[end:]
