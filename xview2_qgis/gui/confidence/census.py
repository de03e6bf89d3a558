"""How many buildings of each class a filter on confidence shows and hides: a filter must not change totals unsaid."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass

from qgis.core import NULL, QgsFeatureRequest, QgsVectorLayer

from ...protocol.schema import PROBABILITY_FIELDS
from .filter import ConfidenceFilter, Show

_CLASSES = ("final_class", "damage_class")  # the first of them that a layer has; older results lack the final one


@dataclass(frozen=True)
class Census:
    """The buildings of a layer without the filter on confidence.

    Attributes:
        confidences: for each class the confidences of its buildings, sorted.
        unknown: for each class the number of buildings without a confidence.
        unlikely: number of buildings with another class that is likelier than the one given.
    """

    confidences: dict[str, list[float]]
    unknown: dict[str, int]
    unlikely: int

    @property
    def all(self) -> Counter[str]:
        """Buildings of each class."""
        counts = Counter(self.unknown)
        counts.update({name: len(values) for name, values in self.confidences.items()})
        return counts

    def shown(self, wanted: ConfidenceFilter) -> Counter[str]:
        """Return the buildings of each class that a filter shows."""
        counts = Counter(self.unknown if wanted.unknown else {})
        for name, values in self.confidences.items():
            below = bisect_left(values, wanted.limit)
            shown = {Show.ALL: len(values), Show.SURE: len(values) - below, Show.DOUBTFUL: below}
            counts[name] += shown[wanted.show]
        return counts


def take_census(layer: QgsVectorLayer, other: str) -> Census:
    """Count the buildings of a damage layer; one pass over its features, without their outlines.

    Args:
        layer: a damage layer.
        other: filter that was set elsewhere in QGIS and stays in force.
    """
    whole = layer.clone()
    whole.setSubsetString(other)
    fields = whole.fields()
    class_field = next((name for name in _CLASSES if fields.indexOf(name) >= 0), _CLASSES[-1])
    probabilities = [name for name in PROBABILITY_FIELDS if fields.indexOf(name) >= 0]
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
    request.setSubsetOfAttributes([class_field, "confidence", *probabilities], fields)
    confidences: dict[str, list[float]] = {}
    unknown: Counter[str] = Counter()
    unlikely = 0
    for feature in whole.getFeatures(request):
        name, confidence = str(feature[class_field]), feature["confidence"]
        if confidence is None or confidence == NULL:
            unknown[name] += 1
            continue
        confidences.setdefault(name, []).append(confidence)
        likeliest = max((feature[p] for p in probabilities if feature[p] not in (None, NULL)), default=0.0)
        unlikely += likeliest > confidence + 1e-9
    del whole
    if layer.featureCount() < 0:
        # QGIS ends the log of a GeoPackage with the second of two layers, and the first one looks for it in vain
        layer.reload()
    for values in confidences.values():
        values.sort()
    return Census(confidences, dict(unknown), unlikely)
