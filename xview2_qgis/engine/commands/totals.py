"""``xview2 totals``: how many buildings of each class there are, with ranges from the reviewed sample."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..run.events import EventSink


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("result", type=Path, metavar="RESULT.gpkg", help="result of an assessment")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write the table as CSV, too")
    parser.add_argument("--overwrite", action="store_true", help="replace the CSV file if it exists")
    parser.add_argument("--events", choices=("text", "json"), default="text", help="how the totals are reported")


def run(options: argparse.Namespace, events: EventSink) -> int:
    """Print the totals.

    Raises:
        InputError: the result cannot be used.
        UsageError: the CSV file exists.
    """
    from ...protocol.events import Result, Total
    from ...protocol.totals.review_sample import totals_of
    from ...protocol.totals.totals_table import csv_text, table_rows, totals_text
    from ..output.table_file import check_table, replace_text
    from ..sampling.result_file import ResultFile

    result = ResultFile(options.result)
    if options.csv is not None:
        check_table(options.csv, overwrite=options.overwrite)
    totals = totals_of(result.sample(), result.buildings())
    rows = table_rows(totals)
    if options.csv is not None:
        replace_text(options.csv, csv_text(totals, ","))
    if options.events == "text":
        sys.stdout.write(totals_text(totals))
        return 0
    for row in rows:
        events.emit(Total(row.name, row.counted, row.estimate, row.low, row.high))
    counts = {row.name: row.counted for row in rows}
    events.emit(Result(output=str(options.result), buildings=totals.buildings.plain, counts=counts))
    return 0
