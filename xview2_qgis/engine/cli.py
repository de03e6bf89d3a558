"""The command ``xview2``: reads arguments, runs a command, turns errors into one line and an exit code."""

from __future__ import annotations

import argparse
import errno
import io
import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ..protocol.events import Failed, Stopped
from . import __version__
from .access.geodata_environment import close_doors, forget_foreign_data, keep_messages_back
from .errors import Cancelled, EngineError, ListenerLost, RuntimeFailure, UsageError
from .run.events import EventSink
from .run.json_events import JsonEvents
from .run.output_stream import telling
from .run.text_events import TextEvents

if TYPE_CHECKING:
    from ..protocol.redaction import Redaction

_LARGEST_BATCH = 64  # tiles; 0.4 GB of images, and some twenty times that inside the default network
_DEVICES = ("auto", "cpu", "cuda", "tensorrt", "directml", "coreml")


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code (``docs/command-line.md``)."""
    given = sys.argv[1:] if arguments is None else arguments
    # a service may start us without them
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - as long as the process
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - as long as the process
    try:
        return _answer(given)
    except ListenerLost as error:
        if error.code != "broken-pipe":  # after `| head` nobody waits for more
            _say(error)
        return error.exit_code


def _answer(given: Sequence[str]) -> int:
    """Run the command and return its exit code.

    Raises:
        ListenerLost: what it has to say cannot be written.
    """
    try:
        with telling(sys.stdout):  # argparse itself writes help and version
            try:
                options = make_parser().parse_args(given)
            finally:
                sys.stdout.flush()
    except UsageError as error:
        return _failed(_discreet(JsonEvents() if _wants_json(given) else TextEvents(), _redaction(given)), error)
    redaction = _redaction(given)
    if not options.debug:
        warnings.simplefilter("ignore")  # of libraries, for their programmers
        keep_messages_back()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # pipes of Windows do not know every letter
    forget_foreign_data()
    close_doors()
    in_json = getattr(options, "events", "text") == "json"
    events = _discreet(JsonEvents() if in_json else TextEvents(), redaction)
    try:
        code = _COMMANDS[options.command](options, events)
        with telling(sys.stdout):
            sys.stdout.flush()
        return int(code)
    except ListenerLost:
        raise
    except BrokenPipeError as error:  # of a command that writes by itself, such as `models list | head`
        with telling(sys.stdout):
            raise error
    except (Cancelled, KeyboardInterrupt):
        events.emit(Stopped())
        return Cancelled.exit_code
    except Exception as error:
        if options.debug:
            # with whole paths, but a traceback is passed on, too
            sys.stderr.write(redaction.without_secrets(traceback.format_exc()))
        return _failed(events, _explained(error))


def _redaction(given: Sequence[str]) -> Redaction:
    from ..protocol.redaction import Redaction  # nothing that help needs

    return Redaction.of(given)


def _discreet(events: EventSink, redaction: Redaction) -> EventSink:
    from .run.discreet_events import DiscreetEvents

    return DiscreetEvents(events, redaction)


def _explained(error: Exception) -> EngineError:
    """Return an error as something that a user can act on."""
    if isinstance(error, EngineError):
        return error
    if isinstance(error, ImportError):
        from .commands.doctor import packages_hint  # itself needs none of them

        return RuntimeFailure(
            f"a package of the engine cannot be loaded ({error})",
            f"{packages_hint()}; if they are there, run xview2 doctor", "engine-packages",
        )  # fmt: skip
    if isinstance(error, MemoryError):
        return RuntimeFailure(
            "the memory of this machine is full", "close other programs and run again", "out-of-memory"
        )
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return RuntimeFailure("a disk is full", "free space where files and the output of this command go", "disk-full")
    message = f"unexpected {type(error).__name__}: {error}"
    return RuntimeFailure(message, "run with --debug and report the output", "internal")


def _failed(events: EventSink, error: EngineError) -> int:
    """Tell an error and return its exit code."""
    with suppress(ListenerLost), telling(sys.stdout):
        sys.stdout.flush()  # what cannot be written now would end the program with an error of Python's own
    try:
        events.emit(Failed(error.code, error.message, error.hint))
    except ListenerLost:
        _say(error)
    return error.exit_code


def _say(error: EngineError) -> None:
    """Write an error where people look, if that can be written to."""
    with suppress(ListenerLost), telling(sys.stderr):
        sys.stderr.write(f"error: {error}\n")
        sys.stderr.flush()


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one line, as everything else does."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, f"see {self.prog} --help", "usage")


def _wants_json(arguments: Sequence[str]) -> bool:
    """Return whether arguments that could not be parsed ask for JSON."""
    return "--events=json" in arguments or ("--events", "json") in pairwise(arguments)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = _Parser(prog="xview2", description="Building damage from a pair of satellite images.")
    parser.add_argument("--version", action="version", version=f"xview2 {__version__}")
    parser.add_argument("--debug", action="store_true", help="show tracebacks")
    commands = parser.add_subparsers(dest="command", required=True)
    _add_assess(commands.add_parser("assess", help="find the buildings of an image pair and classify their damage"))
    _add_models(commands.add_parser("models", help="list, show, install, verify and remove models"))
    commands.add_parser("doctor", help="what is installed, and which devices really run")
    demo = commands.add_parser("demo", help="write a synthetic image pair with its truth")
    demo.add_argument("folder", type=Path, metavar="DIR", help="folder for pre.tif, post.tif and truth.gpkg")
    for command in commands.choices.values():  # whoever runs a command again puts it at the end
        command.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help="show tracebacks")
    return parser


def _add_assess(assess: argparse.ArgumentParser) -> None:
    inputs = assess.add_argument_group("input")
    inputs.add_argument("--pre", type=_text, required=True, help="pre-event image, a raster that GDAL opens")
    inputs.add_argument("--post", type=_text, required=True, help="post-event image; its grid may differ")
    inputs.add_argument("--aoi", type=_text, metavar="VECTOR", help="polygons that limit the area")
    inputs.add_argument("--footprints", type=_text, metavar="VECTOR", help="polygons of known buildings")
    inputs.add_argument(
        "--pre-bands", type=_bands, metavar="R,G,B", help="bands of the pre-event image (default: automatic)"
    )
    inputs.add_argument("--post-bands", type=_bands, metavar="R,G,B", help="bands of the post-event image")
    inputs.add_argument(
        "--pre-shown-bands", type=_bands, metavar="R,G,B",
        help="bands shown as red, green and blue by whoever looked at the pre-event image; used where it says none",
    )  # fmt: skip
    inputs.add_argument("--post-shown-bands", type=_bands, metavar="R,G,B", help="the same for the post-event image")
    inputs.add_argument(
        "--pre-nodata", type=_nodata, metavar="VALUES",
        help="values of the pre-event image that mean no data besides the one it declares: 0 or 0,255 or -99:-90; with"
        " none among them its own does not count",
    )  # fmt: skip
    inputs.add_argument("--post-nodata", type=_nodata, metavar="VALUES", help="the same for the post-event image")
    inputs.add_argument(
        "--pre-crs", type=_text, metavar="CRS", help="CRS of the pre-event image, if it says none or a wrong one"
    )
    inputs.add_argument("--post-crs", type=_text, metavar="CRS", help="the same for the post-event image")
    outputs = assess.add_argument_group("output")
    outputs.add_argument(
        "--output", type=_file, required=True, metavar="OUT.gpkg", help="GeoPackage with the buildings"
    )
    outputs.add_argument("--damage-raster", type=_file, metavar="OUT.tif", help="GeoTIFF with the class of every pixel")
    outputs.add_argument("--report", type=_file, metavar="OUT.html", help="a page with counts, chart and map")
    outputs.add_argument(
        "--record-paths",
        action="store_true",
        help="whole paths in the run table and the report, not only file names (never passwords or queries)",
    )
    outputs.add_argument("--overwrite", action="store_true", help="replace outputs that exist")
    outputs.add_argument(
        "--discard-reviews", action="store_true",
        help="with --overwrite: replace also a result that holds reviewed buildings, and lose the reviews",
    )  # fmt: skip
    outputs.add_argument(
        "--events", choices=("text", "json"), default="text", help="text for people (default), or JSON lines"
    )
    run = assess.add_argument_group("run")
    run.add_argument(
        "--model", type=_text, default="compact", metavar="NAME|PATH", help="model or bundle (default: compact)"
    )
    run.add_argument(
        "--device",
        choices=_DEVICES,
        default="auto",
        help="what computes (default: auto, a graphics card that works, else the CPU; TensorRT only when asked for)",
    )
    run.add_argument(
        "--precision",
        choices=("auto", "fp32", "fp16"),
        default="auto",
        help="of the arithmetic; fp16 needs a model exported for it, or TensorRT (default: auto)",
    )
    run.add_argument(
        "--batch-size",
        type=_batch,
        default=None,
        metavar="auto|N",
        help=f"tiles at once, up to {_LARGEST_BATCH} (default: auto)",
    )
    run.add_argument(
        "--tta",
        choices=("none", "mirror", "flips"),
        help="average over the image and its mirror image, or over four flips (default: as the model says)",
    )
    run.add_argument(
        "--register",
        choices=("auto", "off"),
        default="auto",
        help="correct a shift between the images of 6 to 16 m; networks know shorter ones (default: auto)",
    )
    run.add_argument("--tile-offset", type=_offset, default=(0, 0), help=argparse.SUPPRESS)


def _add_models(models: argparse.ArgumentParser) -> None:
    actions = models.add_subparsers(dest="action", required=True)
    actions.add_parser("list", help="all models on this machine")
    for name, what in (("show", "the card of a model"), ("verify", "check a model"), ("remove", "delete a model")):
        actions.add_parser(name, help=what).add_argument("name", help="as `xview2 models list` prints it")
    install = actions.add_parser("install", help="add a model")
    install.add_argument(
        "source", metavar="FOLDER|FILE|URL", help="a bundle: its folder, or its zip file here or at an address"
    )
    install.add_argument("--sha256", metavar="HEX", help="checksum that the zip file must have")


def _text(text: str) -> str:
    # of a script's variable that was never set; an area left out by mistake would be the whole scene
    if not text:
        raise argparse.ArgumentTypeError("give a value, or leave the option out")
    return text


def _file(text: str) -> Path:
    return Path(_text(text))


def _bands(text: str) -> tuple[int, int, int]:
    try:
        red, green, blue = (int(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError("give three band numbers such as 3,2,1") from None
    return red, green, blue


def _nodata(text: str) -> str:
    from .radiometry.nodata_rule import NodataRule

    try:
        return str(NodataRule.parse(text))
    except ValueError:
        raise argparse.ArgumentTypeError("give values such as 0,255 or ranges such as -99:-90, or none") from None


def _batch(text: str) -> int | None:
    if text == "auto":
        return None
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("give auto or a number above zero")
    if int(text) > _LARGEST_BATCH:
        raise argparse.ArgumentTypeError(f"give {_LARGEST_BATCH} at most")
    return int(text)


def _offset(text: str) -> tuple[int, int]:
    columns, rows = (int(part) for part in text.split(","))
    return columns, rows


def _assess(options: argparse.Namespace, events: EventSink) -> int:
    from .run.cancellation import Cancellation
    from .run.listener import Listener

    # before the engine is imported, which takes a second
    cancellation = Cancellation()
    cancellation.listen_to_signals()
    from .access.tiff_messages import keep_tiff_messages_back
    from .assessment import assess
    from .parameters import AssessmentParameters
    from .run.context import RunContext

    if not options.debug:
        keep_tiff_messages_back()

    # only then is it for us: in a loop of the shell it is the list the loop reads
    if options.events == "json":
        cancellation.end_without(Listener(sys.stdout, sys.stdin))
        cancellation.listen_to_stdin()

    parameters = AssessmentParameters(
        pre=options.pre,
        post=options.post,
        output=options.output,
        model=options.model,
        aoi=options.aoi,
        footprints=options.footprints,
        damage_raster=options.damage_raster,
        report=options.report,
        device=options.device,
        precision=options.precision,
        batch_size=options.batch_size,
        tta=options.tta,
        register=options.register == "auto",
        overwrite=options.overwrite,
        record_paths=options.record_paths,
        discard_reviews=options.discard_reviews,
        pre_bands=options.pre_bands,
        post_bands=options.post_bands,
        pre_shown_bands=options.pre_shown_bands,
        post_shown_bands=options.post_shown_bands,
        pre_nodata=options.pre_nodata,
        post_nodata=options.post_nodata,
        pre_crs=options.pre_crs,
        post_crs=options.post_crs,
        tile_offset=options.tile_offset,
    )
    assess(parameters, RunContext(events, cancellation))
    return 0


def _models(options: argparse.Namespace, events: EventSink) -> int:
    del events  # nothing takes long enough to report
    from .commands.models import run_model_command

    return run_model_command(options)


def _doctor(options: argparse.Namespace, events: EventSink) -> int:
    del options, events  # prints a table for people
    from .commands.doctor import examine

    return examine(sys.stdout)


def _demo(options: argparse.Namespace, events: EventSink) -> int:
    del events  # takes seconds
    from .synthetic.demo_pair import write_demo

    files = write_demo(options.folder)
    for path in (files.pre, files.post, files.truth):
        print(path)
    return 0


_COMMANDS = {"assess": _assess, "models": _models, "doctor": _doctor, "demo": _demo}
