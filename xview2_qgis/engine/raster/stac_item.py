"""When an image was taken, by the description that lies beside it: an item of STAC, or the JSON of a vendor.

Catalogues of open data (Maxar, Planet, Umbra) bring a GeoJSON feature with each image. Its moment is
``properties.datetime`` (STAC 1.0.0, Common Metadata), of a longer acquisition ``start_datetime``; Planet has
``acquired``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

_MOMENTS = ("datetime", "start_datetime", "acquired")
_LARGEST = 2**20  # bytes: such descriptions have some ten thousand
_MOST = 64  # descriptions in one folder that are looked into


def item_moment(path: str) -> tuple[str, str] | None:
    """Return the moment in the description of an image, and the name of its file; None where there is none.

    Args:
        path: as which the image was opened; only files on this machine have something beside them.
    """
    image = Path(path)
    if not image.is_file():
        return None
    for description in _candidates(image):
        moment = _moment(description, image)
        if moment is not None:
            return moment, description.name
    return None


def _candidates(image: Path) -> Iterator[Path]:
    """Yield the files that may describe an image: those of its name first, then others of its folder."""
    named = [image.with_suffix(".json"), image.with_name(f"{image.name}.json"), image.with_suffix(".geojson")]
    named += [image.with_name(f"{image.stem}_metadata.json"), image.with_name(f"{image.stem}.stac.json")]
    with suppress(OSError):
        beside = sorted(image.parent.glob("*.json"))[:_MOST]
        for file in dict.fromkeys([*named, *beside]):
            if file.is_file() and file.stat().st_size <= _LARGEST:
                yield file


def _moment(description: Path, image: Path) -> str | None:
    try:
        item = json.loads(description.read_text(encoding="utf-8-sig"))
        properties = item["properties"]
        moment = next((properties[key] for key in _MOMENTS if isinstance(properties.get(key), str)), None)
        described = item["type"] == "Feature" and (_is_named(description, image) or _has_asset(item, image))
    except (OSError, ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return None
    return moment if described else None


def _is_named(description: Path, image: Path) -> bool:
    name = description.name.removesuffix(".json").removesuffix(".geojson").removesuffix(".stac")
    return name.removesuffix("_metadata") in (image.name, image.stem)


def _has_asset(item: dict[str, dict[str, dict[str, str]]], image: Path) -> bool:
    """Return whether an item refers to the image by the name of its file."""
    links = (asset.get("href", "") for asset in item.get("assets", {}).values())
    return any(PurePosixPath(unquote(urlsplit(link).path)).name == image.name for link in links)
