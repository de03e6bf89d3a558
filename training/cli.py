"""The command ``xview2-train``: reads arguments, runs a command, turns errors into one line and an exit code."""

from __future__ import annotations

import argparse
import sys

from xview2_qgis.protocol.codes import ExitCode

from .commands import COMMANDS
from .commands.command import Command
from .errors import TrainingError


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    command, options = _read(arguments)
    try:
        return command.run(options)
    except (TrainingError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code if isinstance(error, TrainingError) else TrainingError.exit_code
    except KeyboardInterrupt:
        print("stopped; continue with --resume" if command.name == "fit" else "stopped", file=sys.stderr)
        return ExitCode.CANCELLED


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line with all commands."""
    parser = argparse.ArgumentParser(prog="xview2-train", description="Train the xView2 networks.")
    parsers = parser.add_subparsers(dest="command", required=True)
    for command in COMMANDS:
        command.add_arguments(parsers.add_parser(command.name, help=command.help, description=command.description))
    return parser


def _read(arguments: list[str] | None) -> tuple[Command, argparse.Namespace]:
    parser = make_parser()
    options, rest = parser.parse_known_args(arguments)
    chosen = next(command for command in COMMANDS if command.name == options.command)
    try:
        rest = chosen.take_rest(options, rest)
    except argparse.ArgumentTypeError as error:
        parser.error(str(error))
    if rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return chosen, options
