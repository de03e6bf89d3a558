"""``xview2-train fit``: trains a network."""

from __future__ import annotations

import argparse
from pathlib import Path

from .command import Command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    parser.add_argument("--config", type=Path, required=True, help="YAML file, see training/configs")
    parser.add_argument("--resume", action="store_true", help="continue from the last checkpoint")
    parser.add_argument(
        "--loc-weights", type=Path, metavar="CHECKPOINT",
        help="trained localization network: its encoder starts the damage network, its buildings mask the validation",
    )  # fmt: skip
    parser.add_argument("overrides", nargs="*", metavar="key=value", help="for example run.steps=500")


def take_rest(options: argparse.Namespace, rest: list[str]) -> list[str]:
    """Take overrides that stand behind options, which argparse does not know."""
    if any(word.startswith("-") for word in rest):
        return rest
    options.overrides += rest
    return []


def run(options: argparse.Namespace) -> int:
    """Run it and return the exit code."""
    from ..data.allocation import keep_freed_memory
    from ..fit.fitting import fit
    from ..fit.validation import Validation
    from ..run.configuration import load_configuration

    keep_freed_memory()
    overrides = list(options.overrides)
    if options.loc_weights:
        overrides.append(f"localization={options.loc_weights}")
    config = load_configuration(options.config, overrides)
    print(fit(config, resume=options.resume, evaluate=Validation.of(config)))
    return 0


COMMAND = Command("fit", "train a network", add_arguments, run, "Train a network. Also runs under torchrun.", take_rest)
