"""``xview2 report``: the report of a result as it is now, after a review too."""

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
    parser.add_argument("--output", required=True, type=Path, metavar="OUT.html", help="page to write")
    parser.add_argument(
        "--zones", metavar="VECTOR", help="polygons by which buildings are counted, also a file of xview2 zones"
    )
    parser.add_argument("--zone-name", metavar="FIELD", help="field with the names of the zones (default: found)")
    parser.add_argument(
        "--post", metavar="IMAGE",
        help="post-event image of the map (default: the image of the run, at its place or beside the result)",
    )  # fmt: skip
    parser.add_argument(
        "--images", action="append", default=[], type=Path, metavar="DIR",
        help="where the image of the run may lie, too; may be repeated",
    )  # fmt: skip
    add_option(parser, LANGUAGE)
    parser.add_argument("--overwrite", action="store_true", help="replace a file that exists")
    parser.add_argument("--events", choices=("text", "json"), default="text", help="how the work is reported")


def run(options: argparse.Namespace, events: EventSink) -> int:
    """Write the page.

    Raises:
        InputError: the result, the zones or the image cannot be used.
        UsageError: the output exists, or has a wrong name.
        RuntimeFailure: the page cannot be written.
    """
    from ...protocol.events import Result
    from ..access.network_access import shut_network
    from ..access.tiff_messages import keep_tiff_messages_back
    from ..language.request import wording_of
    from ..output.small_outputs import SmallOutputs, replace_text
    from ..report.stored_report import ReportRequest, report_of
    from ..run.caller import heeding_caller
    from ..run.cancellation import Cancellation
    from ..run.context import RunContext
    from ..stored.result import StoredResult

    cancellation = Cancellation()
    cancellation.listen_to_signals()
    if not options.debug:
        keep_tiff_messages_back()
    given = [address for address in (options.zones, options.post) if address is not None]
    shut_network(given)
    result = StoredResult(options.result)
    SmallOutputs(None, options.output).check([str(options.result), *given], overwrite=options.overwrite)
    request = ReportRequest(wording_of(options), options.zones, options.zone_name, options.post, tuple(options.images))
    with heeding_caller(cancellation, options.events):
        report = report_of(result, request, RunContext(events, cancellation))
        replace_text(options.output, report.page)
    if options.events == "json":
        events.emit(Result(output=str(options.output), buildings=report.buildings, counts=report.counts))
        return 0
    sys.stdout.write(f"{options.output}: {report.buildings:,} buildings\n")
    return 0
