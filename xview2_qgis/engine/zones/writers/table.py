"""Zones as CSV: one row for each, then the sums. Names of zones come from files of others: none becomes a formula."""

from __future__ import annotations

import csv
from pathlib import Path

from ....protocol.language.words import Words
from ...publish.tables.safe_cell import safe_cell
from ..counted_zones import CountedZones
from ..zone_row import ZoneRow
from .columns import Column, Value, rounded, zone_columns
from .zone_words import in_words, sum_title, sums


def write_csv(path: Path, counted: CountedZones, words: Words) -> None:
    """Write the table; numbers have a decimal point in every language.

    UTF-8 with a mark at its begin, without which Excel takes it for another encoding.

    Args:
        path: the file to make.
        counted: the zones.
        words: language of the headings.
    """
    columns = zone_columns(sampled=counted.with_ranges)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(headings(columns, words))
        table.writerows([safe_cell(cell) for cell in line] for line in lines(counted, columns, words))


def headings(columns: tuple[Column, ...], words: Words) -> list[str]:
    """Return the headings, that of the name of a zone first."""
    return [words.tr("Zone"), *(words.tr(column.heading) for column in columns)]


def lines(counted: CountedZones, columns: tuple[Column, ...], words: Words) -> list[list[Value]]:
    """Return the rows, zones first; what is not known is empty."""
    named = [(row.name, row) for row in counted.rows]
    named += [(sum_title(key, words), row) for key, row in sums(counted)]
    return [[name, *(_cell(column, row, words) for column in columns)] for name, row in named]


def _cell(column: Column, row: ZoneRow, words: Words) -> Value:
    value = rounded(column, row)
    return in_words(value, words) if isinstance(value, str) else value
