"""What a part of the suite found: figures with their limits, tables, and remarks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Cell: TypeAlias = str | float | int


@dataclass(frozen=True)
class Figure:
    """One number.

    Attributes:
        name: what was measured.
        value: the number.
        unit: of the number, such as ``s`` or ``GB``; empty for a ratio.
        limit: what it may be at most; None where nothing was promised.
        note: what it is made of, in a few words.
    """

    name: str
    value: float
    unit: str = ""
    limit: float | None = None
    note: str = ""

    @property
    def kept(self) -> bool:
        """Whether the limit is kept; True where there is none."""
        return self.limit is None or self.value <= self.limit


@dataclass(frozen=True)
class Table:
    """Rows of a table; cells are texts or numbers.

    Attributes:
        title: one line above the table.
        columns: the heads of the columns.
        rows: as many cells each as there are columns.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        """Refuse rows that do not fit.

        Raises:
            ValueError: a row has more or fewer cells than there are columns.
        """
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"rows of {self.title!r} do not fit its {len(self.columns)} columns")


@dataclass(frozen=True)
class Outcome:
    """What a part found.

    Attributes:
        figures: numbers, those with limits among them.
        tables: what stands behind them.
        remarks: sentences for the reader, such as what could not be measured and why.
    """

    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    remarks: tuple[str, ...] = ()
