"""What an xBD label file says: polygons in pixels, and the damage class of each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from xview2_qgis.engine.scoring.challenge import IGNORED

from ..errors import TrainingError

#: xBD's words for the classes and their numbers in masks.
SUBTYPES = {"no-damage": 1, "minor-damage": 2, "major-damage": 3, "destroyed": 4, "un-classified": IGNORED}

#: No image is so large; beyond it the whole numbers of a rasteriser overflow.
_FARTHEST = 1e6


class LabelError(TrainingError):
    """A label file is missing, unreadable or says something impossible; the message names the file."""


@dataclass(frozen=True)
class Feature:
    """One entry of a label file.

    Attributes:
        geometry: as written, not repaired; pixel coordinates, origin at the top left corner.
        value: mask value: 1…4, 255 for un-classified, 1 in pre files, which have no class.
    """

    geometry: BaseGeometry
    value: int


def read_features(path: Path) -> list[Feature]:
    """Read the entries of one label file in their order.

    Raises:
        LabelError: the file cannot be read, or holds an unknown class or geometry.
    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["features"]["xy"]
        return [_read_feature(path, entry["wkt"], entry.get("properties") or {}) for entry in entries]
    except LabelError:
        raise
    except KeyError as error:
        raise LabelError(f"{path}: not an xBD label file (no {error})") from error
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise LabelError(f"{path}: not an xBD label file ({error})") from error


def _read_feature(path: Path, wkt: str, properties: dict[str, str]) -> Feature:
    subtype = properties.get("subtype", "no-damage")
    if subtype not in SUBTYPES:
        raise LabelError(f"{path}: unknown damage class {subtype!r}; known are {', '.join(SUBTYPES)}")
    try:
        geometry = shapely.from_wkt(wkt)
    except shapely.errors.GEOSException as error:
        raise LabelError(f"{path}: unreadable polygon ({error})") from error
    if not geometry.is_empty and not np.abs(geometry.bounds).max() <= _FARTHEST:
        raise LabelError(f"{path}: polygon with coordinates that are no pixels: {wkt[:80]}")
    return Feature(geometry, SUBTYPES[subtype])
