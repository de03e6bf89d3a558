"""The expression function ``xview2_final_class``: the class of a building that counts.

In a layer of our own the field ``final_class`` says the same; the function also serves copies of it in which nothing
keeps that field right after an edit: layers in memory, exported tables, joins.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import QgsExpression, QgsExpressionContext, QgsExpressionFunction, QgsExpressionNodeFunction, QgsFeature

from ..i18n.translation import tr
from ..protocol.schema import CLASS_LABELS, CLASS_NAMES, DAMAGE_CLASSES, NO_BUILDING, NO_BUILDING_LABEL, Damage

NAME = "xview2_final_class"
_GROUP = "xView2"
_REVIEWED = frozenset({*CLASS_NAMES.values(), NO_BUILDING})
_ADAPTED = frozenset(CLASS_NAMES[damage] for damage in DAMAGE_CLASSES)
_LABELS = {CLASS_NAMES[damage]: CLASS_LABELS[damage] for damage in Damage} | {NO_BUILDING: NO_BUILDING_LABEL}


def final_class_of(feature: QgsFeature) -> str | None:
    """Return the final class of a building: its review, else the adapted class, else that of the model.

    Where the field of reviews is not there, as in a copy without what reviewers wrote, the field ``final_class``
    counts; None where there is none of all these fields.
    """
    fields = feature.fields()
    if fields.indexOf("review_class") < 0 and (stored := _word(feature, "final_class")):
        return stored
    if fields.indexOf("damage_class") < 0 and fields.indexOf("review_class") < 0:
        return None
    review, adapted = _word(feature, "review_class"), _word(feature, "adapted_class")
    if review in _REVIEWED:
        return review
    if adapted in _ADAPTED:
        return adapted
    return _word(feature, "damage_class") or CLASS_NAMES[Damage.UNKNOWN]


def _word(feature: QgsFeature, field: str) -> str:
    value = feature.attribute(field) if feature.fields().indexOf(field) >= 0 else None
    return value.strip().lower() if isinstance(value, str) else ""


class FinalClassFunction(QgsExpressionFunction):
    """``xview2_final_class(label := false)``."""

    def __init__(self) -> None:
        parameters = [QgsExpressionFunction.Parameter("label", True, False)]
        super().__init__(NAME, parameters, _GROUP, _help())

    def func(
        self,
        values: Iterable[Any],
        context: QgsExpressionContext | None,
        parent: QgsExpression | None,
        node: QgsExpressionNodeFunction | None,
    ) -> str | None:
        """Return the class of the current feature, or its name in the language of QGIS."""
        word = None if context is None else final_class_of(context.feature())
        return tr(_LABELS[word]) if word in _LABELS and any(values) else word

    def referencedColumns(self, node: QgsExpressionNodeFunction | None) -> set[str]:  # noqa: N802 - QGIS's name
        """Return the fields that it reads, so that QGIS fetches them."""
        return {"review_class", "adapted_class", "damage_class", "final_class"}

    def usesGeometry(self, node: QgsExpressionNodeFunction | None) -> bool:  # noqa: N802 - QGIS's name
        """Return that it needs no outlines."""
        return False


def _help() -> str:
    classes = ", ".join(_LABELS)
    return tr(
        "<p>The final class of a building: the review where there is one, else the adapted class, else that of the "
        "model. One of: {}.</p><p>With <code>xview2_final_class(true)</code> its name in the language of QGIS.</p>"
    ).format(classes)


class FinalClassRegistration:
    """The function while the plugin is loaded; QGIS does not keep it alive."""

    def __init__(self) -> None:
        self._function = FinalClassFunction()
        QgsExpression.unregisterFunction(NAME)  # of a plugin that was reloaded without its end
        QgsExpression.registerFunction(self._function)

    def end(self) -> None:
        """Take the function away."""
        QgsExpression.unregisterFunction(NAME)
