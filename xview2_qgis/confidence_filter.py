"""A filter on a damage layer: only buildings of whose class the model is sure enough.

The filter is QGIS's own filter of the layer. A filter that somebody has set before stays in force, and comes back alone
when this one is taken away.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from qgis.core import QgsFeatureRequest, QgsMapLayer, QgsProviderRegistry, QgsVectorLayer

#: Fields by which a layer is known as a result.
_FIELDS = ("confidence", "damage_class")
_CLAUSE = re.compile(
    r'^(?:\((?P<other>.*)\) AND )?\("confidence" >= (?P<least>[0-9.]+)(?P<unknown> OR "confidence" IS NULL)?\)$',
    re.DOTALL,
)


@dataclass(frozen=True)
class ConfidenceFilter:
    """What is shown of a damage layer.

    Attributes:
        least: least confidence, 0–1; 0 shows every building that has one.
        unknown: also show buildings without a class, which have no confidence.
        other: filter that was set by somebody else, empty without one.
    """

    least: float = 0.0
    unknown: bool = True
    other: str = ""

    @property
    def subset(self) -> str:
        """The filter in SQL, as QGIS takes it; empty when everything is shown."""
        if self.least <= 0 and self.unknown:
            return self.other
        clause = f'("confidence" >= {self.least:.2f}{" OR " if self.unknown else ""}'
        clause += '"confidence" IS NULL)' if self.unknown else ")"
        return f"({self.other}) AND {clause}" if self.other else clause

    @staticmethod
    def of(layer: QgsVectorLayer) -> ConfidenceFilter:
        """Return what is shown of a layer now."""
        subset = layer.subsetString()
        found = _CLAUSE.match(subset)
        if found is None or not _balanced(found["other"] or ""):
            return ConfidenceFilter(other=subset)
        return ConfidenceFilter(float(found["least"]), found["unknown"] is not None, found["other"] or "")

    @property
    def possible(self) -> bool:
        """Whether a condition can be added to the filter that is set; to a whole SELECT it cannot."""
        return not self.other.lstrip().upper().startswith("SELECT")

    def apply(self, layer: QgsVectorLayer) -> bool:
        """Show only this of a layer; False when QGIS refuses, as it does while the layer is edited."""
        return layer.subsetString() == self.subset or bool(layer.setSubsetString(self.subset))


def is_lost(layer: QgsVectorLayer) -> bool:
    """Return whether the file of a layer was moved or deleted; QGIS does not survive a new filter on such a layer."""
    if layer.providerType() != "ogr":
        return False
    parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    path = str(parts.get("path") or "")
    return os.path.isabs(path) and not os.path.exists(path)


def is_damage_layer(layer: QgsMapLayer | None) -> bool:
    """Return whether a layer is the damage layer of a result."""
    return (
        isinstance(layer, QgsVectorLayer)
        and layer.isValid()
        and all(layer.fields().indexOf(name) >= 0 for name in _FIELDS)
    )


def _balanced(condition: str) -> bool:
    """Return whether the parentheses of a condition belong together; those in quotes do not count."""
    depth = 0
    for sign in re.sub(r"'[^']*'|\"[^\"]*\"", "", condition):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth < 0:
            return False
    return depth == 0


def count_shown(layer: QgsVectorLayer) -> int:
    """Return how many buildings a layer shows.

    QGIS knows it at once for a whole layer only: it forgets the filter of a GeoPackage with more than 100 000 features.
    """
    count = -1 if layer.subsetString() else int(layer.featureCount())
    if count >= 0:
        return count
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry).setSubsetOfAttributes([])
    return sum(1 for _ in layer.getFeatures(request))


def count_all(layer: QgsVectorLayer, other: str) -> int:
    """Return how many buildings there are without the filter on confidence.

    Args:
        layer: a damage layer.
        other: filter that was set by somebody else.
    """
    whole = layer.clone()
    whole.setSubsetString(other)
    count = count_shown(whole)
    del whole
    if layer.featureCount() < 0:
        # QGIS ends the log of a GeoPackage with the second of two layers, and the first one looks for it in vain
        layer.reload()
    return count
