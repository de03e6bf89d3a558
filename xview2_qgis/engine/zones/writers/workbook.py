"""Zones as a workbook: the table, and a sheet that tells what has to be told with it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

from ...language.wording import Wording
from ...stored.run import StoredRun
from ..counted_zones import CountedZones
from .about import about_lines
from .columns import Unit, zone_columns
from .table import headings, lines

_FORMATS: dict[Unit, str] = {
    "text": "@", "number": "#,##0", "square metres": "#,##0", "share": "0.0%", "estimate": "#,##0",
}  # fmt: skip
_NAME_WIDTH, _WIDTHS = (12, 40), {"text": 18, "number": 11, "square metres": 14, "share": 12, "estimate": 14}
_HEADING = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#e8eef4"}
_ABOUT_WIDTHS = 22, 100
#: The earliest that a zip archive knows; times in a workbook have no zone.
_BEGINNING = datetime(1980, 1, 1)


def write_workbook(path: Path, counted: CountedZones, run: StoredRun, wording: Wording) -> None:
    """Write the workbook; the same input gives the same bytes.

    Args:
        path: the file to make.
        counted: the zones.
        run: the record of the run.
        wording: language of headings and texts.
    """
    # names of zones are texts, also those that begin with an equals sign or look like an address
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": wording.tr("Building damage by zone"), "created": _created(run)})
        _write_table(book, counted, wording)
        _write_about(book, counted, run, wording)


def _write_table(book: xlsxwriter.Workbook, counted: CountedZones, wording: Wording) -> None:
    words = wording.words
    columns = zone_columns(sampled=counted.with_ranges)
    sheet = book.add_worksheet(_sheet_name(wording.tr("Zones")))
    formats = [book.add_format({"num_format": _FORMATS[column.unit]}) for column in columns]
    strong = [book.add_format({"num_format": _FORMATS[c.unit], "bold": True, "top": 1}) for c in columns]
    rows = lines(counted, columns, words)
    sheet.write_row(0, 0, headings(columns, words), book.add_format(_HEADING))
    longest = max(len(str(row[0])) for row in rows)
    sheet.set_column(0, 0, min(max(longest + 2, _NAME_WIDTH[0]), _NAME_WIDTH[1]))
    for place, column in enumerate(columns, 1):
        sheet.set_column(place, place, _WIDTHS[column.unit])
    for number, row in enumerate(rows, 1):
        is_sum = number > len(counted.rows)
        sheet.write_string(number, 0, str(row[0]), book.add_format({"bold": True, "top": 1}) if is_sum else None)
        for place, (value, form) in enumerate(zip(row[1:], strong if is_sum else formats, strict=True), 1):
            sheet.write(number, place, value, form)
    sheet.set_row(0, 45)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(counted.rows), len(columns))
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    if words.right_to_left:
        sheet.right_to_left()


def _write_about(book: xlsxwriter.Workbook, counted: CountedZones, run: StoredRun, wording: Wording) -> None:
    sheet = book.add_worksheet(_sheet_name(wording.tr("About")))
    for place, width in enumerate(_ABOUT_WIDTHS):
        sheet.set_column(place, place, width)
    bold, wrapped = book.add_format({"bold": True, "valign": "top"}), book.add_format({"text_wrap": True})
    told = [(heading, text) for heading, text in about_lines(counted, run, wording) if text]
    for number, (heading, text) in enumerate(told):
        sheet.write_string(number, 0, heading, bold)
        sheet.write_string(number, 1, text, wrapped)
    if wording.words.right_to_left:
        sheet.right_to_left()


def _sheet_name(text: str) -> str:
    """Return a name of a sheet: at most 31 letters, without those that have a meaning in formulas."""
    return "".join(letter for letter in text if letter not in "[]:*?/\\'")[:31] or "Zones"


def _created(run: StoredRun) -> datetime:
    try:
        read = datetime.fromisoformat(run.started_at)
    except ValueError:
        return _BEGINNING
    return read.astimezone(UTC).replace(tzinfo=None) if read.tzinfo else read
