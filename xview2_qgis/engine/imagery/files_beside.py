"""The files beside an image that describe it, and what they say: those of vendors, then features of catalogues."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path

from .description import Description
from .feature_file import of_feature
from .maxar import of_imd
from .vendor_xml import of_xml

_LARGEST_JSON = 2**20  # bytes: such descriptions have some ten thousand
_LARGEST_XML = 2**23  # those of Maxar hold the path of the satellite, too
_MOST_JSON = 64  # features in one folder that are looked into
_MOST_FILES = 50_000  # of a folder
_TILE = re.compile(r"_R\d+C\d+", re.IGNORECASE)  # one description for all tiles of a product


def descriptions(path: str) -> tuple[Description, ...]:
    """Return what the files beside an image say of it; whatever cannot be read says nothing.

    Args:
        path: as which the image was opened; only files on this machine have something beside them.
    """
    image = Path(path)
    try:
        if not image.is_file():
            return ()
        with os.scandir(image.parent) as entries:
            names = {entry.name.lower(): entry.name for entry in islice(entries, _MOST_FILES)}
    except (OSError, ValueError):
        return ()
    return (*_of_vendors(image, names), *_of_catalogues(image, names))


def _of_vendors(image: Path, names: Mapping[str, str]) -> Iterator[Description]:
    stems = dict.fromkeys([image.stem, _TILE.sub("", image.stem)])
    stems |= {f"DIM_{stem[4:]}": None for stem in tuple(stems) if stem.upper().startswith("IMG_")}
    for stem in stems:
        if name := names.get(f"{stem}.imd".lower()):
            said = of_imd(_content(image.with_name(name), _LARGEST_JSON).decode("utf-8", errors="replace"), name)
            yield from () if said is None else (said,)
        if name := names.get(f"{stem}.xml".lower()):
            said = of_xml(_content(image.with_name(name), _LARGEST_XML), name)
            yield from () if said is None else (said,)


def _of_catalogues(image: Path, names: Mapping[str, str]) -> Iterator[Description]:
    """Yield what features say: those of the image's name first, then others of its folder."""
    stem = image.stem.lower()
    own = [f"{stem}.json", f"{image.name.lower()}.json", f"{stem}.geojson", f"{stem}_metadata.json"]
    own += [f"{stem}.stac.json"]
    others = sorted(name for name in names.values() if name.endswith(".json"))[:_MOST_JSON]
    for name in dict.fromkeys([*(names[name] for name in own if name in names), *others]):
        file = image.with_name(name)
        content = _content(file, _LARGEST_JSON)
        said = of_feature(content, file, image) if content else None
        yield from () if said is None else (said,)


def _content(file: Path, largest: int) -> bytes:
    """Return what a file holds; nothing of one that is too large or cannot be read."""
    with suppress(OSError, ValueError):
        if file.is_file() and file.stat().st_size <= largest:
            return file.read_bytes()
    return b""
