"""A part of the suite: what it is called and what measures it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .outcome import Outcome
from .settings import Settings


class Skipped(Exception):  # noqa: N818 - nothing went wrong
    """The part cannot be measured here; the message is the sentence that says why."""


@dataclass(frozen=True)
class Part:
    """A part.

    Attributes:
        name: for ``--only``.
        title: heading on the page.
        minutes: after which it is ended and counts as failed.
        measure: measures, in a process of its own; raises :class:`Skipped` where that is impossible.
    """

    name: str
    title: str
    minutes: float
    measure: Callable[[Settings], Outcome]
