"""Styles: how QGIS draws the layers of a result, and how it shows their fields.

Buildings are drawn by their final class. A dark line lies under the outline, so that pale yellow has an edge on a pale
roof; a reviewed building has a thicker one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ....protocol.language.words import Words
from ....protocol.schema import CLASS_LABELS, CLASS_NAMES, NO_BUILDING, NO_BUILDING_LABEL, Damage, rgb
from ..template import template
from .fields import FIELDS, FORM, DamageField, FieldGroup
from .final_class import FINAL_CLASS, FINAL_DAMAGE, final_class_sql, final_damage_sql, reviewed_sql
from .map_tip import display_name, map_tip

#: Share of the fill in the style that fills: the roof, which is what one has to judge, stays in sight.
FILL_OPACITY = 0.4

_DARK = "32,32,32,255"
_GREY = "90,90,90,255"
_PALE = "255,255,255,150"
_CLEAR = "255,255,255,0"
_EDGE_MM = 0.3  # of the dark line, on both sides of the outline together

# from 1:5000 on lines get thinner, or nothing but lines would be seen of a town; legends have no scale
_FROM_AFAR = "clamp(0.3, 5000 / coalesce(@map_scale, 5000), 1)"


@dataclass(frozen=True)
class _Look:
    """How buildings are drawn: opacity of the fill, and widths of the outline in millimetres."""

    opacity: float
    outline: float
    reviewed: float


_FILLED = _Look(FILL_OPACITY, 0.35, 0.9)
_OUTLINED = _Look(0.0, 0.6, 1.3)  # wider: here the line alone shows the class


@dataclass(frozen=True)
class _Line:
    """A line around a building.

    Attributes:
        colour: red, green, blue, opacity.
        width: in millimetres, also that of the legend, where there is no building to ask.
        expression: QGIS expression of the width on the map, or empty.
        dashed: whether it is dashed.
    """

    colour: str
    width: float
    expression: str = ""
    dashed: bool = False


@dataclass(frozen=True)
class _Category:
    """A final class: its value in the file, its name for people, and its look."""

    value: str
    label: str
    fill: str
    lines: tuple[_Line, ...]


def filled_style(words: Words, fields: Sequence[DamageField] = FIELDS, form: Sequence[FieldGroup] = FORM) -> str:
    """Return the QML style of the layer ``damage`` with transparent fills, destroyed first.

    Args:
        words: the language of legend, form and map tip; values and names in the file do not depend on it.
        fields: of the layer.
        form: how they are shown of one building.
    """
    return _damage_style(_FILLED, words, fields, form)


def outline_style(words: Words, fields: Sequence[DamageField] = FIELDS, form: Sequence[FieldGroup] = FORM) -> str:
    """Return the QML style of the layer ``damage`` that leaves the roofs as they are; arguments as above."""
    return _damage_style(_OUTLINED, words, fields, form)


def assessed_area_style() -> str:
    """Return the QML style of the layer ``assessed_area``: a dashed line without a fill."""
    return template("assessed_area.qml").render()


def not_visible_style() -> str:
    """Return the QML style of the layer ``not_visible``: grey hatching in a thin line."""
    return template("not_visible.qml").render()


def _damage_style(look: _Look, words: Words, fields: Sequence[DamageField], form: Sequence[FieldGroup]) -> str:
    categories = [
        _Category(
            CLASS_NAMES[damage], words.tr(CLASS_LABELS[damage]), _rgba(damage, look.opacity), _outline(damage, look)
        )
        for damage in sorted(Damage, reverse=True)
    ]
    hollow = (_Line(_PALE, 0.5), _Line(_GREY, 0.3, dashed=True))
    categories.append(_Category(NO_BUILDING, words.tr(NO_BUILDING_LABEL), _CLEAR, hollow))
    return template("damage.qml").render(
        categories=categories, attribute=FINAL_CLASS,
        fields=[field.worded(words) for field in fields], form=[group.worded(words) for group in form],
        display_name=display_name(words), map_tip=map_tip(words),
        # what the triggers in the file do when edits are saved, the map shows as soon as they are made
        computed={FINAL_CLASS: final_class_sql(), FINAL_DAMAGE: final_damage_sql(final_class_sql())},
    )  # fmt: skip


def _outline(damage: Damage, look: _Look) -> tuple[_Line, ...]:
    return tuple(
        _Line(
            colour, round(look.outline + edge, 2),
            f"if({reviewed_sql()}, {look.reviewed + edge:.2f}, {look.outline + edge:.2f}) * {_FROM_AFAR}",
        )
        for colour, edge in ((_DARK, _EDGE_MM), (_rgba(damage, 1.0), 0.0))
    )  # fmt: skip


def _rgba(damage: Damage, opacity: float) -> str:
    red, green, blue = rgb(damage)
    return f"{red},{green},{blue},{round(opacity * 255)}"
