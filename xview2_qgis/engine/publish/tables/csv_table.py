"""CSV: one row for a building, for spreadsheets and web maps."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..content.building_row import BuildingRow
from .building_columns import Column, building_columns
from .safe_cell import Cell


def write_csv(path: Path, rows: Iterable[BuildingRow], notes: Mapping[str, Cell], *, merged: bool) -> None:
    """Write the table: UTF-8 with a mark at its begin, without which Excel takes it for another encoding.

    Args:
        path: the file.
        rows: the buildings.
        notes: columns that are the same in each row.
        merged: whether the buildings are of several scenes.

    Raises:
        OSError: it cannot be written.
    """
    columns = building_columns(merged=merged)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file, lineterminator="\r\n")
        table.writerow([*(column.name for column in columns), *notes])
        for row in rows:
            table.writerow(["" if cell is None else cell for cell in _cells(columns, row, notes)])


def _cells(columns: Iterable[Column], row: BuildingRow, notes: Mapping[str, Cell]) -> list[Cell]:
    return [*(column.cell(row) for column in columns), *notes.values()]
