"""How QGIS shows the fields of the layer ``damage``: names for people, widgets, and their place in the form."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ....protocol.language.mark import mark
from ....protocol.language.words import Words
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
_REVIEWS = ((mark("Not reviewed"), _NULL), *_CLASSES, (NO_BUILDING_LABEL, NO_BUILDING))
_ADAPTED = ((mark("Not adapted"), _NULL), *_CLASSES[:-1])
_FINALS = (*_CLASSES, (NO_BUILDING_LABEL, NO_BUILDING))
_SOURCES = (
    (mark("Detected by the model"), Source.MODEL.value),
    (mark("Given footprint"), Source.FOOTPRINT.value),
    (mark("Drawn in a review"), SOURCE_REVIEW),
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

    def worded(self, words: Words) -> DamageField:
        """Return the field with what people read of it in a language."""
        choices = tuple((words.tr(label), value) for label, value in self.choices)
        return replace(self, alias=words.tr(self.alias), choices=choices)


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

    def worded(self, words: Words) -> FieldGroup:
        """Return the box with its texts in a language."""
        return replace(self, title=words.tr(self.title), fields=tuple(field.worded(words) for field in self.fields))


_ROW = DamageField("fid", mark("Row"), hidden=True)
_GRADE = DamageField("damage", mark("Damage grade"), hidden=True)  # the class in a number
_FINAL_GRADE = DamageField(FINAL_DAMAGE, mark("Final grade (0–4)"))

#: The form, review first.
FORM: tuple[FieldGroup, ...] = (
    FieldGroup(
        mark("Review"),
        (
            DamageField(FINAL_CLASS, mark("Final class"), _FINALS),
            DamageField(REVIEW_CLASS, mark("Reviewed class"), _REVIEWS, editable=True),
            DamageField("review_note", mark("Note"), editable=True),
            DamageField("reviewed_by", mark("Checked by"), editable=True),
            DamageField("reviewed_at", mark("Date of review"), editable=True),
        ),
        collapsed=False,
    ),
    FieldGroup(
        mark("Model"),
        (
            DamageField("damage_class", mark("Model class"), _CLASSES),
            DamageField("confidence", mark("Confidence"), decimals=2),
            DamageField("p_no_damage", mark("No damage, probability"), decimals=3),
            DamageField("p_minor_damage", mark("Minor damage, probability"), decimals=3),
            DamageField("p_major_damage", mark("Major damage, probability"), decimals=3),
            DamageField("p_destroyed", mark("Destroyed, probability"), decimals=3),
            DamageField("valid_fraction", mark("Visible share"), decimals=2),
            DamageField(ADAPTED_CLASS, mark("Adapted class"), _ADAPTED),
            DamageField(ADAPTED_CONFIDENCE, mark("Probability, adapted class"), decimals=2),
        ),
    ),
    FieldGroup(
        mark("Building"),
        (
            DamageField("building_id", mark("Building")),
            DamageField("area_m2", mark("Area (m²)"), decimals=1),
            DamageField("source", mark("Outline source"), _SOURCES),
            DamageField("footprint_id", mark("Footprint id")),
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

_SCENE = DamageField(SCENE_FIELD, mark("Scene"))

#: The form of a building of several scenes.
MERGED_FORM: tuple[FieldGroup, ...] = (*FORM[:2], replace(FORM[2], fields=(_SCENE, *FORM[2].fields)))

#: Fields of buildings of several scenes.
MERGED_FIELDS: tuple[DamageField, ...] = (_ROW, _SCENE, *FIELDS[1:])
