"""``xview2-train cross-validate``: one configuration on all parts of its pairs, and what all of them say together."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from .command import Command
from .fit import take_rest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    parser.add_argument("--config", type=Path, required=True, help="YAML file, see training/configs")
    parser.add_argument(
        "--by", choices=("folds", "disasters"), default="folds",
        help="hold back random parts of the pairs (data.folds, or five), or one disaster after the other",
    )  # fmt: skip
    parser.add_argument(
        "--minutes",
        type=_minutes,
        metavar="M",
        help="time of each run here; default: the steps of the config",
    )
    parser.add_argument(
        "--runs",
        type=_two_or_more,
        metavar="N",
        help="leave disasters out together, in N runs with about as many pairs each; default: a run for each",
    )
    parser.add_argument("--json", action="store_true", help="figures for programs instead of tables")
    parser.add_argument("overrides", nargs="*", metavar="key=value", help="for example run.folder=runs/folds")


def run(options: argparse.Namespace) -> int:
    """Run it and return the exit code."""
    from ..data.allocation import keep_freed_memory
    from ..protocol.cross_validation import cross_validate
    from ..protocol.parts import parts_of
    from ..protocol.report import as_dict, as_text
    from ..run.configuration import load_configuration
    from ..section import ConfigurationError

    keep_freed_memory()
    config = load_configuration(options.config, list(options.overrides))
    if options.runs and options.by != "disasters":
        raise ConfigurationError("--runs: only for --by disasters; data.folds says how many parts the pairs have")
    parts = parts_of(config, options.by, options.runs)
    measured = cross_validate(config, parts, options.minutes, lambda line: print(line, file=sys.stderr, flush=True))
    print(json.dumps(as_dict(measured), indent=2) if options.json else as_text(measured))
    return 0


def _two_or_more(text: str) -> int:
    number = int(text)
    if number < 2:
        raise argparse.ArgumentTypeError("two or more are wanted")
    return number


def _minutes(text: str) -> float:
    minutes = float(text)
    if not 0 < minutes < float("inf"):
        raise argparse.ArgumentTypeError("a time above 0 is wanted")
    return minutes


COMMAND = Command(
    "cross-validate",
    "train and score all parts of a cross-validation, and pool them",
    add_arguments,
    run,
    "Train a network once for each part of the pairs, score it on that part, and pool all parts. Goes on where an "
    "earlier call was stopped.",
    take_rest,
)
