"""Arguments that several commands have, and kinds of values."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import get_args

from ..bundle.form import Precision


def add_form(command: argparse.ArgumentParser, pairs: int) -> None:
    """Add what says how a bundle is written and checked; ``pairs`` is how many pairs it is checked with."""
    command.add_argument("--output", type=Path, metavar="DIR", help="folder of the bundle")
    command.add_argument("--precision", choices=get_args(Precision), default="fp32")
    command.add_argument("--input-size", type=size, default=(1024, 1024), metavar="HxW")
    command.add_argument(
        "--overlap",
        type=int,
        help="overlap of neighbouring tiles, pixels (default: a quarter; none with the published decision)",
    )
    command.add_argument(
        "--check", type=Path, metavar="FOLDER", help="xBD pairs to compare with torch (synthetic town)"
    )
    command.add_argument("--pairs", type=count, default=pairs, metavar="N", help=f"how many of them ({pairs})")
    command.set_defaults(parser=command)


def size(text: str) -> tuple[int, int]:
    """Return height and width, 32 to 8192 each."""
    parts = text.lower().split("x")
    if len(parts) != 2 or not all(part.isdigit() and 32 <= int(part) <= 8192 for part in parts):
        raise argparse.ArgumentTypeError(f"{text!r} is no size such as 1024x1024 (32 to 8192)")
    return int(parts[0]), int(parts[1])


def count(text: str) -> int:
    """Return a whole number above 0."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return int(text)
