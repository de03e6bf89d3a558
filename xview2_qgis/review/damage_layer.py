"""Layers that can be reviewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsMapLayer, QgsVectorLayer

from ..protocol.schema import SCENE_FIELD

if TYPE_CHECKING:
    from typing import TypeGuard  # Python 3.10 and later

_FIELDS = ("damage_class", "review_class")


def is_reviewable(layer: QgsMapLayer | None) -> TypeGuard[QgsVectorLayer]:
    """Return whether a layer is the damage layer of a result, with a place for reviews.

    One that a batch has put together of several results is none: what is written there would be lost.
    """
    return (
        isinstance(layer, QgsVectorLayer)
        and layer.isValid()
        and all(layer.fields().indexOf(name) >= 0 for name in _FIELDS)
        and layer.fields().indexOf(SCENE_FIELD) < 0
    )
