"""How a run of the engine ended, in words for QGIS."""

from __future__ import annotations

from dataclasses import dataclass

from ..i18n.translation import tr
from ..protocol.codes import ErrorCode, ExitCode
from ..protocol.events import Failed, Result, Stopped
from ..protocol.plain_text import sentence
from .hints import hint_in_qgis
from .packages import packages_hint

#: Codes of failures that another interpreter may cure. The engine has the last one too, for a package it cannot import.
INTERPRETER_CODES = ("start", "engine", ErrorCode.ENGINE_PACKAGES)


@dataclass(frozen=True)
class Failure:
    """Why a run failed.

    Attributes:
        message: what is wrong.
        hint: what to do about it.
        details: last lines of the engine's standard error, for a report.
        code: short identifier; that of the engine's error, or ``crash``, ``start``, ``engine``, ``engine-packages``.
    """

    message: str
    hint: str
    details: str
    code: str

    @property
    def text(self) -> str:
        """Message and hint as sentences; those of the engine come without capital letter and full stop."""
        if self.message.endswith("."):
            return f"{self.message} {self.hint}".strip()
        return sentence(f"{self.message}: {self.hint}" if self.hint else self.message)


@dataclass(frozen=True)
class Outcome:
    """How a run ended: with a result, with a failure, or (neither of both) because the user cancelled it."""

    result: Result | None = None
    failure: Failure | None = None

    @property
    def cancelled(self) -> bool:
        """Whether the user stopped the run."""
        return self.result is None and self.failure is None


@dataclass(frozen=True)
class Ending:
    """What is known once the child process has ended.

    Attributes:
        interpreter: Python that ran the engine.
        exit_code: exit code of the process.
        crashed: whether a signal or an exception of Windows ended it.
        last_event: the last event that ends a run, None if there was none.
        cancelled: whether the user asked to stop.
        details: last lines of standard error.
    """

    interpreter: str
    exit_code: int
    crashed: bool
    last_event: Result | Failed | Stopped | None
    cancelled: bool
    details: str

    def outcome(self) -> Outcome:
        """Return what that means for the run."""
        last = self.last_event
        if isinstance(last, Result):
            # everything was written before this event, whatever happened to the process afterwards
            return Outcome(result=last)
        if isinstance(last, Failed):
            lacks_packages = last.code == ErrorCode.ENGINE_PACKAGES
            hint = packages_hint(self.interpreter) if lacks_packages else hint_in_qgis(last.code, last.hint)
            return self._failed(last.message, hint, last.code)
        if isinstance(last, Stopped) or self.exit_code == ExitCode.CANCELLED or self.cancelled:
            return Outcome()
        if self.crashed:
            return self._failed(
                tr("The engine crashed (signal or exception {}).").format(self.exit_code),
                tr("QGIS is not affected. Try the device “cpu”; if it happens again, report it with the details."),
                "crash",
            )
        if "No module named" in self.details:
            return self._failed(
                tr("Packages are missing in the engine's Python “{}”.").format(self.interpreter),
                packages_hint(self.interpreter),
                ErrorCode.ENGINE_PACKAGES,
            )
        ended = tr("The engine ended without a result (exit code {}).").format(self.exit_code)
        if self.details:
            return self._failed(ended, tr("Look at the details."), "engine")
        question = tr("Is “{}” the Python of the engine environment?").format(self.interpreter)
        return self._failed(ended, question, "engine")

    def _failed(self, message: str, hint: str, code: str) -> Outcome:
        return Outcome(failure=Failure(message, hint, self.details, code))


def not_started(interpreter: str, reason: str) -> Outcome:
    """Return the outcome of a process that the system could not start."""
    return Outcome(
        failure=Failure(
            tr("The engine's Python “{}” cannot be started.").format(interpreter),
            tr("Choose the Python interpreter of the engine environment."),
            reason,
            "start",
        )
    )
