"""Arguments that several commands have, and kinds of numbers."""

from __future__ import annotations

import argparse
from pathlib import Path


def share(text: str) -> float:
    """Return a number between 0 and 1."""
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("must lie between 0 and 1")
    return value


def count(text: str) -> int:
    """Return a whole number from 1 on."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value


def positive(text: str) -> float:
    """Return a finite number above 0."""
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("must be above 0")
    return value


def add_network(command: argparse.ArgumentParser) -> None:
    """Add what says how networks are used: localization network, augmentation, threshold and device."""
    command.add_argument("--loc-weights", type=Path, metavar="CHECKPOINT", help="localization network for the mask")
    add_tta(command)
    command.add_argument("--threshold", type=share, default=0.5, help="least probability of a building")
    add_device(command)


def add_tta(command: argparse.ArgumentParser) -> None:
    """Add the choice of test-time augmentation."""
    command.add_argument(
        "--tta", choices=("none", "mirror", "flips"), default="none",
        help="average over the image and its mirror image, or over four flips",
    )  # fmt: skip


def add_device(command: argparse.ArgumentParser) -> None:
    """Add the choice of the device."""
    command.add_argument(
        "--device", choices=("auto", "cpu", "cuda"), default="auto", help="auto: a GPU where PyTorch finds one"
    )
