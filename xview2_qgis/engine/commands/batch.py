"""``xview2 batch``: assesses many pairs of images with one model, and goes on where an earlier batch ended."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ...protocol.codes import ExitCode
from ...protocol.options.assessment import OPTIONS
from ...protocol.options.kinds import File
from ...protocol.plain_text import printable
from ...protocol.schema import SUMMARY_FILE
from ..run.events import EventSink
from .assess import add_option

# imported where it is needed, because help comes at once
if TYPE_CHECKING:
    from ..batch.batch import BatchResult
    from ..batch.place import BatchPlace
    from ..batch.scenes.catalog import Scene

_SCENES, _OUTPUT = "scenes", "output"
#: What each scene has of its own; an unfinished one is always resumed.
_OF_SCENE = ("pre", "post", "resume")
_SHOWN = 5  # scenes named in a message


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments: the scenes, where the results go, and whatever ``assess`` takes besides."""
    scenes, output = parser.add_argument_group(_SCENES), parser.add_argument_group(_OUTPUT)
    scenes.add_argument(
        "catalog", nargs="?", type=Path, metavar="CATALOG.csv",
        help="list of the scenes: columns id, pre, post, and where wanted aoi, exclude, footprints, event (name, or a "
        "file as of --event), pre_date, post_date; paths count from its folder",
    )  # fmt: skip
    scenes.add_argument("--pre-folder", type=Path, metavar="DIR", help="in place of a list: the pre-event images")
    scenes.add_argument("--post-folder", type=Path, metavar="DIR", help="and the post-event images")
    scenes.add_argument(
        "--match", choices=("name", "date"), default="name",
        help="pairs of the two folders: one image each of the same name (default), or of several of a name the last "
        "one before and the first one after the event",
    )  # fmt: skip
    # what the end of a run recommends may be typed here, too
    scenes.add_argument("--resume", action="store_true", help="needless: the same command always goes on")
    scenes.add_argument(
        "--list-only", action="store_true", help="only write the list of the pairs that were found, to be checked"
    )
    output.add_argument(
        "--output-dir", required=True, type=Path, metavar="DIR",
        help="folder for the results (ID.gpkg), the summary and the list",
    )  # fmt: skip
    output.add_argument("--merged", type=Path, metavar="OUT.gpkg", help="one GeoPackage with all scenes, too")
    output.add_argument("--damage-raster", action="store_true", help="a damage raster of each scene (ID_damage.tif)")
    output.add_argument("--report", action="store_true", help="a report of each scene (ID.html)")
    groups = {_OUTPUT: output}
    for option in OPTIONS:
        if option.name in _OF_SCENE or isinstance(option.kind, File):
            continue
        group = groups.get(option.group) or parser.add_argument_group(option.group)
        groups[option.group] = group
        add_option(group, option)


def run(options: argparse.Namespace, events: EventSink) -> int:
    """Run the batch; the exit code is 3 where some scenes failed.

    Raises:
        EngineError: something that concerns all scenes.
    """
    from ..run.caller import heeding_caller
    from ..run.cancellation import Cancellation

    begun = time.monotonic()
    cancellation = Cancellation()
    cancellation.listen_to_signals()
    from ..access.tiff_messages import keep_tiff_messages_back
    from ..batch.batch import run_batch
    from ..batch.place import BatchPlace
    from ..batch.scene_plan import SideOutputs, plans
    from ..batch.scenes.scene_list import SceneSource
    from ..cluster.opening import session_of
    from ..reviews.choice import check_reviews
    from ..run.context import RunContext

    if not options.debug:
        keep_tiff_messages_back()
    source = SceneSource(options.catalog, options.pre_folder, options.post_folder, options.match)
    source.check()
    place = BatchPlace(options.output_dir, options.merged)
    with heeding_caller(cancellation, options.events or "text"), place.held():
        scenes = source.scenes(place.matched, events, overwrite=options.overwrite)
        if options.list_only:
            return _listed(options, place, scenes, events)
        words = {option.name: vars(options).get(option.name) for option in OPTIONS if option.name not in _OF_SCENE}
        planned = plans(scenes, place.folder, words, SideOutputs(options.damage_raster, options.report))
        check_reviews(planned[0].parameters)
        with session_of(planned[0].parameters) as session:
            context = RunContext(events, cancellation)
            result = run_batch(session, planned, place, context, overwrite=options.overwrite)
    return _ended(options, result, events, time.monotonic() - begun)


def _listed(options: argparse.Namespace, place: BatchPlace, scenes: Sequence[Scene], events: EventSink) -> int:
    """Tell the scenes, of which none is assessed."""
    from ...protocol.events import Result

    listed = place.matched if options.catalog is None else options.catalog
    if options.events == "json":
        events.emit(Result(output=str(listed), figures={"scenes": float(len(scenes))}))
        return 0
    for scene in scenes:
        sys.stdout.write(printable(f"{scene.id}: {scene.pre or 'no pre-event image'}, {scene.post}") + "\n")
    sys.stdout.write(f"{len(scenes)} scenes in {listed}\n")
    return 0


def _ended(options: argparse.Namespace, result: BatchResult, events: EventSink, seconds: float) -> int:
    """Tell what the batch came to, and return the exit code."""
    from ...protocol.events import Failed, Result
    from ...protocol.schema import ASSESSED_AREA_LAYER, CLASS_NAMES, DAMAGE_LAYER, SCENES_TABLE

    failed, there = result.of("failed"), result.of("done", "kept")
    if failed:
        names = ", ".join(row.scene.id for row in failed[:_SHOWN]) + (", …" if len(failed) > _SHOWN else "")
        events.emit(
            Failed(
                "scenes-failed",
                f"{len(failed)} of {len(result.rows)} scenes could not be assessed ({names})",
                f"{SUMMARY_FILE} says why; correct them and run the same command again, the others are kept",
            )
        )
    stored = [row.stored for row in there if row.stored is not None]
    counts = {name: sum(scene.counts[name] for scene in stored) for name in CLASS_NAMES.values()}
    buildings = sum(counts.values())
    if options.events != "json":
        told = ", ".join(f"{count} {name}" for name, count in reversed(counts.items()) if count)
        sys.stdout.write(
            f"{len(there)} of {len(result.rows)} scenes in {seconds:.1f} s: {buildings} buildings"
            f"{f' ({told})' if told else ''}; see {printable(str(options.output_dir / SUMMARY_FILE))}\n"
        )
        return ExitCode.INPUT if failed else ExitCode.DONE
    ran = next((row.stored for row in result.of("done") if row.stored is not None), None)
    events.emit(
        Result(
            output=str(options.output_dir),
            layers=[DAMAGE_LAYER, ASSESSED_AREA_LAYER, SCENES_TABLE] if result.merged else [],
            buildings=buildings,
            counts=counts,
            device="" if ran is None else ran.device,
            precision="" if ran is None else ran.precision,
            seconds=round(seconds, 2),
            figures={
                "scenes": float(len(result.rows)),
                "done": float(len(result.of("done"))),
                "kept": float(len(result.of("kept"))),
                "failed": float(len(failed)),
            },
        )
    )
    return ExitCode.INPUT if failed else ExitCode.DONE
