"""``xview2 score``: how good a result is, against a reference."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from ...protocol.options.language import LANGUAGE
from ..run.events import EventSink
from .assess import add_option


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("result", type=Path, metavar="RESULT.gpkg", help="result of an assessment")
    parser.add_argument(
        "--reference", required=True, metavar="VECTOR",
        help="buildings with their true damage: polygons, or points (then without scores of pixels)",
    )  # fmt: skip
    parser.add_argument("--field", metavar="NAME", help="field with the classes (default: found by what it holds)")
    parser.add_argument(
        "--aoi", metavar="VECTOR", help="where the reference is complete (default: all that was assessed)"
    )
    parser.add_argument(
        "--which", choices=("final", "model"), default="final", help="classes to score: final ones, or the model's"
    )
    parser.add_argument("--report", type=Path, metavar="OUT.html", help="write a report")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write all figures as CSV")
    add_option(parser, LANGUAGE)
    parser.add_argument("--overwrite", action="store_true", help="replace files that exist")
    parser.add_argument("--events", choices=("text", "json"), default="text", help="how the figures are reported")


def run(options: argparse.Namespace, events: EventSink) -> int:
    """Compare and print.

    Raises:
        InputError: the result or the reference cannot be used.
        UsageError: an output exists, or has a wrong name.
    """
    from ...protocol.events import Result
    from ...protocol.public_name import public_name
    from ..language.request import wording_of
    from ..output.small_outputs import SmallOutputs, replace_text, write_table
    from ..scoring.analysed_area import where_analysed
    from ..scoring.buildings import open_plane, read_predicted, read_reference
    from ..scoring.comparison import compare
    from ..scoring.figures import figures, table_rows, text
    from ..scoring.page import ComparedNames, render
    from ..stored.result import StoredResult

    StoredResult(options.result)
    inputs = [str(options.result), options.reference, *filter(None, [options.aoi])]
    SmallOutputs(options.csv, options.report).check(inputs, overwrite=options.overwrite)
    plane = open_plane(options.result, options.aoi)
    plane, analysed = where_analysed(plane, options.reference, complete=options.aoi is not None)
    reference = read_reference(options.reference, plane, options.field)
    reference = replace(reference, notes=(*analysed, *reference.notes))
    comparison = compare(plane, read_predicted(options.result, plane, options.which), reference)
    if options.csv is not None:
        write_table(options.csv, table_rows(comparison))
    if options.report is not None:
        names = ComparedNames(options.result.name, public_name(options.reference.partition("|")[0]), options.which)
        replace_text(options.report, render(comparison, names, wording_of(options)))
    if options.events == "text":
        sys.stdout.write(text(comparison))
        return 0
    for note in comparison.notes:
        events.warning("reference-notes", note)
    values = {f"{f.section}_{f.name}": f.value for f in figures(comparison) if f.value is not None}
    events.emit(Result(output=str(options.result), buildings=comparison.predicted, figures=values))
    return 0
