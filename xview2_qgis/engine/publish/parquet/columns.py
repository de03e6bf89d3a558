"""The columns of a GeoParquet file as Arrow has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from arro3.core import Array, DataType, Field, RecordBatch, Schema, struct_array

from ....protocol.schema import PROBABILITY_FIELDS, Damage
from ..content.building_row import BuildingRow
from .metadata import BOX, CORNERS, GEOMETRY

#: Values of HOT's damage layers (hotosm/venezuela_eq_2026): -1 unknown, 0 no damage to 3 destroyed.
HOT_COLUMN = "hot_damage_class"


@dataclass(frozen=True)
class ArrowColumn:
    """A column.

    Attributes:
        name: in the file.
        kind: Arrow type.
        value: what it holds of a building.
    """

    name: str
    kind: DataType
    value: Callable[[BuildingRow], object]


def _probability(number: int) -> Callable[[BuildingRow], object]:
    return lambda row: row.probabilities[number]


_TEXT, _REAL = DataType.string(), DataType.float64()
_SCENE = ArrowColumn("scene", _TEXT, lambda row: row.scene)
_COLUMNS = (
    ArrowColumn("building_id", DataType.int64(), lambda row: row.building_id),
    ArrowColumn("final_class", _TEXT, lambda row: row.final_class),
    ArrowColumn("final_damage", DataType.int8(), lambda row: int(row.damage)),
    ArrowColumn(HOT_COLUMN, DataType.int8(), lambda row: hot_value(row.damage)),
    ArrowColumn("confidence", _REAL, lambda row: row.confidence),
    ArrowColumn("model_class", _TEXT, lambda row: row.model_class),
    *(ArrowColumn(name, _REAL, _probability(number)) for number, name in enumerate(PROBABILITY_FIELDS)),
    ArrowColumn("area_m2", _REAL, lambda row: row.area_m2),
    ArrowColumn("visible_fraction", _REAL, lambda row: row.visible),
    ArrowColumn("outline_source", _TEXT, lambda row: row.source),
    ArrowColumn("footprint_id", _TEXT, lambda row: row.footprint_id),
    ArrowColumn("reviewed", DataType.bool(), lambda row: row.reviewed),
    ArrowColumn("reviewed_on", _TEXT, lambda row: row.reviewed_on),
)
_CORNER_FIELDS = [Field(corner, _REAL, nullable=False) for corner in CORNERS]


def hot_value(damage: Damage) -> int:
    """Return a class as HOT's layers have it."""
    return int(damage) - 1


class ArrowRows:
    """Turns buildings into Arrow batches of one schema.

    Args:
        merged: whether they are of several scenes.

    Attributes:
        schema: of all batches.
    """

    def __init__(self, *, merged: bool) -> None:
        self._columns = (_SCENE, *_COLUMNS) if merged else _COLUMNS
        fields = [Field(column.name, column.kind) for column in self._columns]
        box = Field(BOX, DataType.struct(_CORNER_FIELDS), nullable=False)
        self.schema = Schema([*fields, box, Field(GEOMETRY, DataType.binary(), nullable=False)])

    def batch(self, rows: Sequence[BuildingRow]) -> RecordBatch:
        """Return some buildings as a batch."""
        arrays = [Array([column.value(row) for row in rows], type=column.kind) for column in self._columns]
        outlines = np.array([row.outline for row in rows], dtype=object)
        bounds = shapely.bounds(outlines).reshape(-1, len(CORNERS))
        corners = [Array.from_numpy(np.ascontiguousarray(bounds[:, place])) for place in range(len(CORNERS))]
        arrays.append(struct_array(corners, fields=_CORNER_FIELDS))
        arrays.append(Array(shapely.to_wkb(outlines).tolist(), type=DataType.binary()))
        return RecordBatch.from_arrays(arrays, schema=self.schema)
