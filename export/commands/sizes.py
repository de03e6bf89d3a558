"""``xview2-export sizes``: lets the networks of a bundle take images of several sizes, so that edge tiles cost less."""

from __future__ import annotations

import argparse
from pathlib import Path

from training.commands.command import Command

from .arguments import count


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    parser.add_argument("bundle", type=Path, help="a bundle of networks that are convolutions alone")
    parser.add_argument(
        "--multiple", type=count, default=32, metavar="N", help="rows and columns are multiples of it (32)"
    )
    parser.add_argument("--output", type=Path, required=True, metavar="DIR")


def run(options: argparse.Namespace) -> int:
    """Write the bundle.

    Raises:
        EngineError: the bundle, the number or the output is not in order.
    """
    from ..bundle.with_sizes import write_with_sizes

    write_with_sizes(options.bundle, options.multiple, options.output)
    print(f"takes any multiple of {options.multiple} pixels; tiles are answered the same bit by bit")
    return 0


COMMAND = Command("sizes", "let the networks of a bundle take images of several sizes", add_arguments, run)
