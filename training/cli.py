"""The command ``xview2-train``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from .configuration import ConfigurationError, load_configuration
from .labels import LabelError
from .xbd import DatasetError


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="xview2-train", description="Train the xView2 networks.")
    commands = parser.add_subparsers(dest="command", required=True)
    fit = commands.add_parser("fit", help="train a network")
    fit.add_argument("--config", type=Path, required=True, help="YAML file, see training/configs")
    fit.add_argument("--resume", action="store_true", help="continue from the last checkpoint")
    fit.add_argument("overrides", nargs="*", metavar="key=value", help="for example run.steps=500")
    evaluate = commands.add_parser("evaluate", help="official score of a checkpoint on an xBD folder")
    evaluate.add_argument("checkpoint", type=Path)
    evaluate.add_argument("folder", type=Path)
    synthesize = commands.add_parser("synthesize", help="write an xBD-like folder with drawn towns and exact truth")
    synthesize.add_argument("folder", type=Path)
    synthesize.add_argument("--pairs", type=int, default=8)
    synthesize.add_argument("--size", type=int, default=1024)
    synthesize.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    try:
        return int(_COMMANDS[options.command](options))
    except (ConfigurationError, DatasetError, LabelError, FileNotFoundError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("stopped; continue with --resume", file=sys.stderr)
        return 130


def _fit(options: argparse.Namespace) -> int:
    from .allocation import keep_freed_memory
    from .evaluation import evaluate_folder
    from .fitting import fit

    keep_freed_memory()

    config = load_configuration(options.config, options.overrides)
    folder = config.data.validation
    check = (lambda network, _: evaluate_folder(network, folder).as_dict()) if folder else None
    print(fit(config, resume=options.resume, evaluate=check))
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from .evaluation import evaluate_folder
    from .fitting import load_network

    print(json.dumps(evaluate_folder(load_network(options.checkpoint), options.folder).as_dict(), indent=2))
    return 0


def _synthesize(options: argparse.Namespace) -> int:
    from .synthesis import synthesize

    synthesize(options.folder, options.pairs, options.size, options.seed)
    return 0


_COMMANDS = {"fit": _fit, "evaluate": _evaluate, "synthesize": _synthesize}
