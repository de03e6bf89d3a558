"""``xview2 assess``: finds the buildings of an image pair and classifies their damage."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from ...protocol.options.assessment import OPTIONS, AssessmentParameters
from ...protocol.options.kinds import Flag, Kind
from ...protocol.options.option import Option
from ..run.events import EventSink


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options, each under the title of its group."""
    for title in dict.fromkeys(option.group for option in OPTIONS):
        group = parser.add_argument_group(title)
        for option in OPTIONS:
            if option.group == title:
                add_option(group, option)


def run(options: argparse.Namespace, events: EventSink) -> int:
    """Run the assessment."""
    from ..run.caller import heeding_caller
    from ..run.cancellation import Cancellation

    # before the engine is imported, which takes a second
    cancellation = Cancellation()
    cancellation.listen_to_signals()
    from ..access.tiff_messages import keep_tiff_messages_back
    from ..assessment import assess
    from ..cluster.opening import session_of
    from ..errors import UsageError
    from ..run.context import RunContext

    if not options.debug:
        keep_tiff_messages_back()
    try:
        parameters = AssessmentParameters.from_texts(vars(options))
    except ValueError as error:  # what each option says was checked before; this is what they say together
        fault, _, hint = str(error).partition(": ")
        raise UsageError(fault, hint, "usage") from error
    with heeding_caller(cancellation, parameters.events), session_of(parameters) as session:
        assess(session, parameters, RunContext(events, cancellation))
    return 0


def add_option(group: argparse._ActionsContainer, option: Option) -> None:
    """Add an option to a parser or to a group of it."""
    shown = argparse.SUPPRESS if option.help is None else option.help
    if isinstance(option.kind, Flag):
        group.add_argument(option.flag, action="store_true", help=shown)
    elif option.words:
        group.add_argument(option.flag, choices=option.words, help=shown)
    else:
        group.add_argument(
            option.flag, type=_checked(option.kind), required=option.required, metavar=option.metavar, help=shown
        )


def _checked(kind: Kind[Any]) -> Callable[[str], str]:
    """Return a type of argparse that keeps the text and refuses one without a value."""

    def check(text: str) -> str:
        try:
            kind.value(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error
        return text

    return check
