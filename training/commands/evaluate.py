"""``xview2-train evaluate``: scores a checkpoint on pairs with truth."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from .arguments import add_network
from .command import Command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("folder", type=Path, nargs="?", help="xBD folder with images/ and labels/")
    parser.add_argument("--held-back", action="store_true", help="the pairs that the checkpoint's own run held back")
    add_network(parser)
    parser.add_argument(
        "--post-only", action="store_true", help="without the pre-event images, which the folder need not hold then"
    )
    parser.add_argument("--holdout-disaster", metavar="NAME", help="table of this disaster against the others")
    parser.add_argument("--json", action="store_true", help="figures for programs instead of a table")


def take_rest(options: argparse.Namespace, rest: list[str]) -> list[str]:
    """Take a folder that stands behind options, which argparse does not know."""
    if len(rest) == 1 and not rest[0].startswith("-") and options.folder is None:
        options.folder, rest = Path(rest[0]), []
    if options.held_back != (options.folder is None):
        raise argparse.ArgumentTypeError("evaluate: give a folder, or --held-back")
    return rest


def run(options: argparse.Namespace) -> int:
    """Run it and return the exit code."""
    from dataclasses import replace

    from ..data.xbd import list_post_images
    from ..evaluation.pair_scores import evaluate
    from ..evaluation.prediction import Predictor
    from ..fit.out_of_fold import held_back
    from ..optimisation.processes import chosen_device
    from ..run.checkpoint import load_network

    device = chosen_device(options.device)
    network, localization = load_network(options.checkpoint, device), None
    pairs = options.folder
    if options.held_back:
        own = held_back(options.checkpoint)
        pairs, localization = own.files, own.localization
    if options.loc_weights:
        localization = load_network(options.loc_weights)
    if options.post_only and not options.held_back:
        pairs = list_post_images(pairs)
    if localization is not None:
        localization.to(device)
    predictor = replace(Predictor.of(network, localization, options.tta), post_only=options.post_only)
    table = evaluate(
        predictor,
        pairs,
        holdout_disaster=options.holdout_disaster,
        threshold=options.threshold,
        progress=sys.stderr.isatty(),
    )
    print(json.dumps(table.as_dict(), indent=2) if options.json else table.text())
    return 0


COMMAND = Command(
    "evaluate", "scores of a checkpoint on pairs with truth, by disaster", add_arguments, run, take_rest=take_rest
)
