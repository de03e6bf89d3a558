"""The label file of one date of a tile, as xBD has it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import shapely

from .tiles import TILE_SIZE, LabelledOutline

_PIXEL_DIGITS, _DEGREE_DIGITS = 3, 9  # half a millimetre, a tenth of one


@dataclass(frozen=True)
class LabelledImage:
    """What a label says of its image.

    Attributes:
        file: its name.
        disaster: name of the event.
        gsd_m: pixel size in metres.
        captured: moment in UTC, ISO 8601; None where it is not known.
        run_id: of the run that found the buildings.
    """

    file: str
    disaster: str
    gsd_m: float
    captured: str | None
    run_id: str


def pre_label(image: LabelledImage, outlines: Sequence[LabelledOutline]) -> str:
    """Return the label of a pre-event image, JSON: outlines without a class."""
    return _label(image, [(outline, {}) for outline in outlines])


def post_label(image: LabelledImage, outlines: Sequence[LabelledOutline]) -> str:
    """Return the label of a post-event image, JSON: outlines with their classes as ``subtype``."""
    return _label(image, [(outline, {"subtype": outline.subtype}) for outline in outlines])


def _label(image: LabelledImage, features: list[tuple[LabelledOutline, dict[str, str]]]) -> str:
    metadata = {
        "gsd": round(image.gsd_m, 4), "capture_date": image.captured, "disaster": image.disaster,
        "original_width": TILE_SIZE, "original_height": TILE_SIZE, "width": TILE_SIZE, "height": TILE_SIZE,
        "img_name": image.file,
    }  # fmt: skip
    xy, lng_lat = [], []
    for outline, more in features:
        written = shapely.to_wkt(outline.lng_lat, rounding_precision=_DEGREE_DIGITS)
        # the same building has the same one in both labels, and in the next export
        uid = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{image.run_id} {written}"))
        properties = {"feature_type": "building", **more, "uid": uid}
        pixels = shapely.to_wkt(outline.xy, rounding_precision=_PIXEL_DIGITS)
        xy.append({"properties": properties, "wkt": pixels})
        lng_lat.append({"properties": properties, "wkt": written})
    known = {key: value for key, value in metadata.items() if value is not None}
    return json.dumps({"features": {"lng_lat": lng_lat, "xy": xy}, "metadata": known})
