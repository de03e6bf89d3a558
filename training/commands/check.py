"""``xview2-train check``: names every problem of an xBD folder."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from xview2_qgis.protocol.codes import ExitCode

from .command import Command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    parser.add_argument("folder", type=Path)
    parser.add_argument("--post-only", action="store_true", help="it holds post-event images without pre-event ones")


def run(options: argparse.Namespace) -> int:
    """Run it and return the exit code."""
    from ..data.folder.layout import Layout
    from ..data.xbd import check_folder

    problems = check_folder(options.folder, layout=Layout(post_only=options.post_only))
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    if not problems:
        print(f"{options.folder}: nothing wrong")
    return ExitCode.INPUT if problems else ExitCode.DONE


COMMAND = Command("check", "name every problem of an xBD folder", add_arguments, run)
