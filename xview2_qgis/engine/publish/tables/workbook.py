"""XLSX: a workbook with the buildings, their summary, and what is to be known of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ....protocol.schema import CLASS_COLOURS, Damage
from ...language.wording import Wording
from ..content.building_row import BuildingRow
from ..content.statement import Paragraph
from .building_columns import Column, building_columns
from .safe_cell import safe_cell
from .summary_rows import SummaryRow

#: Rows of a sheet that Excel opens, with that of the titles.
ROWS_OF_A_SHEET = 1_048_576
_WIDTHS = {"scene": 18, "building_id": 12, "final_class": 14, "model_class": 14, "footprint_id": 20}
_DARK = frozenset({Damage.DESTROYED, Damage.NO_DAMAGE})  # fills on which black is hard to read


class Workbook:
    """A workbook on the disk, row by row. A context manager: the file is complete when the block has ended.

    Args:
        path: the file; others that it needs meanwhile lie beside it.
        moment: when the result was made, ISO 8601: the same result gives the same bytes.
        wording: language of titles and texts.
    """

    def __init__(self, path: Path, moment: str, wording: Wording) -> None:
        self._words = wording
        self._book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True, "tmpdir": str(path.parent), "strings_to_formulas": False,
                "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": True,
            },
        )  # fmt: skip
        self._book.set_properties({"created": _moment(moment), "author": "", "company": ""})
        self._head = self._book.add_format({"bold": True, "bottom": 1})
        self._bold = self._book.add_format({"bold": True, "valign": "top"})
        self._wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._classes = {damage: self._class_format(damage) for damage in Damage}

    def __enter__(self) -> Workbook:
        return self

    def buildings(self, rows: Iterable[BuildingRow], *, merged: bool) -> None:
        """Write the buildings, on as many sheets as it takes."""
        columns = building_columns(merged=merged)
        numbers = [self._number_format(column.decimals) for column in columns]
        name, sheet, line = self._words.tr("Buildings"), None, ROWS_OF_A_SHEET
        for row in rows:
            if line == ROWS_OF_A_SHEET:
                count = len(self._book.worksheets())
                sheet, line = self._building_sheet(name if not count else f"{name[:26]} {count + 1}", columns), 1
            # for the types: a sheet is made before the first row
            assert sheet is not None  # nosec B101
            for place, (column, number) in enumerate(zip(columns, numbers, strict=True)):
                cell = column.cell(row)
                if isinstance(cell, str):
                    shade = self._classes[row.damage] if column.name == "final_class" else None
                    sheet.write_string(line, place, cell, shade)
                elif cell is not None:
                    sheet.write_number(line, place, cell, number)
            line += 1
        if sheet is None:
            self._building_sheet(name, columns)

    def summary(self, rows: Iterable[SummaryRow], remarks: Iterable[str]) -> None:
        """Write counts, shares, areas and ranges, and sentences on them below."""
        sheet = self._book.add_worksheet(self._words.tr("Summary")[:31])
        tr = self._words.tr
        titles = [
            tr("Class"), tr("Class in files"), tr("Buildings"), tr("Share of visible buildings"), tr("Area, m²"),
            tr("Estimate"), tr("Lower bound, 95 %"), tr("Upper bound, 95 %"),
        ]  # fmt: skip
        sheet.set_column(0, 1, 24)
        sheet.set_column(2, 7, 18)
        self._titles(sheet, titles)
        whole, share = self._number_format(0), self._book.add_format({"num_format": "0.0%"})
        for line, row in enumerate(rows, 1):
            sheet.write_string(line, 0, row.label)
            sheet.write_string(line, 1, row.word)
            values = (row.buildings, row.share, row.area_m2, row.estimate, row.low, row.high)
            for place, value in enumerate(values, 2):
                if value is not None:
                    sheet.write_number(line, place, value, share if place == 3 else whole)
        for number, remark in enumerate(remarks, 10):
            sheet.write_string(number, 0, remark)

    def about(self, paragraphs: Iterable[Paragraph]) -> None:
        """Write what is to be known of the result."""
        sheet = self._book.add_worksheet(self._words.tr("About")[:31])
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 100)
        for line, paragraph in enumerate(paragraphs):
            sheet.write_string(line, 0, paragraph.title, self._bold)
            sheet.write_string(line, 1, str(safe_cell(paragraph.text)), self._wrapped)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._book.close()

    def _building_sheet(self, name: str, columns: tuple[Column, ...]) -> Worksheet:
        sheet = self._book.add_worksheet(name[:31])
        for place, column in enumerate(columns):
            sheet.set_column(place, place, _WIDTHS.get(column.name, 14))
        self._titles(sheet, [column.name for column in columns])
        sheet.autofilter(0, 0, ROWS_OF_A_SHEET - 1, len(columns) - 1)
        return sheet

    def _titles(self, sheet: Worksheet, titles: list[str]) -> None:
        if self._words.words.right_to_left:
            sheet.right_to_left()
        sheet.freeze_panes(1, 0)
        for place, text in enumerate(titles):
            sheet.write_string(0, place, text, self._head)

    def _number_format(self, decimals: int | None) -> Format | None:
        if decimals is None:
            return None
        return self._book.add_format({"num_format": "#,##0" if not decimals else "0." + "0" * decimals})

    def _class_format(self, damage: Damage) -> Format:
        ink = "#ffffff" if damage in _DARK else "#000000"
        return self._book.add_format({"bg_color": CLASS_COLOURS[damage], "font_color": ink})


def _moment(text: str) -> datetime:
    """Return the moment of the document, without a zone as the format has it."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return datetime(2000, 1, 1)
    return found.astimezone(UTC).replace(tzinfo=None, microsecond=0) if found.tzinfo else found
