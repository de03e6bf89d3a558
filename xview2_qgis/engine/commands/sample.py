"""``xview2 sample``: draws buildings to review, so that totals get a range."""

from __future__ import annotations

import argparse
import secrets
import sys
from collections import Counter
from pathlib import Path

from ...protocol.events import Result
from ..run.events import EventSink


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("result", type=Path, metavar="RESULT.gpkg", help="result of an assessment")
    parser.add_argument("--size", type=_number, required=True, metavar="N", help="buildings to draw, for example 150")
    parser.add_argument("--seed", type=_number, metavar="N", help="the same sample again (default: another each time)")
    parser.add_argument(
        "--redraw", action="store_true",
        help="draw anew although buildings of the earlier sample have been reviewed; these reviews stay and count",
    )  # fmt: skip
    parser.add_argument("--events", choices=("text", "json"), default="text", help="how the result is reported")


def run(options: argparse.Namespace, events: EventSink) -> int:
    """Draw the sample and store it in the result.

    Raises:
        InputError: the result cannot be used.
        UsageError: there is a sample already, and some of it has been reviewed.
    """
    from ...protocol.totals.review_sample import totals_of
    from ...protocol.totals.sample_table import REVIEWED_BEFORE
    from ..errors import InputError, UsageError
    from ..sampling.draw import draw_sample
    from ..sampling.result_file import ResultFile

    result = ResultFile(options.result)
    earlier = result.sample()
    if earlier is not None and not options.redraw:
        reviewed = totals_of(earlier, result.buildings()).reviewed
        if reviewed:
            raise UsageError(
                f"{reviewed} of {len(earlier.drawn)} buildings of the earlier sample have been reviewed",
                "review the others, or draw anew with --redraw", "sample-reviewed",
            )  # fmt: skip
    frame = result.frame()
    if frame.reviewed.all():
        raise InputError(
            f"{options.result.name} holds no building that could be drawn: all are unknown or reviewed",
            "xview2 totals counts them", "sample-empty",
        )  # fmt: skip
    seed = secrets.randbelow(2**31) if options.seed is None else options.seed
    rows = draw_sample(frame, options.size, seed)
    result.store(rows, seed)
    strata = Counter(row.stratum for row in rows if row.stratum != REVIEWED_BEFORE)
    if options.events == "json":
        events.emit(Result(output=str(options.result), buildings=sum(strata.values()), counts=dict(strata)))
        return 0
    sizes = {row.stratum: row.stratum_size for row in rows}
    sys.stdout.write(f"{sum(strata.values())} buildings drawn, seed {seed}\n")
    for name, count in strata.items():
        sys.stdout.write(f"  {name}: {count} of {sizes[name]}\n")
    if REVIEWED_BEFORE in sizes:
        sys.stdout.write(f"  reviewed before, counted as they are: {sizes[REVIEWED_BEFORE]}\n")
    sys.stdout.write("Review them in QGIS, then: xview2 totals\n")
    return 0


def _number(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 2**31:
        raise argparse.ArgumentTypeError("give a number above zero")
    return int(text)
