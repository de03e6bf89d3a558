"""``xview2-train predict``: writes the challenge's PNG files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .arguments import add_network
from .command import Command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("folder", type=Path, help="xBD folder with images/")
    add_network(parser)
    parser.add_argument("--output", type=Path, required=True, help="folder for the PNG files")
    parser.add_argument("--targets", type=Path, metavar="FOLDER", help="also write the truth as the scorer wants it")


def run(options: argparse.Namespace) -> int:
    """Run it and return the exit code."""
    from ..evaluation.prediction import Predictor
    from ..evaluation.submission import predict_folder, write_targets
    from ..optimisation.processes import chosen_device
    from ..run.checkpoint import load_network

    device = chosen_device(options.device)
    localization = load_network(options.loc_weights, device) if options.loc_weights else None
    predict_folder(
        Predictor.of(load_network(options.checkpoint, device), localization, options.tta),
        options.folder,
        options.output,
        threshold=options.threshold,
        progress=sys.stderr.isatty(),
    )
    if options.targets:
        write_targets(options.folder, options.targets)
    return 0


COMMAND = Command("predict", "write the challenge's PNG files for an xBD folder", add_arguments, run)
