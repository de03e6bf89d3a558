"""``xview2 zones``: buildings by districts, by the cells of a grid, or by hexagons."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ...protocol.options.language import LANGUAGE
from ..run.events import EventSink
from .assess import add_option

if TYPE_CHECKING:
    from ..run.context import RunContext
    from ..zones.counted_zones import CountedZones
    from ..zones.counting import ZoneMaker


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("result", type=Path, metavar="RESULT.gpkg", help="result of an assessment, also a merged one")
    kinds = parser.add_mutually_exclusive_group(required=True)
    kinds.add_argument("--zones", metavar="VECTOR", help="polygons such as administrative units, in any CRS")
    kinds.add_argument("--grid", type=_metres, metavar="METRES", help="square cells of so many metres")
    kinds.add_argument("--h3", type=_resolution, metavar="RESOLUTION", help="hexagons of H3, 0 (largest) to 15")
    parser.add_argument(
        "--zone-name", metavar="FIELD", help="field with the names of the zones (default: found by what it is called)"
    )
    parser.add_argument(
        "--output", type=Path, required=True, metavar="OUT", help="layer (.gpkg), or table (.csv, .xlsx)"
    )
    parser.add_argument("--table", type=Path, metavar="OUT", help="a table beside it (.csv, .xlsx)")
    add_option(parser, LANGUAGE)
    parser.add_argument("--overwrite", action="store_true", help="replace files that exist")
    parser.add_argument("--events", choices=("text", "json"), default="text", help="how the result is reported")


def run(options: argparse.Namespace, events: EventSink) -> int:
    """Count and write.

    Raises:
        EngineError: the result or the zones cannot be used, or a file cannot be written.
    """
    from ..run.caller import heeding_caller
    from ..run.cancellation import Cancellation

    begun = time.monotonic()
    cancellation = Cancellation()
    cancellation.listen_to_signals()
    from ..access.network_access import shut_network
    from ..errors import UsageError
    from ..language.request import wording_of
    from ..run.context import RunContext
    from ..zones.product import ZoneFiles, write_zones

    if options.zone_name is not None and options.zones is None:
        raise UsageError("--zone-name names a field of --zones", "give both, or leave it out", "usage")
    shut_network([options.zones] if options.zones else [])
    wording, context = wording_of(options), RunContext(events, cancellation)
    inputs = [str(options.result), *filter(None, [options.zones])]
    with heeding_caller(cancellation, options.events):
        files = ZoneFiles(options.output, options.table, options.overwrite)
        counted = write_zones(options.result, _maker(options, context), files, inputs, wording, context)
    if options.events == "json":
        _report(events, options, counted, time.monotonic() - begun)
    else:
        sys.stdout.write(_text(counted, options.output))
    return 0


def _maker(options: argparse.Namespace, context: RunContext) -> ZoneMaker:
    from ..zones.kinds.grid import grid_zones
    from ..zones.kinds.polygons import read_zones

    if options.zones is not None:
        return lambda seen, plane: read_zones(options.zones, options.zone_name, context)
    if options.grid is not None:
        return lambda seen, plane: grid_zones(options.grid, seen, plane)
    from ..zones.kinds.hexagons import hexagon_zones

    return lambda seen, plane: hexagon_zones(options.h3, seen, plane)


def _report(events: EventSink, options: argparse.Namespace, counted: CountedZones, seconds: float) -> None:
    from ...protocol.events import Result
    from ..zones.writers.columns import CLASS_FIELDS
    from ..zones.writers.geopackage import ZONES_LAYER

    whole = counted.whole
    counts = {name.replace("_", "-"): count for name, count in zip(CLASS_FIELDS, whole.counts, strict=True)}
    figures = {"zones": float(len(counted.rows)), "outside": float(counted.outside.buildings)}
    figures["not_observed"] = float(sum(row.observed == "not-observed" for row in counted.rows))
    figures["with_range"] = float(sum(bool(row.ranges) for row in counted.rows))
    layers = [ZONES_LAYER] if options.output.suffix.lower() == ".gpkg" else []
    events.emit(
        Result(
            output=str(options.output), layers=layers, buildings=whole.buildings, counts=counts,
            seconds=round(seconds, 2), figures=figures,
        )
    )  # fmt: skip


def _text(counted: CountedZones, output: Path) -> str:
    unseen = sum(row.observed == "not-observed" for row in counted.rows)
    lines = [f"{len(counted.rows):,} zones in {output}"]
    if unseen:
        lines.append(f"  not observed: {unseen:,}")
    lines.append(f"  buildings: {counted.whole.buildings:,}, of these outside all zones: {counted.outside.buildings:,}")
    ranged = sum(bool(row.ranges) for row in counted.rows)
    if counted.with_ranges:
        lines.append(f"  zones with a range from the reviewed sample: {ranged:,}")
    return "\n".join(lines) + "\n"


def _metres(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError("give whole metres from 1 to 1000000")
    return int(text)


def _resolution(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= 15:
        raise argparse.ArgumentTypeError("give a number from 0 to 15")
    return int(text)
