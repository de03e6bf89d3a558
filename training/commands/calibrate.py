"""``xview2-train calibrate``: chooses calibration and decision on pairs that runs held back."""

from __future__ import annotations

import argparse
import json
from collections.abc import Hashable
from itertools import pairwise
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
        help="also measure pairs that these held back, calibrated by all other pairs: disasters, for example",
    )  # fmt: skip
    parser.add_argument("--output", type=Path, required=True, help="JSON file for `xview2-export onnx --calibration`")


def run(options: argparse.Namespace) -> int:
    """Run it and return the exit code."""
    from ..evaluation.cross_calibration import OutlinedPairs, Unseen, measure_unseen, pooled
    from ..evaluation.decision_search import Settled, calibrate
    from ..evaluation.prediction_store import PredictionStore
    from ..fit.out_of_fold import check_disjoint, held_back, held_back_predictions
    from ..optimisation.processes import chosen_device
    from ..run.checkpoint import checkpoint_sha256

    def names(path: Path) -> list[Hashable]:
        return [files.identity for files in held_back(path).files]

    device = chosen_device(options.device)
    check_disjoint(options.checkpoints)
    check_disjoint(options.measure)
    # before the long work, not after it
    options.output.parent.mkdir(parents=True, exist_ok=True)
    weights, shares = (tuple(given) if given else None for given in (options.class_weights, options.class_shares))
    settled = Settled(weights, shares, options.minimum_area, options.threshold)
    known: list[OutlinedPairs] = []
    unseen: dict[str, list[Unseen]] = {}
    with PredictionStore() as predictions:
        ends = [0]
        for path in options.checkpoints:
            predictions.extend(held_back_predictions(path, options.tta, device))
            ends.append(len(predictions))
        chosen = calibrate(predictions, options.gsd, settled)
        decision = chosen.choice.decision
        if len(options.checkpoints) > 1 or options.measure:
            for path, (first, end) in zip(options.checkpoints, pairwise(ends), strict=True):
                known.append(OutlinedPairs.of(names(path), predictions[first:end], decision, options.gsd))
    if len(options.checkpoints) > 1:
        unseen["by_the_others"] = [measure_unseen(known, asked, settled) for asked in known]
    if options.measure:
        runs = ((names(path), held_back_predictions(path, options.tta, device)) for path in options.measure)
        asked_for = (OutlinedPairs.of(*run, decision, options.gsd) for run in runs)
        unseen["measured"] = [measure_unseen(known, asked, settled) for asked in asked_for]
    figures = chosen.figures() | {name: pooled(parts).as_dict() for name, parts in unseen.items()}
    if len(options.checkpoints) > 1:
        each = zip(map(str, options.checkpoints), unseen["by_the_others"], strict=True)
        figures["each_by_the_others"] = {name: part.as_dict() for name, part in each}
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
