"""``xview2 demo``: writes a synthetic image pair with its truth."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..run.events import EventSink


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the folder."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="folder for pre.tif, post.tif and truth.gpkg")


def run(options: argparse.Namespace, events: EventSink) -> int:
    """Write the files and print their paths."""
    del events  # takes seconds
    from ..synthetic.demo_pair import write_demo

    files = write_demo(options.folder)
    for path in (files.pre, files.post, files.truth):
        print(path)
    return 0
