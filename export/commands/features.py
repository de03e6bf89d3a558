"""``xview2-export features``: lets the networks of a bundle tell what they see, for ``xview2 adapt``."""

from __future__ import annotations

import argparse
from pathlib import Path

from training.commands.command import Command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    parser.add_argument("bundle", type=Path, help="a bundle without features")
    parser.add_argument("--tensor", required=True, metavar="NAME", help="tensor N×C×h×w inside each of its networks")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR")


def run(options: argparse.Namespace) -> int:
    """Write the bundle.

    Raises:
        EngineError: the bundle, the tensor or the output is not in order.
    """
    from ..bundle.with_features import write_with_features

    channels, rows, columns = write_with_features(options.bundle, options.tensor, options.output)
    print(f"features N×{channels}×{rows}×{columns}; the other outputs are the same bit by bit")
    return 0


COMMAND = Command("features", "let the networks of a bundle tell what they see, for xview2 adapt", add_arguments, run)
