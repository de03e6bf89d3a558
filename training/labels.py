"""xBD labels: from the JSON files to masks.

Our rule: holes are cut, un-classified buildings are buildings whose damage is ignored, and where polygons overlap the
smaller one wins (it would vanish otherwise). The published rules differ in these points and in the rounding.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.features import rasterize
from shapely.geometry.base import BaseGeometry

#: Mask value of pixels that do not count.
IGNORED = 255

#: xBD's words for the classes and their numbers in masks.
SUBTYPES = {"no-damage": 1, "minor-damage": 2, "major-damage": 3, "destroyed": 4, "un-classified": IGNORED}


class LabelError(ValueError):
    """A label file is missing, unreadable or says something impossible; the message names the file."""


@dataclass(frozen=True)
class LabelledBuilding:
    """One building of a label file.

    Attributes:
        polygon: outline in pixel coordinates, origin at the top left corner.
        value: mask value: 1…4, 255 for un-classified, 1 in pre files, which have no class.
    """

    polygon: BaseGeometry
    value: int


def read_label(path: Path) -> list[LabelledBuilding]:
    """Read the buildings of one label file.

    Raises:
        LabelError: the file cannot be read, or holds an unknown class or geometry.
    """
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]["xy"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LabelError(f"{path}: not an xBD label file ({error})") from error
    buildings = []
    for feature in features:
        subtype = feature.get("properties", {}).get("subtype", "no-damage")
        if subtype not in SUBTYPES:
            raise LabelError(f"{path}: unknown damage class {subtype!r}")
        try:
            polygon = shapely.make_valid(shapely.from_wkt(feature["wkt"]))
        except (shapely.errors.GEOSException, KeyError) as error:
            raise LabelError(f"{path}: unreadable polygon ({error})") from error
        if polygon.area > 0:
            buildings.append(LabelledBuilding(polygon, SUBTYPES[subtype]))
    return buildings


def draw_mask(buildings: list[LabelledBuilding], height: int, width: int) -> NDArray[np.uint8]:
    """Return the mask of a label, uint8 (H, W): 0 background, 1…4, 255 ignored."""
    ordered = sorted(buildings, key=lambda b: -b.polygon.area)
    if not ordered:
        return np.zeros((height, width), np.uint8)
    mask = rasterize([(b.polygon, b.value) for b in ordered], out_shape=(height, width), fill=0, dtype="uint8")
    return np.asarray(mask, dtype=np.uint8)
