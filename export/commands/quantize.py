"""``xview2-export quantize``: writes the int8 form of a bundle, if it pays."""

from __future__ import annotations

import argparse
from pathlib import Path

from training.commands.command import Command

from .arguments import count


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    parser.add_argument("bundle", type=Path, help="an fp32 bundle")
    parser.add_argument("--calibration", type=Path, required=True, metavar="FOLDER", help="xBD folder of real pairs")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--pairs",
        type=count,
        default=8,
        metavar="N",
        help="how many pairs to calibrate with, and as many others to rate with (8)",
    )


def run(options: argparse.Namespace) -> int:
    """Write the bundle.

    Raises:
        EngineError: the bundle or the output is not in order.
        ValueError: the pairs are not.
    """
    from ..quantization import quantize_bundle

    quantize_bundle(options.bundle, options.calibration, options.output, options.pairs)
    return 0


COMMAND = Command("quantize", "write the int8 form of a bundle, if it pays", add_arguments, run)
