"""The greeting: what each worker says of itself before any work begins.

Imports little: a worker without the engine, or with another one, must be able to say so.
"""

from __future__ import annotations

import platform
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from ... import __version__
from ...access.geodata_environment import close_doors, forget_foreign_data, keep_messages_back
from ...errors import RuntimeFailure, brief


@dataclass(frozen=True)
class Greeting:
    """What runs in a process.

    Attributes:
        engine: version of the engine.
        python: version of Python, the first two numbers.
        host: name of the machine.
    """

    engine: str
    python: str
    host: str


def greet() -> Greeting:
    """Return the greeting of this process, whose libraries are kept from here on to what the engine lets them do."""
    forget_foreign_data()
    close_doors()
    keep_messages_back()
    return Greeting(__version__, ".".join(platform.python_version_tuple()[:2]), socket.gethostname())


def check_greetings(answers: Mapping[str, object], own: Greeting) -> None:
    """Make sure that all workers run the engine of this process.

    Args:
        answers: by worker, its greeting or the exception that it gave instead.
        own: the greeting of this process.

    Raises:
        RuntimeFailure: a worker has no engine or another version (``cluster-version``).
    """
    for worker, answer in sorted(answers.items()):
        if isinstance(answer, ImportError):
            raise RuntimeFailure(
                f"worker {worker} cannot load the engine ({brief(str(answer))})",
                f"install xview2-qgis[engine,cluster] {own.engine} there, as here", "cluster-version",
            )  # fmt: skip
        if not isinstance(answer, Greeting):
            raise RuntimeFailure(
                f"worker {worker} does not understand this engine ({brief(str(answer), 200)})",
                f"install the same versions of Python, Dask and xview2-qgis there as here ({own.engine})",
                "cluster-version",
            )
        if answer.engine != own.engine:
            raise RuntimeFailure(
                f"worker {worker} ({answer.host}) has version {answer.engine} of the engine, and this is {own.engine}",
                "install the same version on the scheduler and on all workers", "cluster-version",
            )  # fmt: skip
