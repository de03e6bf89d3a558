"""An error of the engine as a value: what a worker answers instead of a tile.

Dask repeats a task that raises, and writes its arguments into the worker's log. What is wrong with an input is wrong on
every worker, so it comes back as an answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from ....protocol.codes import ExitCode
from ...errors import EngineError, InputError, ModelError, RuntimeFailure, UsageError

_KINDS: dict[ExitCode, type[EngineError]] = {
    kind.exit_code: kind for kind in (UsageError, InputError, ModelError, RuntimeFailure)
}


@dataclass(frozen=True)
class Refusal:
    """An error and the worker that has it.

    Attributes:
        message: what is wrong.
        hint: what to do about it.
        code: stable identifier.
        exit_code: kind of the error.
        worker: address of the worker.
    """

    message: str
    hint: str
    code: str
    exit_code: ExitCode
    worker: str

    @classmethod
    def of(cls, error: EngineError, worker: str) -> Refusal:
        """Return an error of a worker as a value."""
        return cls(error.message, error.hint, error.code, error.exit_code, worker)

    def error(self) -> EngineError:
        """Return the error again; it names the worker."""
        kind = _KINDS.get(self.exit_code, RuntimeFailure)
        named = self.message if self.worker in self.message else f"{self.message} (on worker {self.worker})"
        return kind(named, self.hint, self.code)
