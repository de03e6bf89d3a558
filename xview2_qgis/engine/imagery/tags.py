"""What the tags of an image say of it, which GDAL reads from the file, and from those of vendors beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from rasterio.io import DatasetReader

from .description import Description, Said
from .maxar import of_values
from .satellites import satellite

_ORIGIN = "metadata of the file"
# without case, spaces, underscores and hyphens; TIFFTAG_ARTIST and TIFFTAG_HOSTCOMPUTER, which name a person and a
# computer, are none of these
_SENSORS = ("satelliteid", "satellite", "platform", "spacecraftname", "sensor", "sensorid")
_SOURCES = ("provider", "imagesource", "datasource", "vendor", "agency")
_GSD = ("gsd", "gsdm", "groundsamplingdistance", "groundsampledistance")
_ANGLES = ("offnadir", "offnadirangle", "offnadirdeg", "viewangle", "nitfcsexraviewangle")
_LICENCES = ("licence", "license")
_CREDITS = ("tifftagcopyright", "exifcopyright", "copyright", "credit", "attribution")


def of_tags(dataset: DatasetReader) -> Iterator[Description]:
    """Yield what the domains of metadata say.

    Args:
        dataset: the image, opened.
    """
    vendor = of_values(_plain(dataset.tags(ns="IMD")), _ORIGIN)
    if vendor is not None:
        yield vendor
    known = {**_plain(dataset.tags()), **_plain(dataset.tags(ns="IMAGERY"))}
    said = Said(
        source=_of(known, _SOURCES),
        sensor=satellite(_of(known, _SENSORS)),
        gsd_m=_of(known, _GSD),
        off_nadir_deg=_of(known, _ANGLES),
        licence=_of(known, _LICENCES),
        credit=_of(known, _CREDITS),
    )
    yield Description(_ORIGIN, "", said.facts())


def _of(known: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((known[name] for name in names if name in known), None)


def _plain(tags: Mapping[str, str]) -> dict[str, str]:
    """Return tags by plain names, without groups such as ``IMAGE_1.``; the first of a name counts."""
    found: dict[str, str] = {}
    for name, value in tags.items():
        found.setdefault(re.sub(r"[\s_-]", "", name.rpartition(".")[2]).lower(), value)
    return found
