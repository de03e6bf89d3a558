"""Cells that no spreadsheet takes for a formula.

A text that begins with ``=``, ``+``, ``-`` or ``@`` is run by spreadsheets when a CSV file is opened (OWASP, *CSV
injection*). Ids of footprints and names come from files of others, so an apostrophe is put before such a text; numbers
stay numbers, also those that are ids, as ``-1042`` of a building that is new in JOSM: other tables are joined by them.
"""

from __future__ import annotations

import re

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}",
            "\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}")  # fmt: skip
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")

Cell = str | int | float | None


def safe_cell(value: Cell) -> Cell:
    """Return a value for a cell; a text that a spreadsheet would run gets an apostrophe before it."""
    if isinstance(value, str) and value.startswith(_FORMULA) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value
