"""The workbook beside a package: its summary, its sources, and how it came about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

from ....output.geopackage.layer_file import Columns

_WIDTHS = (24, 90)  # letters: of a column of the tables, and of the text of a note


def write_workbook(
    path: Path, tables: Sequence[tuple[str, Columns]], notes: Sequence[tuple[str, str]], moment: str
) -> None:
    """Write the workbook.

    Args:
        path: the file to create.
        tables: name of a sheet, and its columns.
        notes: what is said in the last sheet, each with its title.
        moment: when the run began, ISO 8601: the date that the file names, so that the same result gives the same file.

    Raises:
        OSError: it cannot be written.
    """
    # texts stay texts: what begins with “=” or looks like an address comes from outside
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"created": _created(moment), "author": "xView2 for QGIS"})
        head = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for name, columns in tables:
            sheet = book.add_worksheet(name)
            sheet.set_column(0, len(columns) - 1, _WIDTHS[0])
            sheet.freeze_panes(1, 0)
            for place, (title, values) in enumerate(columns.items()):
                sheet.write_string(0, place, title, head)
                for row, value in enumerate(values.tolist(), 1):
                    sheet.write(row, place, value)
        sheet = book.add_worksheet("notes")
        sheet.set_column(0, 0, _WIDTHS[0])
        sheet.set_column(1, 1, _WIDTHS[1])
        for row, (title, text) in enumerate(notes):
            sheet.write_string(row, 0, title, head)
            sheet.write_string(row, 1, text, wrapped)


def _created(moment: str) -> datetime:
    try:
        read = datetime.fromisoformat(moment)
    except ValueError:
        return datetime(2000, 1, 1)
    return read.astimezone(UTC).replace(tzinfo=None) if read.tzinfo else read
