"""The command ``xview2-export``: reads arguments, runs a command, turns errors into one line and an exit code.

Exit codes: 0 done, 2 wrong usage, 3 unusable input, 4 unusable model, 5 the disk or the runtime failed.
"""

from __future__ import annotations

import argparse
import logging
import sys

from training.commands.command import Command
from xview2_qgis.engine.errors import EngineError
from xview2_qgis.protocol.codes import ExitCode

from .commands import COMMANDS


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    command, options = _read(arguments)
    logging.getLogger("timm").setLevel(logging.ERROR)
    try:
        return command.run(options)
    except EngineError as error:
        return _failed(str(error), error.exit_code)
    except (OSError, ValueError) as error:  # of training: checkpoints, data sets, weights
        return _failed(str(error), ExitCode.INPUT)
    except RuntimeError as error:  # of torch and its exporter
        if "memory" in str(error).lower():
            return _failed("the memory of this machine is full: close other programs", ExitCode.RUNTIME)
        return _failed(f"PyTorch failed ({str(error)[:300]}): report it with the command", ExitCode.RUNTIME)
    except MemoryError:
        return _failed("the memory of this machine is full: close other programs", ExitCode.RUNTIME)
    except KeyboardInterrupt:
        return _failed("cancelled", ExitCode.CANCELLED)


def _failed(text: str, code: int) -> int:
    print(f"error: {' '.join(text.split())}", file=sys.stderr)
    return code


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line with all commands."""
    parser = argparse.ArgumentParser(prog="xview2-export", description="Export trained networks to ONNX bundles.")
    parsers = parser.add_subparsers(dest="command", required=True)
    for command in COMMANDS:
        of_command = parsers.add_parser(command.name, help=command.help)
        command.add_arguments(of_command)
        of_command.set_defaults(parser=of_command)
    return parser


def _read(arguments: list[str] | None) -> tuple[Command, argparse.Namespace]:
    options = make_parser().parse_args(arguments)
    return next(command for command in COMMANDS if command.name == options.command), options
