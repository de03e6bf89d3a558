"""``xview2-train synthesize``: writes synthetic towns as an xBD-like folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from .arguments import count
from .command import Command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pairs", type=count, default=8)
    parser.add_argument("--size", type=count, default=1024)
    parser.add_argument("--seed", type=int, default=0)


def run(options: argparse.Namespace) -> int:
    """Run it and return the exit code."""
    from ..data.synthesis import synthesize

    synthesize(options.folder, options.pairs, options.size, options.seed)
    return 0


COMMAND = Command("synthesize", "write an xBD-like folder with synthetic towns and exact truth", add_arguments, run)
