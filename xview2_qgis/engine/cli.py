"""The command ``xview2``: parses its arguments, runs a command, turns errors into one line and an exit code."""

from __future__ import annotations

import errno
import io
import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING

from ..protocol.codes import ErrorCode
from .access.geodata_environment import close_doors, forget_foreign_data, keep_messages_back
from .command_line.command import load_command
from .command_line.parser import make_parser
from .errors import Cancelled, EngineError, KeptRows, ListenerLost, RuntimeFailure, UsageError
from .run.output_stream import writing

# only imported where needed, because help and version shall come at once: what uses dataclasses, and patterns
if TYPE_CHECKING:
    from ..protocol.redaction import Redaction
    from .run.events import EventSink


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code (``docs/command-line.md``)."""
    given = sys.argv[1:] if arguments is None else arguments
    # a service may start the process without them
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - as long as the process
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - as long as the process
    try:
        return _run(given)
    except ListenerLost as error:
        if error.code != ErrorCode.BROKEN_PIPE:  # after `| head`, no more output is wanted
            _print_error(error)
        return error.exit_code


def _run(given: Sequence[str]) -> int:
    """Run the command and return its exit code.

    Raises:
        ListenerLost: its output cannot be written.
    """
    try:
        with writing(sys.stdout):  # argparse itself writes help and version
            try:
                options = make_parser(given).parse_args(given)
            finally:
                sys.stdout.flush()
    except UsageError as error:
        return _failed(_sink(_wants_json(given), _redaction(given)), error)
    redaction = _redaction(given)
    if not options.debug:
        warnings.simplefilter("ignore")  # of libraries, for their programmers
        keep_messages_back()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # pipes of Windows do not know every letter
    forget_foreign_data()
    close_doors()
    events = _sink(getattr(options, "events", "text") == "json", redaction)
    try:
        code = load_command(options.command).run(options, events)
        with writing(sys.stdout):
            sys.stdout.flush()
        return code
    except ListenerLost:
        raise
    except BrokenPipeError as error:  # of a command that writes by itself, such as `models list | head`
        with writing(sys.stdout):
            raise error
    except (Cancelled, KeyboardInterrupt) as error:
        return _stopped(events, error.kept if isinstance(error, Cancelled) else KeptRows())
    except Exception as error:
        if options.debug:
            # with whole paths, but without secrets: tracebacks are sent to others, too
            sys.stderr.write(redaction.without_secrets(traceback.format_exc()))
        return _failed(events, _explained(error))


def _redaction(given: Sequence[str]) -> Redaction:
    from ..protocol.redaction import Redaction

    return Redaction.of(given)


def _sink(in_json: bool, redaction: Redaction) -> EventSink:
    """Return where events go: JSON lines or text, without secrets."""
    from .run.discreet_events import DiscreetEvents
    from .run.json_events import JsonEvents
    from .run.text_events import TextEvents

    return DiscreetEvents(JsonEvents() if in_json else TextEvents(), redaction)


def _explained(error: Exception) -> EngineError:
    """Return an error as something that a user can act on."""
    if isinstance(error, EngineError):
        return error
    if isinstance(error, ImportError):
        from .commands.doctor import packages_hint  # itself needs none of them

        return RuntimeFailure(
            f"a package of the engine cannot be loaded ({error})",
            f"{packages_hint()}; if they are there, run xview2 doctor", ErrorCode.ENGINE_PACKAGES,
        )  # fmt: skip
    if isinstance(error, MemoryError):
        return RuntimeFailure(
            "the memory of this machine is full", "close other programs and run again", ErrorCode.OUT_OF_MEMORY
        )
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return RuntimeFailure("a disk is full", "free space where files and the output of this command go", "disk-full")
    if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
        return RuntimeFailure(
            "more files would have to be open than this process may have", "raise the limit (ulimit -n)", "open-files"
        )
    message = f"unexpected {type(error).__name__}: {error}"
    return RuntimeFailure(message, "run with --debug and report the output", "internal")


def _failed(events: EventSink, error: EngineError) -> int:
    """Report an error and return its exit code."""
    from ..protocol.events import Failed

    with suppress(ListenerLost), writing(sys.stdout):
        sys.stdout.flush()  # what cannot be written now would end the program with an error of Python's own
    try:
        events.emit(Failed(error.code, error.message, error.hint, error.kept.finished, error.kept.rows))
    except ListenerLost:
        _print_error(error)
    return error.exit_code


def _stopped(events: EventSink, kept: KeptRows) -> int:
    """Report that the run was cancelled and what it has kept, and return the exit code."""
    from ..protocol.events import Stopped

    events.emit(Stopped(kept.finished, kept.rows))
    return Cancelled.exit_code


def _print_error(error: EngineError) -> None:
    """Write an error to standard error, if that can be written to."""
    with suppress(ListenerLost), writing(sys.stderr):
        sys.stderr.write(f"error: {error}\n")
        sys.stderr.flush()


def _wants_json(arguments: Sequence[str]) -> bool:
    """Return whether arguments that could not be parsed ask for JSON."""
    return "--events=json" in arguments or ("--events", "json") in pairwise(arguments)
