"""The totals of a damage layer, with reviews that are not saved yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from qgis.core import NULL, QgsProviderRegistry, QgsVectorLayer

from ..protocol.stored_result import DamagedError, InUseError
from ..protocol.totals.category import category_of
from ..protocol.totals.review_sample import BuildingNow, ReviewSample, Totals, totals_of
from ..protocol.totals.stored_sample import NotAResultError, read_buildings, read_sample


@dataclass(frozen=True)
class StoredTotals:
    """What the file of a layer says, read once.

    Attributes:
        sample: the sample that has been drawn; None where there is none.
        totals: counts and estimates.
    """

    sample: ReviewSample | None
    totals: Totals


def result_file(layer: QgsVectorLayer) -> str:
    """Return the GeoPackage behind a layer, an empty text where there is none."""
    if layer.providerType() != "ogr":
        return ""
    path = str(QgsProviderRegistry.instance().decodeUri("ogr", layer.source()).get("path") or "")
    return path if path.lower().endswith(".gpkg") else ""


def totals_of_layer(layer: QgsVectorLayer) -> StoredTotals | None:
    """Return the totals of all buildings of a layer, whatever filter it has; None where its file cannot be read."""
    path = result_file(layer)
    if not path:
        return None
    try:
        sample, buildings = read_sample(Path(path)), read_buildings(Path(path))
    except (NotAResultError, InUseError, DamagedError):
        return None
    return StoredTotals(sample, totals_of(sample, _as_edited(layer, buildings)))


def _as_edited(layer: QgsVectorLayer, buildings: list[BuildingNow]) -> list[BuildingNow]:
    """Return the buildings with reviews that are in the edit buffer only."""
    buffer = layer.editBuffer()
    if buffer is None:
        return buildings
    edited = {}
    for row in buffer.changedAttributeValues():
        feature = layer.getFeature(row)
        if feature.isValid() and feature["building_id"] != NULL:
            review = feature["review_class"]
            edited[int(feature["building_id"])] = None if review == NULL else str(review)
    return [_reviewed(building, edited) for building in buildings]


def _reviewed(building: BuildingNow, edited: dict[int, str | None]) -> BuildingNow:
    if building.building_id is None or building.building_id not in edited:
        return building
    review = edited[building.building_id]
    if category_of(review) is None:
        # the trigger of the file decides once it is saved; until then an adapted class is not known here
        final = building.final_class if category_of(building.review) is None else building.model_class
    else:
        final = str(review).strip().lower()
    return replace(building, review=review, final_class=final)
