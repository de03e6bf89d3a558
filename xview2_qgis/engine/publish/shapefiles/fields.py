"""The fields of a Shapefile: names of at most ten letters, the same in every result, and what they mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ....protocol.language.mark import mark
from ..content.building_row import BuildingRow

Value = str | int | float | None
#: The field that styles go by.
CLASS_FIELD = "final_cls"


@dataclass(frozen=True)
class ShapefileField:
    """A field.

    Attributes:
        name: at most ten letters, which is all that the format has.
        kind: of its values.
        meaning: for the code book, in English; marked for translators.
        value: what it holds of a building.
    """

    name: str
    kind: Literal["text", "integer", "real"]
    meaning: str
    value: Callable[[BuildingRow], Value]

    def column(self, rows: list[BuildingRow]) -> NDArray[np.generic]:
        """Return the values of some buildings; -1 for a number that is missing, because the format has no null."""
        values = [self.value(row) for row in rows]
        if self.kind == "text":
            return np.array(["" if value is None else str(value) for value in values], dtype=object)
        kind = np.int64 if self.kind == "integer" else np.float64
        return np.array([-1 if value is None else value for value in values], dtype=kind)


_SCENE = ShapefileField("scene", "text", mark("Scene"), lambda row: row.scene)
_FIELDS: tuple[ShapefileField, ...] = (
    ShapefileField(
        "bldg_id", "integer", mark("Number of the building; -1: drawn by hand"), lambda row: row.building_id
    ),
    ShapefileField(CLASS_FIELD, "text", mark("Class that counts"), lambda row: row.final_class),
    ShapefileField("final_dmg", "integer", mark("Class that counts, grade 0 to 4"), lambda row: int(row.damage)),
    ShapefileField(
        "conf", "real", mark("Probability of the class that counts; -1: set by a person, or nothing visible"),
        lambda row: row.confidence,
    ),
    ShapefileField("class", "text", mark("Class by the model"), lambda row: row.model_class),
    ShapefileField("damage", "integer", mark("Class by the model, grade 0 to 4"), lambda row: int(row.model_damage)),
    ShapefileField("p_none", "real", mark("Probability of no damage"), lambda row: row.probabilities[0]),
    ShapefileField("p_minor", "real", mark("Probability of minor damage"), lambda row: row.probabilities[1]),
    ShapefileField("p_major", "real", mark("Probability of major damage"), lambda row: row.probabilities[2]),
    ShapefileField("p_destr", "real", mark("Probability of destroyed"), lambda row: row.probabilities[3]),
    ShapefileField("area_m2", "real", mark("Area of the outline, m²"), lambda row: round(row.area_m2, 1)),
    ShapefileField("visible", "real", mark("Share visible in the images, 0 to 1"), lambda row: row.visible),
    ShapefileField("outl_src", "text", mark("Where the outline is from: model, footprint, review"),
                   lambda row: row.source),
    ShapefileField("footpr_id", "text", mark("Id of the given footprint"), lambda row: row.footprint_id),
    ShapefileField("reviewed", "integer", mark("1: checked by a person"), lambda row: int(row.reviewed)),
    ShapefileField("rev_date", "text", mark("Date of that check"), lambda row: row.reviewed_on),
)  # fmt: skip


def shapefile_fields(*, merged: bool) -> tuple[ShapefileField, ...]:
    """Return the fields of a result; that of the scene first where it holds several."""
    return (_SCENE, *_FIELDS) if merged else _FIELDS
