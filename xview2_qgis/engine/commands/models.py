"""The commands ``xview2 models …``: text for people about the models of this machine."""

from __future__ import annotations

import argparse
import sys

from ...protocol.plain_text import printable
from ...protocol.redaction import redacted
from ..bundle import Bundle
from ..bundle.registry import install, list_models, remove, verify


def run_model_command(options: argparse.Namespace) -> int:
    """Run one action; return the exit code.

    Args:
        options: ``action`` and its ``name`` or ``source``.

    Raises:
        EngineError: the model or its place is wrong.
    """
    _ACTIONS[options.action](options)
    return 0


def _list(options: argparse.Namespace) -> None:
    del options
    for entry in list_models():
        origin = "embedded" if entry.embedded else "installed"
        # the name of a folder in which something else may lie
        name, told = printable(entry.name), entry.problem or f"{entry.title} ({entry.licence})"
        sys.stdout.write(f"{name}\t{origin}\t{told}\n")


def _show(options: argparse.Namespace) -> None:
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
    bundle: Bundle = verify(options.name)
    sys.stdout.write(f"{bundle.id} is complete and unchanged ({bundle.checksum})\n")


def _install(options: argparse.Namespace) -> None:
    entry = install(options.source, options.sha256)
    sys.stdout.write(f"installed {entry.name}: {entry.title}\nlicence: {entry.licence}\n")


def _remove(options: argparse.Namespace) -> None:
    remove(options.name)
    sys.stdout.write(f"removed {printable(options.name)}\n")


_ACTIONS = {"list": _list, "show": _show, "verify": _verify, "install": _install, "remove": _remove}
