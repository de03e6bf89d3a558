"""``xview2 models``: lists, shows, installs, verifies and removes models."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass

from ...protocol.events import Result
from ..run.events import EventSink


@dataclass(frozen=True)
class _Done:
    """What an action has done.

    Attributes:
        model: name of the model.
        text: the same for people.
    """

    model: str
    text: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the actions, each a command of its own."""
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("list", help="all models on this machine")
    named = {}
    for name, what in (("show", "the card of a model"), ("verify", "check a model"), ("remove", "delete a model")):
        named[name] = actions.add_parser(name, help=what)
        named[name].add_argument("name", help="as `xview2 models list` prints it")
    install = actions.add_parser("install", help="add a model")
    install.add_argument(
        "source",
        metavar="FOLDER|FILE|URL|NAME",
        help="a bundle: its folder, its zip file here or at an address, or a published model",
    )
    install.add_argument("--sha256", metavar="HEX", help="checksum that the zip file must have")
    for action in (named["verify"], named["remove"], install):
        action.add_argument("--events", choices=("text", "json"), default="text", help="how the result is reported")


def run(options: argparse.Namespace, events: EventSink) -> int:
    """Run one action and print its result.

    Raises:
        EngineError: the model or its folder is wrong.
    """
    if options.action in _TEXTS:
        _TEXTS[options.action](options)
        return 0
    done = _ACTIONS[options.action](options)
    if options.events == "json":
        events.emit(Result(output=done.model))
    else:
        sys.stdout.write(done.text)
    return 0


def _list(options: argparse.Namespace) -> None:
    from ...protocol.plain_text import printable
    from ..bundle.registry import list_models

    del options
    for entry in list_models():
        origin = "embedded" if entry.embedded else "installed"
        # the name of a folder in which something else may lie
        name, shown = printable(entry.name), entry.problem or f"{entry.title} ({entry.licence})"
        sys.stdout.write(f"{name}\t{origin}\t{shown}\n")


def _show(options: argparse.Namespace) -> None:
    from ...protocol.licences import licence_in_words
    from ...protocol.redaction import redacted
    from ..bundle.registry import verify

    bundle = verify(options.name)
    size = sum(path.stat().st_size for path in bundle.path.iterdir() if path.is_file())
    sys.stdout.write(
        f"{bundle.id}: {bundle.title}\n"
        f"licence: {licence_in_words(bundle.licence)}\n"
        f"training data: {bundle.training_data}\n"
        f"source: {bundle.source}\n"
        f"networks: {', '.join(f'{n.path.name} ({n.role})' for n in bundle.networks)}\n"
        f"tiles: {bundle.tile_size} pixels of {bundle.gsd_m} m, overlap {bundle.overlap}\n"
        f"precision: {bundle.precision}\n"
        f"size: {size / 1e6:.1f} MB\n"
        f"checksum: {bundle.checksum}\n"
        f"folder: {redacted(str(bundle.path))}\n"
    )
    for score in bundle.scores:
        alone = ", post-event images only" if score.images == "post" else ""
        sys.stdout.write(f"score: {score.metric} {score.value} on {score.set}{alone} ({score.date})\n")


def _verify(options: argparse.Namespace) -> _Done:
    from ..bundle.registry import verify

    bundle = verify(options.name)
    return _Done(bundle.id, f"{bundle.id} is complete and unchanged ({bundle.checksum})\n")


def _install(options: argparse.Namespace) -> _Done:
    from ...protocol.licences import licence_in_words
    from ..bundle.registry import install

    entry = install(options.source, options.sha256)
    licence = licence_in_words(entry.licence)
    return _Done(entry.name, f"installed {entry.name}: {entry.title}\nlicence: {licence}\n")


def _remove(options: argparse.Namespace) -> _Done:
    from ...protocol.plain_text import printable
    from ..bundle.registry import remove

    remove(options.name)
    return _Done(options.name, f"removed {printable(options.name)}\n")


_TEXTS = {"list": _list, "show": _show}
_ACTIONS = {"verify": _verify, "install": _install, "remove": _remove}
