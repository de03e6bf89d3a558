"""``xview2-train score``: scores PNG files by the official rules."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from .command import Command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    parser.add_argument("predictions", type=Path)
    parser.add_argument("targets", type=Path)


def run(options: argparse.Namespace) -> int:
    """Run it and return the exit code."""
    from ..evaluation.challenge_files import score_files

    print(json.dumps(score_files(options.predictions, options.targets).as_dict(), indent=2))
    return 0


COMMAND = Command("score", "official score of two folders of PNG files", add_arguments, run)
