"""Styles: how QGIS draws the layers of a result."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from .classes import CLASS_LABELS, CLASS_NAMES, Damage, rgb

_FILL_OPACITY = 0.8  # less, and pale yellow on a dark roof is grey, the colour of "unknown"
_OUTLINE_SHADE = 0.55  # of the brightness of the fill: pale yellow still has a visible edge on a pale image

#: Names of the fields for people.
ALIASES: dict[str, str] = {
    "building_id": "Building",
    "damage": "Damage (0–4)",
    "damage_class": "Damage class",
    "confidence": "Confidence",
    "p_no_damage": "Probability of no damage",
    "p_minor_damage": "Probability of minor damage",
    "p_major_damage": "Probability of major damage",
    "p_destroyed": "Probability of destroyed",
    "area_m2": "Area (m²)",
    "valid_fraction": "Share seen in both images",
    "source": "Outline from",
    "footprint_id": "Footprint",
    "review_class": "Reviewed class",
    "review_note": "Review note",
    "reviewed_at": "Reviewed at",
}


@dataclass(frozen=True)
class _Category:
    name: str
    label: str
    fill: str
    outline: str


def damage_style() -> str:
    """Return the QML style of the layer ``damage``: one colour per class, destroyed first."""
    categories = [
        _Category(
            CLASS_NAMES[damage], CLASS_LABELS[damage], _rgba(damage, 1.0, _FILL_OPACITY),
            _rgba(damage, _OUTLINE_SHADE, 1.0),
        )
        for damage in sorted(Damage, reverse=True)
    ]  # fmt: skip
    return templates().get_template("damage.qml").render(categories=categories, aliases=ALIASES)


def assessed_area_style() -> str:
    """Return the QML style of the layer ``assessed_area``: a dashed line without a fill."""
    return templates().get_template("assessed_area.qml").render()


def _rgba(damage: Damage, shade: float, opacity: float) -> str:
    red, green, blue = (round(value * shade) for value in rgb(damage))
    return f"{red},{green},{blue},{round(opacity * 255)}"


@cache
def templates() -> Environment:
    """Return the templates of this package; HTML and XML are escaped."""
    return Environment(
        loader=PackageLoader("xview2_qgis.engine", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
