"""``xview2 publish``: a result in the schemas of others."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from ...protocol.products import OPTION_WORDS, PRODUCTS, PublishOptions, option_types, product
from ..run.events import EventSink


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    titles = "; ".join(f"{one.name}: {one.title}" for one in PRODUCTS)
    parser.add_argument("result", type=Path, metavar="RESULT.gpkg", help="result of an assessment")
    parser.add_argument(
        "--as",
        required=True,
        dest="product",
        choices=[one.name for one in PRODUCTS],
        help=f"what to publish ({titles})",
    )
    parser.add_argument("--output", required=True, type=Path, metavar="PATH", help="file to write, or folder")
    for name, kind in option_types().items():
        parser.add_argument(
            f"--{name.replace('_', '-')}", type=_READERS[kind], metavar=OPTION_WORDS[name].metavar,
            help=OPTION_WORDS[name].help,
        )  # fmt: skip
    parser.add_argument("--overwrite", action="store_true", help="replace an earlier product")
    parser.add_argument("--events", choices=("text", "json"), default="text", help="how the work is reported")


def run(options: argparse.Namespace, events: EventSink) -> int:
    """Publish the result.

    Raises:
        EngineError: the result cannot be used, or the product cannot be written.
    """
    from ..run.caller import heeding_caller
    from ..run.cancellation import Cancellation

    begun = time.monotonic()
    cancellation = Cancellation()
    cancellation.listen_to_signals()
    from ...protocol.events import Result
    from ..publish.product_format import PublishContext
    from ..publish.publication import publish
    from ..run.context import RunContext
    from ..stored.result import StoredResult

    chosen = product(options.product)
    context = PublishContext(RunContext(events, cancellation), publish_options(options))
    with heeding_caller(cancellation, options.events):
        stored = StoredResult(options.result)
        published = publish(stored, chosen, options.output, context, overwrite=options.overwrite)
    if options.events == "json":
        events.emit(
            Result(
                output=str(options.output), layers=list(published.layers), buildings=published.buildings,
                counts=dict(published.counts), seconds=round(time.monotonic() - begun, 2),
                figures={"left_out": float(published.left_out)},
            )
        )  # fmt: skip
        return 0
    sys.stdout.write(f"{chosen.title}: {published.buildings:,} buildings in {options.output}\n")
    for word, count in published.counts.items():
        sys.stdout.write(f"  {word}: {count:,}\n")
    if published.left_out:
        sys.stdout.write(f"  buildings left out: {published.left_out:,}\n")
    return 0


def publish_options(options: argparse.Namespace) -> PublishOptions:
    """Return what the user says about the product; what was not given has its usual value."""
    given: dict[str, Any] = {name: getattr(options, name) for name in option_types()}
    return PublishOptions(**{name: value for name, value in given.items() if value is not None})


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1.0:
        raise argparse.ArgumentTypeError("give a number from 0 to 1")
    return value


def _number(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 10_000:
        raise argparse.ArgumentTypeError("give a number above zero")
    return int(text)


def _text(text: str) -> str:
    from ...protocol.plain_text import text_fault

    plain = text.strip()
    if fault := text_fault(plain, 300):
        raise argparse.ArgumentTypeError(f"it {fault}")
    return plain


_READERS = {float: _share, int: _number, str: _text}
