"""What a feature in GeoJSON says of an image: an item of STAC, or the description of Planet.

Catalogues of open data (Maxar, Planet, Umbra) bring one with each image. Its moment is ``properties.datetime`` (STAC
1.0.0, Common Metadata), of a longer acquisition ``start_datetime``; Planet has ``acquired``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from .description import Description, Said
from .satellites import satellite

_MOMENTS = ("datetime", "start_datetime", "acquired")
# licences of STAC that name none
_NO_LICENCE = ("other", "various")
_SHORTEST_ID = 8  # letters of the id of a scene, which may begin the name of the image


def of_feature(content: bytes, file: Path, image: Path) -> Description | None:
    """Return what a file says of an image; None where it describes none, or another one.

    Args:
        content: the file.
        file: its name counts, as ``IMAGE_metadata.json``.
        image: the image, to which an asset may lead.
    """
    try:
        item = json.loads(content.decode("utf-8-sig"))
        properties = item["properties"]
        moment = next((properties[key] for key in _MOMENTS if isinstance(properties.get(key), str)), "")
        described = item["type"] == "Feature" and (
            _is_named(file, image) or _has_asset(item, image) or _is_part(item, file, image)
        )
        said = _said(item, properties) if described else None
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return None
    return None if said is None else Description(file.name, moment, said.facts())


def _said(item: Mapping[str, Any], properties: Mapping[str, Any]) -> Said:
    planet = properties.get("item_type") if "satellite_id" in properties else None
    platform = planet or properties.get("vehicle_name") or properties.get("platform") or properties.get("constellation")
    licence = properties.get("license", item.get("license"))
    return Said(
        source="Planet" if planet else _provider(properties.get("providers", item.get("providers"))),
        sensor=satellite(platform),
        gsd_m=properties.get("gsd", properties.get("pan_gsd")),
        off_nadir_deg=_first(properties, "view:off_nadir", "off_nadir", "off_nadir_avg", "view_angle"),
        licence=None if licence in _NO_LICENCE else licence,
        credit=_first(properties, "attribution", "copyright"),
    )


def _first(properties: Mapping[str, Any], *names: str) -> object:
    return next((properties[name] for name in names if name in properties), None)


def _provider(providers: object) -> object:
    """Return the name of who made an image, else of who licenses it, else of the first that is named."""
    known = [one for one in providers if isinstance(one, dict)] if isinstance(providers, list) else []
    for role in ("producer", "licensor"):
        for one in known:
            roles = one.get("roles")
            if isinstance(roles, list) and role in roles:
                return one.get("name")
    return known[0].get("name") if known else None


def _is_named(file: Path, image: Path) -> bool:
    return _described_name(file) in (image.name, image.stem)


def _is_part(item: Mapping[str, Any], file: Path, image: Path) -> bool:
    """Return whether an image is one of the assets of a scene of Planet: its name begins with the id of the scene."""
    scene = item.get("id")
    return (
        isinstance(scene, str)
        and len(scene) >= _SHORTEST_ID
        and _described_name(file) == scene
        and image.stem.startswith(f"{scene}_")
    )


def _described_name(file: Path) -> str:
    name = file.name.removesuffix(".json").removesuffix(".geojson").removesuffix(".stac")
    return name.removesuffix("_metadata")


def _has_asset(item: Mapping[str, Any], image: Path) -> bool:
    """Return whether an item refers to the image by the name of its file."""
    links = (asset.get("href", "") for asset in item.get("assets", {}).values())
    return any(PurePosixPath(unquote(urlsplit(link).path)).name == image.name for link in links)
