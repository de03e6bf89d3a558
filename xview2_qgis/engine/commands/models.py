"""``xview2 models``: lists, shows, installs, verifies and removes models."""

from __future__ import annotations

import argparse
import sys

from ..run.events import EventSink


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the actions, each a command of its own."""
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("list", help="all models on this machine")
    for name, what in (("show", "the card of a model"), ("verify", "check a model"), ("remove", "delete a model")):
        actions.add_parser(name, help=what).add_argument("name", help="as `xview2 models list` prints it")
    install = actions.add_parser("install", help="add a model")
    install.add_argument(
        "source", metavar="FOLDER|FILE|URL", help="a bundle: its folder, or its zip file here or at an address"
    )
    install.add_argument("--sha256", metavar="HEX", help="checksum that the zip file must have")


def run(options: argparse.Namespace, events: EventSink) -> int:
    """Run one action and print its result.

    Raises:
        EngineError: the model or its folder is wrong.
    """
    del events  # no action takes long enough to report
    _ACTIONS[options.action](options)
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
    from ...protocol.redaction import redacted
    from ..bundle.registry import verify

    bundle = verify(options.name)
    sys.stdout.write(
        f"{bundle.id}: {bundle.title}\n"
        f"licence: {bundle.licence}\n"
        f"training data: {bundle.training_data}\n"
        f"source: {bundle.source}\n"
        f"networks: {', '.join(f'{n.path.name} ({n.role})' for n in bundle.networks)}\n"
        f"tiles: {bundle.tile_size} pixels of {bundle.gsd_m} m, overlap {bundle.overlap}\n"
        f"precision: {bundle.precision}\n"
        f"checksum: {bundle.checksum}\n"
        f"folder: {redacted(str(bundle.path))}\n"
    )
    for score in bundle.scores:
        sys.stdout.write(f"score: {score.metric} {score.value} on {score.set} ({score.date})\n")


def _verify(options: argparse.Namespace) -> None:
    from ..bundle.registry import verify

    bundle = verify(options.name)
    sys.stdout.write(f"{bundle.id} is complete and unchanged ({bundle.checksum})\n")


def _install(options: argparse.Namespace) -> None:
    from ..bundle.registry import install

    entry = install(options.source, options.sha256)
    sys.stdout.write(f"installed {entry.name}: {entry.title}\nlicence: {entry.licence}\n")


def _remove(options: argparse.Namespace) -> None:
    from ...protocol.plain_text import printable
    from ..bundle.registry import remove

    remove(options.name)
    sys.stdout.write(f"removed {printable(options.name)}\n")


_ACTIONS = {"list": _list, "show": _show, "verify": _verify, "install": _install, "remove": _remove}
