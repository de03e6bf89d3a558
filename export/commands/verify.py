"""``xview2-export verify``: checks a bundle and runs it."""

from __future__ import annotations

import argparse
from pathlib import Path

from training.commands.command import Command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    parser.add_argument("bundle", type=Path, help="a folder or a .xv2.zip")


def run(options: argparse.Namespace) -> int:
    """Check the bundle.

    Raises:
        EngineError: it is not in order.
    """
    from ..verification.bundle_check import verify_bundle

    verify_bundle(options.bundle)
    return 0


COMMAND = Command("verify", "check a bundle and run it", add_arguments, run)
