"""The command ``xview2-train``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from .data.xbd import DatasetError
from .labels import LabelError
from .networks.encoders import WeightTransferError
from .optimisation.finiteness import NonFiniteError
from .run.checkpoint import CheckpointError
from .section import ConfigurationError


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = _read(arguments)
    try:
        return int(_COMMANDS[options.command](options))
    except (ConfigurationError, DatasetError, LabelError, CheckpointError, WeightTransferError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 3
    except NonFiniteError as error:
        print(f"error: {error}", file=sys.stderr)
        return 5
    except KeyboardInterrupt:
        print("stopped; continue with --resume" if options.command == "fit" else "stopped", file=sys.stderr)
        return 130


def _read(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line; what may be left away may also stand behind options, which argparse does not know."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    plain = not any(word.startswith("-") for word in rest)
    if options.command == "fit" and plain:
        options.overrides += rest
        rest = []
    if options.command == "evaluate":
        if plain and len(rest) == 1 and options.folder is None:
            options.folder, rest = Path(rest[0]), []
        if options.held_back != (options.folder is None):
            parser.error("evaluate: give a folder, or --held-back")
    if rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="xview2-train", description="Train the xView2 networks.")
    commands = parser.add_subparsers(dest="command", required=True)

    fit = commands.add_parser("fit", help="train a network", description="Train a network. Also runs under torchrun.")
    fit.add_argument("--config", type=Path, required=True, help="YAML file, see training/configs")
    fit.add_argument("--resume", action="store_true", help="continue from the last checkpoint")
    fit.add_argument(
        "--loc-weights", type=Path, metavar="CHECKPOINT",
        help="trained localization network: its encoder starts the damage network, its buildings mask the validation",
    )  # fmt: skip
    fit.add_argument("overrides", nargs="*", metavar="key=value", help="for example run.steps=500")

    evaluate = commands.add_parser("evaluate", help="scores of a checkpoint on pairs with truth, by disaster")
    evaluate.add_argument("checkpoint", type=Path)
    evaluate.add_argument("folder", type=Path, nargs="?", help="xBD folder with images/ and labels/")
    evaluate.add_argument("--held-back", action="store_true", help="the pairs that the checkpoint's own run held back")
    _network_arguments(evaluate)
    evaluate.add_argument("--holdout-disaster", metavar="NAME", help="table of this disaster against the others")
    evaluate.add_argument("--json", action="store_true", help="figures for programs instead of a table")

    predict = commands.add_parser("predict", help="write the challenge's PNG files for an xBD folder")
    predict.add_argument("checkpoint", type=Path)
    predict.add_argument("folder", type=Path, help="xBD folder with images/")
    _network_arguments(predict)
    predict.add_argument("--output", type=Path, required=True, help="folder for the PNG files")
    predict.add_argument("--targets", type=Path, metavar="FOLDER", help="also write the truth as the scorer wants it")

    calibrate = commands.add_parser("calibrate", help="choose calibration and decision on pairs that runs held back")
    calibrate.add_argument("checkpoints", type=Path, nargs="+", help="in the folders of their runs, one of each fold")
    _tta_argument(calibrate)
    _device_argument(calibrate)
    calibrate.add_argument(
        "--class-weights", type=_positive, nargs=4, metavar=("NONE", "MINOR", "MAJOR", "DESTROYED"),
        help="factors on the probabilities that are settled already, by all folds for example; the rest is chosen",
    )  # fmt: skip
    calibrate.add_argument("--gsd", type=_positive, default=0.5, help="ground sampling distance, metres (0.5)")
    calibrate.add_argument(
        "--output", type=Path, required=True, help="JSON file for `xview2-export onnx --calibration`"
    )

    average = commands.add_parser("average", help="mean of the weights of runs that began with the same weights")
    average.add_argument("checkpoints", type=Path, nargs="+", help="of one network, in the folders of their runs")
    average.add_argument("--output", type=Path, required=True, help="checkpoint to write")

    score = commands.add_parser("score", help="official score of two folders of PNG files")
    score.add_argument("predictions", type=Path)
    score.add_argument("targets", type=Path)

    check = commands.add_parser("check", help="name every problem of an xBD folder")
    check.add_argument("folder", type=Path)

    synthesize = commands.add_parser("synthesize", help="write an xBD-like folder with synthetic towns and exact truth")
    synthesize.add_argument("folder", type=Path)
    synthesize.add_argument("--pairs", type=_count, default=8)
    synthesize.add_argument("--size", type=_count, default=1024)
    synthesize.add_argument("--seed", type=int, default=0)
    return parser


def _network_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--loc-weights", type=Path, metavar="CHECKPOINT", help="localization network for the mask")
    _tta_argument(command)
    command.add_argument("--threshold", type=_share, default=0.5, help="least probability of a building")
    _device_argument(command)


def _tta_argument(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--tta", choices=("none", "mirror", "flips"), default="none",
        help="average over the image and its mirror image, or over four flips",
    )  # fmt: skip


def _device_argument(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--device", choices=("auto", "cpu", "cuda"), default="auto", help="auto: a GPU where PyTorch finds one"
    )


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("must lie between 0 and 1")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("must be above 0")
    return value


def _fit(options: argparse.Namespace) -> int:
    from .data.allocation import keep_freed_memory
    from .fit.fitting import fit
    from .fit.validation import Validation
    from .run.configuration import load_configuration

    keep_freed_memory()
    overrides = list(options.overrides)
    if options.loc_weights:
        overrides.append(f"localization={options.loc_weights}")
    config = load_configuration(options.config, overrides)
    print(fit(config, resume=options.resume, evaluate=Validation.of(config)))
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from .evaluation.pair_scores import evaluate
    from .evaluation.prediction import Predictor
    from .fit.out_of_fold import held_back
    from .optimisation.processes import chosen_device
    from .run.checkpoint import load_network

    device = chosen_device(options.device)
    network, localization = load_network(options.checkpoint, device), None
    pairs = options.folder
    if options.held_back:
        own = held_back(options.checkpoint)
        pairs, localization = own.files, own.localization
    if options.loc_weights:
        localization = load_network(options.loc_weights)
    predictor = Predictor.of(network, None if localization is None else localization.to(device), options.tta)
    table = evaluate(
        predictor,
        pairs,
        holdout_disaster=options.holdout_disaster,
        threshold=options.threshold,
        progress=sys.stderr.isatty(),
    )
    print(json.dumps(table.as_dict(), indent=2) if options.json else table.text())
    return 0


def _predict(options: argparse.Namespace) -> int:
    from .evaluation.prediction import Predictor
    from .evaluation.submission import predict_folder, write_targets
    from .optimisation.processes import chosen_device
    from .run.checkpoint import load_network

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


def _calibrate(options: argparse.Namespace) -> int:
    from .evaluation.decision_search import calibrate
    from .evaluation.prediction_store import PredictionStore
    from .fit.out_of_fold import check_disjoint, held_back_predictions
    from .optimisation.processes import chosen_device
    from .run.checkpoint import checkpoint_sha256

    device = chosen_device(options.device)
    check_disjoint(options.checkpoints)
    # before the long work, not after it
    options.output.parent.mkdir(parents=True, exist_ok=True)
    with PredictionStore() as predictions:
        for path in options.checkpoints:
            predictions.extend(held_back_predictions(path, options.tta, device))
        weights = tuple(options.class_weights) if options.class_weights else None
        chosen = calibrate(predictions, options.gsd, weights)
    sums = [checkpoint_sha256(path) for path in options.checkpoints]
    # which weights this belongs to, so that an export of others can say so
    content = {**chosen.as_dict(), "tta": options.tta, "checkpoint_sha256": sums[0] if len(sums) == 1 else sums}
    options.output.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(chosen.figures(), indent=2))
    return 0


def _average(options: argparse.Namespace) -> int:
    from .fit.soup import average_runs

    average_runs(options.checkpoints, options.output)
    return 0


def _score(options: argparse.Namespace) -> int:
    from .evaluation.challenge_files import score_files

    print(json.dumps(score_files(options.predictions, options.targets).as_dict(), indent=2))
    return 0


def _check(options: argparse.Namespace) -> int:
    from .data.xbd import check_folder

    problems = check_folder(options.folder)
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    if not problems:
        print(f"{options.folder}: nothing wrong")
    return 3 if problems else 0


def _synthesize(options: argparse.Namespace) -> int:
    from .data.synthesis import synthesize

    synthesize(options.folder, options.pairs, options.size, options.seed)
    return 0


_COMMANDS = {
    "fit": _fit,
    "evaluate": _evaluate,
    "predict": _predict,
    "calibrate": _calibrate,
    "average": _average,
    "score": _score,
    "check": _check,
    "synthesize": _synthesize,
}
