"""``xview2 export-reviewed``: reviewed results with their images become a folder to train on."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from ...protocol.events import Result
from ..run.events import EventSink


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("results", nargs="+", type=Path, metavar="RESULT.gpkg", help="reviewed results of assessments")
    parser.add_argument(
        "--output", required=True, type=Path, metavar="DIR", help="new folder in the layout of xBD: images, labels"
    )
    parser.add_argument(
        "--images", action="append", default=[], type=Path, metavar="DIR",
        help="where images of the runs lie, may be repeated (default: at the place on record, or beside the result)",
    )  # fmt: skip
    parser.add_argument(
        "--event", metavar="NAME", help="name of the event, with which all tiles begin (default: name of each result)"
    )
    parser.add_argument("--events", choices=("text", "json"), default="text", help="how the work is reported")


def run(options: argparse.Namespace, events: EventSink) -> int:
    """Write the folder.

    Raises:
        EngineError: a result, its images or the folder cannot be used.
    """
    from ..run.caller import heeding_caller
    from ..run.cancellation import Cancellation

    begun = time.monotonic()
    cancellation = Cancellation()
    cancellation.listen_to_signals()
    from ..access.network_access import shut_network
    from ..access.tiff_messages import keep_tiff_messages_back
    from ..retraining.folder import write_folder
    from ..run.context import RunContext

    if not options.debug:
        keep_tiff_messages_back()
    shut_network([])  # a result names addresses, but nobody has asked for them here
    with heeding_caller(cancellation, options.events):
        written = write_folder(
            options.output, options.results, options.images, options.event, RunContext(events, cancellation)
        )
    if options.events == "json":
        events.emit(
            Result(
                output=str(options.output), buildings=written.reviewed, counts=written.outlines,
                seconds=round(time.monotonic() - begun, 2), figures={"tiles": float(written.tiles)},
            )
        )  # fmt: skip
        return 0
    sys.stdout.write(f"{written.tiles} pairs of tiles in {options.output}, with outlines of buildings:\n")
    for word, count in sorted(written.outlines.items()):
        sys.stdout.write(f"  {word}: {count}\n")
    sys.stdout.write(f"Next: xview2-train check {options.output}\n")
    return 0
