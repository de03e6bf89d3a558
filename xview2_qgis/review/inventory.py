"""The buildings of a damage layer, read once; a review then changes one entry."""

from __future__ import annotations

from collections.abc import Iterable

from qgis.core import NULL, QgsFeature, QgsFeatureRequest, QgsVectorLayer

from ..protocol.schema import CLASS_NAMES, PROBABILITY_FIELDS, Damage
from .building import ReviewedBuilding, word_of_review

_FIELDS = (
    "building_id", "damage_class", "adapted_class", *PROBABILITY_FIELDS, "area_m2", "review_class", "review_note",
)  # fmt: skip


class Inventory:
    """Reads buildings of one layer, with the filter of the layer and its edits.

    Args:
        layer: a damage layer.
    """

    def __init__(self, layer: QgsVectorLayer) -> None:
        self._layer = layer
        fields = layer.fields()
        self._place = {name: fields.indexOf(name) for name in _FIELDS if fields.indexOf(name) >= 0}

    def read_all(self) -> dict[int, ReviewedBuilding]:
        """Return all buildings by their feature ids."""
        return {building.fid: building for building in self._read(QgsFeatureRequest())}

    def read(self, fids: Iterable[int]) -> dict[int, ReviewedBuilding]:
        """Return those of some buildings that there are."""
        wanted = list(fids)
        request = QgsFeatureRequest().setFilterFids(wanted)
        return {building.fid: building for building in self._read(request)} if wanted else {}

    def _read(self, request: QgsFeatureRequest) -> Iterable[ReviewedBuilding]:
        request.setSubsetOfAttributes(list(self._place.values()))
        return map(self._building, self._layer.getFeatures(request))

    def _building(self, feature: QgsFeature) -> ReviewedBuilding:
        # all at once: one call from Python into QGIS for each value would take most of the time
        values = feature.attributes()
        given = {
            name: value for name, place in self._place.items() if (value := values[place]) is not None and value != NULL
        }
        probabilities = tuple(float(given[name]) for name in PROBABILITY_FIELDS if name in given)
        middle = feature.geometry().boundingBox().center()
        return ReviewedBuilding(
            fid=feature.id(),
            building_id=given.get("building_id"),
            model_class=str(given.get("damage_class", CLASS_NAMES[Damage.UNKNOWN])),
            adapted_class=str(given.get("adapted_class", "")),
            probabilities=probabilities if len(probabilities) == len(PROBABILITY_FIELDS) else (),
            area_m2=float(given.get("area_m2", 0.0)),
            review_class=word_of_review(given.get("review_class")),
            note=str(given.get("review_note", "")),
            x=middle.x(),
            y=middle.y(),
        )
