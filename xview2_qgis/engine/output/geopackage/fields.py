"""How QGIS shows the fields of the layer ``damage``: names for people, widgets, and their place in the form."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ....protocol.schema import (
    CLASS_LABELS,
    CLASS_NAMES,
    NO_BUILDING,
    NO_BUILDING_LABEL,
    SCENE_FIELD,
    SOURCE_REVIEW,
    Damage,
)
from ...buildings.building import Source
from .final_class import ADAPTED_CLASS, ADAPTED_CONFIDENCE, FINAL_CLASS, FINAL_DAMAGE, REVIEW_CLASS

# QGIS writes it into a value map where a choice stands for NULL
_NULL = "{2839923C-8B7D-419E-B84B-CA2FE9B80EC7}"

_CLASSES = tuple((CLASS_LABELS[damage], CLASS_NAMES[damage]) for damage in sorted(Damage, reverse=True))
_REVIEWS = (("Not reviewed", _NULL), *_CLASSES, (NO_BUILDING_LABEL, NO_BUILDING))
_ADAPTED = (("Not adapted", _NULL), *_CLASSES[:-1])
_FINALS = (*_CLASSES, (NO_BUILDING_LABEL, NO_BUILDING))
_SOURCES = (
    ("Detected by the model", Source.MODEL.value),
    ("Given footprint", Source.FOOTPRINT.value),
    ("Drawn in a review", SOURCE_REVIEW),
)


@dataclass(frozen=True)
class DamageField:
    """A field.

    Attributes:
        name: in the file.
        alias: for people; aliases differ at the start, because narrow columns show no more of them.
        choices: label and value of each, where there is a list to choose from.
        decimals: shown of a number; None for a text or an integer.
        editable: whether the form lets it be changed: what the model says stays as it is.
        hidden: neither in forms nor in tables.
    """

    name: str
    alias: str
    choices: tuple[tuple[str, str], ...] = ()
    decimals: int | None = None
    editable: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class FieldGroup:
    """A box of the form.

    Attributes:
        title: its title.
        fields: what stands in it.
        collapsed: whether it is closed at first.
    """

    title: str
    fields: tuple[DamageField, ...]
    collapsed: bool = True


_ROW = DamageField("fid", "Row", hidden=True)
_GRADE = DamageField("damage", "Damage grade", hidden=True)  # the class in a number
_FINAL_GRADE = DamageField(FINAL_DAMAGE, "Final grade (0–4)")

#: The form, review first.
FORM: tuple[FieldGroup, ...] = (
    FieldGroup(
        "Review",
        (
            DamageField(FINAL_CLASS, "Final class", _FINALS),
            DamageField(REVIEW_CLASS, "Reviewed class", _REVIEWS, editable=True),
            DamageField("review_note", "Note", editable=True),
            DamageField("reviewed_by", "Checked by", editable=True),
            DamageField("reviewed_at", "Date of review", editable=True),
        ),
        collapsed=False,
    ),
    FieldGroup(
        "Model",
        (
            DamageField("damage_class", "Model class", _CLASSES),
            DamageField("confidence", "Confidence", decimals=2),
            DamageField("p_no_damage", "No damage, probability", decimals=3),
            DamageField("p_minor_damage", "Minor damage, probability", decimals=3),
            DamageField("p_major_damage", "Major damage, probability", decimals=3),
            DamageField("p_destroyed", "Destroyed, probability", decimals=3),
            DamageField("valid_fraction", "Visible share", decimals=2),
            DamageField(ADAPTED_CLASS, "Adapted class", _ADAPTED),
            DamageField(ADAPTED_CONFIDENCE, "Probability, adapted class", decimals=2),
        ),
    ),
    FieldGroup(
        "Building",
        (
            DamageField("building_id", "Building"),
            DamageField("area_m2", "Area (m²)", decimals=1),
            DamageField("source", "Outline source", _SOURCES),
            DamageField("footprint_id", "Footprint id"),
        ),
    ),
)

#: All fields. The final class comes first in tables, the least useful last.
FIELDS: tuple[DamageField, ...] = (
    _ROW,
    *FORM[2].fields[:1],
    *FORM[0].fields,
    *FORM[1].fields,
    *FORM[2].fields[1:],
    _FINAL_GRADE,
    _GRADE,
)

_SCENE = DamageField(SCENE_FIELD, "Scene")

#: The form of a building of several scenes.
MERGED_FORM: tuple[FieldGroup, ...] = (*FORM[:2], replace(FORM[2], fields=(_SCENE, *FORM[2].fields)))

#: Fields of buildings of several scenes.
MERGED_FIELDS: tuple[DamageField, ...] = (_ROW, _SCENE, *FIELDS[1:])
