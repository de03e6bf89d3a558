"""The parser of the command line: all commands, and wrong usage as one line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn

from .. import __version__
from ..commands import COMMANDS
from ..errors import UsageError
from .command import load_command


class _Parser(argparse.ArgumentParser):
    """Raises what is wrong with the arguments as one line, like every other error."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, f"see {self.prog} --help", "usage")


def make_parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser for a command line; ``command`` of what it returns is the name of the command.

    Args:
        arguments: the command line. Commands that it does not name are not loaded: help comes at once.
    """
    parser = _Parser(prog="xview2", description="Building damage from a pair of satellite images.")
    parser.add_argument("--version", action="version", version=f"xview2 {__version__}")
    parser.add_argument("--debug", action="store_true", help="show tracebacks")
    subparsers = parser.add_subparsers(dest="command", required=True)
    for name, text in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=text)
        if name in arguments:
            load_command(name).add_arguments(subparser)
        # also at the end, where it is added when a command is repeated
        subparser.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help="show tracebacks")
    return parser
