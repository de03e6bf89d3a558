"""Buildings as rows: what a product tells of each, in plain values, with its outline in longitude and latitude.

Names of people who reviewed and their notes are in no row: products are handed on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import geopandas
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from rasterio.crs import CRS

from ....protocol.schema import CLASS_NAMES, PROBABILITY_FIELDS, SCENE_FIELD, Damage
from ...geo.geodesy import ellipsoidal_areas
from ..mapping import by_review, final_confidence
from .lonlat_outlines import lonlat_outlines

_DAMAGE_OF = {name: damage for damage, name in CLASS_NAMES.items()}


@dataclass(frozen=True)
class BuildingRow:
    """A building.

    Attributes:
        building_id: its number in the result; None for one that was drawn by hand.
        scene: the scene of a merged result it belongs to, else None.
        damage: its final class.
        model_damage: class by the model.
        confidence: probability of the final class, by the model or after adaptation; None where a person set the class
            or nothing was visible.
        probabilities: of the four classes, least damage first, by the model; None where nothing was visible.
        area_m2: ellipsoidal area.
        visible: share with valid pixels in the images, 0 to 1.
        source: where the outline is from: ``model``, ``footprint`` or ``review``.
        footprint_id: id of the given footprint.
        reviewed: whether a person has set the class.
        reviewed_on: date of that, ISO 8601; None where it is not known.
        outline: in degrees, see :mod:`.lonlat`.
        longitude: of a point inside.
        latitude: of the same.
    """

    building_id: int | None
    scene: str | None
    damage: Damage
    model_damage: Damage
    confidence: float | None
    probabilities: tuple[float | None, ...]
    area_m2: float
    visible: float | None
    source: str
    footprint_id: str | None
    reviewed: bool
    reviewed_on: str | None
    outline: shapely.Polygon | shapely.MultiPolygon
    longitude: float
    latitude: float

    @property
    def final_class(self) -> str:
        """The final class in xBD's words."""
        return CLASS_NAMES[self.damage]

    @property
    def model_class(self) -> str:
        """The class by the model in xBD's words."""
        return CLASS_NAMES[self.model_damage]

    @property
    def name(self) -> str:
        """What tells it from others: its number, behind that of its scene."""
        number = "–" if self.building_id is None else str(self.building_id)
        return number if self.scene is None else f"{self.scene} {number}"


def building_rows(frame: geopandas.GeoDataFrame) -> Iterator[BuildingRow]:
    """Yield the buildings of a batch, in its order.

    Args:
        frame: a batch of layer ``damage``, outlines in its CRS.
    """
    if not len(frame):
        return
    crs = CRS.from_wkt(frame.crs.to_wkt())
    outlines = np.asarray(frame.geometry.array, dtype=object)
    placed = lonlat_outlines(outlines.copy(), crs)
    values = {str(name): _plain(frame[name]) for name in frame.columns if name != frame.geometry.name}
    areas = _areas(values.get("area_m2"), outlines, crs)
    reviewed, confidence = by_review(frame).tolist(), final_confidence(frame).tolist()
    for index, (longitude, latitude) in enumerate(placed.points.tolist()):
        row = {name: column[index] for name, column in values.items()}
        final = _DAMAGE_OF.get(str(row.get("final_class")), Damage.UNKNOWN)
        yield BuildingRow(
            building_id=_whole(row.get("building_id")), scene=_text(row.get(SCENE_FIELD)),
            damage=final, model_damage=_DAMAGE_OF.get(str(row.get("damage_class")), Damage.UNKNOWN),
            confidence=_number(confidence[index]) if final else None,
            probabilities=tuple(_number(row.get(name)) for name in PROBABILITY_FIELDS),
            area_m2=areas[index], visible=_number(row.get("valid_fraction")),
            source=_text(row.get("source")) or "", footprint_id=_text(row.get("footprint_id")),
            reviewed=reviewed[index], reviewed_on=_date(row.get("reviewed_at")),
            outline=placed.outlines[index], longitude=longitude, latitude=latitude,
        )  # fmt: skip


def _plain(column: pd.Series) -> list[object]:
    return [None if missing else value for value, missing in zip(column.tolist(), column.isna().tolist(), strict=True)]


def _areas(column: list[object] | None, outlines: NDArray[np.object_], crs: CRS) -> list[float]:
    """Return areas; those of outlines that were drawn by hand may not be there yet."""
    known = [None] * len(outlines) if column is None else [_number(value) for value in column]
    missing = [index for index, value in enumerate(known) if value is None]
    measured = ellipsoidal_areas([outlines[index] for index in missing], crs).tolist() if missing else []
    for index, area in zip(missing, measured, strict=True):
        known[index] = area
    return [float(value or 0.0) for value in known]


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _whole(value: object) -> int | None:
    number = _number(value)
    return None if number is None else int(number)


def _text(value: object) -> str | None:
    text = "" if value is None else str(value).strip()
    return text or None


def _date(value: object) -> str | None:
    text = _text(value)
    return None if text is None else text[:10]
