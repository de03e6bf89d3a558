"""``xview2-train calibrate``: chooses calibration and decision on pairs that runs held back."""

from __future__ import annotations

import argparse
import json
from itertools import chain, pairwise
from pathlib import Path

from .arguments import add_device, add_tta, positive, share
from .command import Command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    parser.add_argument("checkpoints", type=Path, nargs="+", help="in the folders of their runs, one of each fold")
    add_tta(parser)
    add_device(parser)
    parser.add_argument(
        "--class-weights", type=positive, nargs=4, metavar=("NONE", "MINOR", "MAJOR", "DESTROYED"),
        help="factors on the probabilities that are settled already, by all folds for example; the rest is chosen",
    )  # fmt: skip
    parser.add_argument(
        "--class-shares", type=positive, nargs=4, metavar=("NONE", "MINOR", "MAJOR", "DESTROYED"),
        help="how frequent the classes are where the model will be used; default: as in the pairs",
    )  # fmt: skip
    parser.add_argument("--minimum-area", type=positive, default=6.0, metavar="M2", help="smallest outline, m² (6)")
    parser.add_argument("--threshold", type=share, metavar="P", help="building threshold; chosen by default")
    parser.add_argument("--gsd", type=positive, default=0.5, help="ground sampling distance, metres (0.5)")
    parser.add_argument(
        "--measure", type=Path, nargs="+", default=[], metavar="CHECKPOINT",
        help="also measure the calibration on pairs that these held back, disasters for example",
    )  # fmt: skip
    parser.add_argument("--output", type=Path, required=True, help="JSON file for `xview2-export onnx --calibration`")


def run(options: argparse.Namespace) -> int:
    """Run it and return the exit code."""
    from ..evaluation.cross_calibration import cross_calibrate, measure, pooled
    from ..evaluation.decision_search import Settled, calibrate
    from ..evaluation.prediction_store import PredictionStore
    from ..fit.out_of_fold import check_disjoint, held_back_predictions
    from ..optimisation.processes import chosen_device
    from ..run.checkpoint import checkpoint_sha256

    device = chosen_device(options.device)
    check_disjoint(options.checkpoints)
    check_disjoint(options.measure)
    # before the long work, not after it
    options.output.parent.mkdir(parents=True, exist_ok=True)
    with PredictionStore() as predictions:
        ends = [0]
        for path in options.checkpoints:
            predictions.extend(held_back_predictions(path, options.tta, device))
            ends.append(len(predictions))
        weights, shares = (tuple(given) if given else None for given in (options.class_weights, options.class_shares))
        settled = Settled(weights, shares, options.minimum_area, options.threshold)
        chosen = calibrate(predictions, options.gsd, settled)
        figures = chosen.figures()
        if len(options.checkpoints) > 1:
            parts = [predictions[first:end] for first, end in pairwise(ends)]
            unseen = cross_calibrate(parts, chosen.choice.decision, options.gsd, settled)
            names = map(str, options.checkpoints)
            figures["by_the_others"] = pooled(unseen).as_dict()
            figures["each_by_the_others"] = {name: part.as_dict() for name, part in zip(names, unseen, strict=True)}
    if options.measure:
        others = chain.from_iterable(held_back_predictions(path, options.tta, device) for path in options.measure)
        figures["measured"] = measure(others, chosen, options.gsd).as_dict()
    sums = [checkpoint_sha256(path) for path in options.checkpoints]
    # which weights this belongs to, so that an export of others can say so
    content = {
        **chosen.as_dict(),
        "figures": figures,
        "tta": options.tta,
        "checkpoint_sha256": sums[0] if len(sums) == 1 else sums,
    }
    options.output.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=2))
    return 0


COMMAND = Command("calibrate", "choose calibration and decision on pairs that runs held back", add_arguments, run)
