"""``xview2 totals``: how many buildings of each class there are, with ranges from the reviewed sample."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ...protocol.options.language import LANGUAGE
from ..run.events import EventSink
from .assess import add_option


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("result", type=Path, metavar="RESULT.gpkg", help="result of an assessment")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write the table as CSV, too")
    parser.add_argument("--report", type=Path, metavar="OUT.html", help="write a page with the table and its ranges")
    add_option(parser, LANGUAGE)
    parser.add_argument("--overwrite", action="store_true", help="replace files that exist")
    parser.add_argument("--events", choices=("text", "json"), default="text", help="how the totals are reported")


def run(options: argparse.Namespace, events: EventSink) -> int:
    """Print the totals.

    Raises:
        InputError: the result cannot be used.
        UsageError: an output exists, or has a wrong name.
    """
    from ...protocol.events import Result, Total
    from ...protocol.totals.review_sample import totals_of
    from ...protocol.totals.totals_table import csv_text, table_rows, totals_text
    from ..language.request import wording_of
    from ..output.small_outputs import SmallOutputs, replace_text
    from ..sampling.page import render
    from ..sampling.result_file import ResultFile

    result = ResultFile(options.result)
    SmallOutputs(options.csv, options.report).check([str(options.result)], overwrite=options.overwrite)
    totals = totals_of(result.sample(), result.buildings())
    rows = table_rows(totals)
    if options.csv is not None:
        replace_text(options.csv, csv_text(totals, ","))
    if options.report is not None:
        replace_text(options.report, render(totals, options.result.name, wording_of(options)))
    if options.events == "text":
        sys.stdout.write(totals_text(totals))
        return 0
    for row in rows:
        events.emit(Total(row.name, row.counted, row.estimate, row.low, row.high))
    counts = {row.name: row.counted for row in rows}
    events.emit(Result(output=str(options.result), buildings=totals.buildings.plain, counts=counts))
    return 0
