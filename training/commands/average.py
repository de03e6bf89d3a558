"""``xview2-train average``: averages the weights of runs."""

from __future__ import annotations

import argparse
from pathlib import Path

from .command import Command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    parser.add_argument("checkpoints", type=Path, nargs="+", help="of one network, in the folders of their runs")
    parser.add_argument("--output", type=Path, required=True, help="checkpoint to write")


def run(options: argparse.Namespace) -> int:
    """Run it and return the exit code."""
    from ..fit.soup import average_runs

    average_runs(options.checkpoints, options.output)
    return 0


COMMAND = Command("average", "mean of the weights of runs that began with the same weights", add_arguments, run)
