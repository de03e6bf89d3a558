"""What a command is: a name, its arguments, and what it does with them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass


def refuse_rest(options: argparse.Namespace, rest: list[str]) -> list[str]:
    """Return all words that argparse could not place: there is no use for them."""
    del options
    return rest


@dataclass(frozen=True)
class Command:
    """A command.

    Attributes:
        name: as it is typed.
        help: one line in the list of commands.
        add_arguments: adds its arguments to a parser; imports nothing that takes long.
        run: does it and returns the exit code.
        description: above its arguments, if there is more to say.
        take_rest: takes words that argparse could not place, and returns those it has no use for; may refuse with
            :class:`argparse.ArgumentTypeError` what argparse cannot check.
    """

    name: str
    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]
    description: str | None = None
    take_rest: Callable[[argparse.Namespace, list[str]], list[str]] = refuse_rest
