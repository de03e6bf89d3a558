"""A filter on a damage layer: only buildings of whose class the model is sure enough, or only those where it is not.

The filter is QGIS's own filter of the layer. A filter that was set before stays in force, and comes back alone
when this one is taken away.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from qgis.core import QgsMapLayer, QgsProviderRegistry, QgsVectorLayer

if TYPE_CHECKING:
    from typing import TypeGuard  # Python 3.10 and later

#: Fields by which a layer is known as a result.
_FIELDS = ("confidence", "damage_class")
_CLAUSE = re.compile(
    r"^(?:\((?P<other>.*)\) AND )?"
    r'\("confidence" (?P<sign>>=|<) (?P<limit>[0-9.]+)(?P<unknown> OR "confidence" IS NULL)?\)$',
    re.DOTALL,
)


class Show(Enum):
    """Which buildings are shown."""

    ALL = "all"
    SURE = "sure"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True)
class ConfidenceFilter:
    """What is shown of a damage layer.

    Attributes:
        show: all buildings, those at or above the limit, or those below it.
        limit: confidence, 0–1.
        unknown: also show buildings without a class, which have no confidence.
        other: filter that was set elsewhere in QGIS, empty without one.
    """

    show: Show = Show.ALL
    limit: float = 0.0
    unknown: bool = True
    other: str = ""

    @property
    def subset(self) -> str:
        """The filter in SQL, as QGIS takes it; empty when everything is shown."""
        show, limit = (Show.SURE, 0.0) if self.show is Show.ALL else (self.show, self.limit)
        if show is Show.SURE and limit <= 0 and self.unknown:
            return self.other
        sign = ">=" if show is Show.SURE else "<"
        clause = f'("confidence" {sign} {limit:.2f}{" OR " if self.unknown else ""}'
        clause += '"confidence" IS NULL)' if self.unknown else ")"
        return f"({self.other}) AND {clause}" if self.other else clause

    @staticmethod
    def of(layer: QgsVectorLayer) -> ConfidenceFilter:
        """Return what is shown of a layer now."""
        subset = layer.subsetString()
        found = _CLAUSE.match(subset)
        if found is None or not _balanced(found["other"] or ""):
            return ConfidenceFilter(other=subset)
        limit = float(found["limit"])
        show = Show.DOUBTFUL if found["sign"] == "<" else Show.SURE if limit > 0 else Show.ALL
        return ConfidenceFilter(show, limit, found["unknown"] is not None, found["other"] or "")

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


def is_damage_layer(layer: QgsMapLayer | None) -> TypeGuard[QgsVectorLayer]:
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
