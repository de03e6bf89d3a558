"""Errors a user can act on.

Every error that leaves the engine is an :class:`EngineError`: what is wrong, what to do about it, a short stable code
for programs, and the exit code of the command line. Anything else that escapes is a bug.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..protocol.codes import ExitCode
from ..protocol.plain_text import printable


@dataclass(frozen=True)
class KeptRows:
    """What a run that ends early has kept, to go on with ``--resume``.

    Attributes:
        finished: rows of tiles.
        rows: all of them.
    """

    finished: int = 0
    rows: int = 0


class EngineError(Exception):
    """Base of all errors of the engine.

    Args:
        message: what is wrong, one sentence without a full stop.
        hint: what to do about it, one sentence without a full stop.
        code: short stable identifier for programs, for example ``no-overlap``.

    Attributes:
        kept: what its run has kept.
    """

    exit_code = ExitCode.RUNTIME
    kept = KeptRows()

    def __init__(self, message: str, hint: str, code: str) -> None:
        super().__init__(message)
        # they quote file names and texts of models, which may hold control sequences of a terminal
        self.message = printable(" ".join(message.split()))
        self.hint = printable(" ".join(hint.split()))
        self.code = code

    def __str__(self) -> str:
        return f"{self.message}: {self.hint}"


class UsageError(EngineError):
    """The command was called in a way that cannot work (exit code 2)."""

    exit_code = ExitCode.USAGE


class InputError(EngineError):
    """A raster, vector or area cannot be used (exit code 3)."""

    exit_code = ExitCode.INPUT


class ModelError(EngineError):
    """A model bundle cannot be used (exit code 4)."""

    exit_code = ExitCode.MODEL


class RuntimeFailure(EngineError):  # noqa: N818 - RuntimeError is taken
    """A device, the memory, the disk or the runtime failed (exit code 5)."""

    exit_code = ExitCode.RUNTIME


class ListenerLost(RuntimeFailure):
    """The reader of the output has left, or the disk it is written to is full."""


class Cancelled(EngineError):  # noqa: N818 - requested by the user, not an error
    """The user cancelled the run (exit code 130)."""

    exit_code = ExitCode.CANCELLED

    def __init__(self) -> None:
        super().__init__("cancelled", "run the same command again, with --resume to go on", "cancelled")


def brief(text: str, length: int = 80) -> str:
    """Return a text for a message: its beginning if it is long."""
    return text if len(text) <= length else f"{text[:length]}…"
