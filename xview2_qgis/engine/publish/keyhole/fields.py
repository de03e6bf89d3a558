"""The fields of a building in KML, typed in a schema, and shown in the balloon."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ....protocol.language.mark import mark
from ...language.wording import Wording
from ..content.building_row import BuildingRow


@dataclass(frozen=True)
class KmlField:
    """A field.

    Attributes:
        name: in the file.
        kind: type of KML: ``string``, ``int`` or ``double``.
        label: for people, in English; marked for translators.
        value: what it holds of a building.
        decimals: of a ``double``.
    """

    name: str
    kind: str
    label: str
    value: Callable[[BuildingRow], str | int | float | None]
    decimals: int = 0

    def title(self, wording: Wording) -> str:
        """Return the name for people."""
        return wording.tr(self.label)


FIELDS: tuple[KmlField, ...] = (
    KmlField("scene", "string", mark("Scene"), lambda row: row.scene),
    KmlField("building_id", "int", mark("Number"), lambda row: row.building_id),
    KmlField("final_class", "string", mark("Class"), lambda row: row.final_class),
    KmlField("final_damage", "int", mark("Grade, 0 to 4"), lambda row: int(row.damage)),
    KmlField("confidence", "double", mark("Confidence"), lambda row: row.confidence, 2),
    KmlField("model_class", "string", mark("Class by the model"), lambda row: row.model_class),
    KmlField("p_no_damage", "double", mark("Probability of no damage"), lambda row: row.probabilities[0], 3),
    KmlField("p_minor_damage", "double", mark("Probability of minor damage"), lambda row: row.probabilities[1], 3),
    KmlField("p_major_damage", "double", mark("Probability of major damage"), lambda row: row.probabilities[2], 3),
    KmlField("p_destroyed", "double", mark("Probability of destroyed"), lambda row: row.probabilities[3], 3),
    KmlField("area_m2", "double", mark("Area, m²"), lambda row: row.area_m2, 1),
    KmlField("footprint_id", "string", mark("Id of the footprint"), lambda row: row.footprint_id),
    KmlField("reviewed", "string", mark("Checked by a person"), lambda row: "yes" if row.reviewed else "no"),
)
