"""The columns of a table of buildings; names are never translated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ....protocol.schema import PROBABILITY_FIELDS
from ..content.building_row import BuildingRow
from .safe_cell import Cell, safe_cell


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        name: in the first row.
        value: what stands in it of a building.
        decimals: of a number with a fraction; None for texts and whole numbers.
    """

    name: str
    value: Callable[[BuildingRow], Cell]
    decimals: int | None = None

    def cell(self, row: BuildingRow) -> Cell:
        """Return the cell of a building, rounded, and safe in a spreadsheet."""
        value = self.value(row)
        return round(value, self.decimals or 0) if isinstance(value, float) else safe_cell(value)


def _probability(number: int) -> Callable[[BuildingRow], Cell]:
    return lambda row: row.probabilities[number]


_SCENE = Column("scene", lambda row: row.scene)
_COLUMNS = (
    Column("building_id", lambda row: row.building_id),
    Column("longitude", lambda row: row.longitude, 7),
    Column("latitude", lambda row: row.latitude, 7),
    Column("final_class", lambda row: row.final_class),
    Column("final_damage", lambda row: int(row.damage)),
    Column("confidence", lambda row: row.confidence, 3),
    Column("model_class", lambda row: row.model_class),
    *(Column(name, _probability(number), 3) for number, name in enumerate(PROBABILITY_FIELDS)),
    Column("area_m2", lambda row: row.area_m2, 1),
    Column("visible_fraction", lambda row: row.visible, 2),
    Column("outline_source", lambda row: row.source),
    Column("footprint_id", lambda row: row.footprint_id),
    Column("reviewed", lambda row: "yes" if row.reviewed else "no"),
    Column("reviewed_on", lambda row: row.reviewed_on),
)


def building_columns(*, merged: bool) -> tuple[Column, ...]:
    """Return the columns of a result; that of the scene first where it holds several."""
    return (_SCENE, *_COLUMNS) if merged else _COLUMNS
