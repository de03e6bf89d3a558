"""What a command is, and how one is found by its name."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from .. import commands

if TYPE_CHECKING:
    from ..run.events import EventSink  # imports what help does not need


class Command(Protocol):
    """A module of :mod:`..commands` that is one command of ``xview2``."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments of the command to its parser."""

    def run(self, options: argparse.Namespace, events: EventSink) -> int:
        """Run the command and return the exit code; what takes long is reported as events.

        Args:
            options: parsed arguments; ``debug`` is among them for every command.
            events: where progress, warnings and the result go.

        Raises:
            EngineError: the command failed.
        """


def load_command(name: str) -> Command:
    """Return the command of a name out of :data:`..commands.COMMANDS`; its module has no hyphens."""
    return cast("Command", import_module(f"{commands.__name__}.{name.replace('-', '_')}"))
