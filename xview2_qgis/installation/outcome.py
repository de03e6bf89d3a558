"""How an installation or a removal ended, and the error that ends one."""

from __future__ import annotations

from dataclasses import dataclass


class InstallationError(Exception):
    """The engine cannot be installed, removed or used as it is.

    Args:
        message: what is wrong, as a sentence for people.
        hint: what to do about it.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint


@dataclass(frozen=True)
class InstallationOutcome:
    """How an installation or a removal ended.

    Attributes:
        succeeded: whether it was done.
        cancelled: whether the user stopped it.
        message: what happened, as a sentence for people.
        hint: what to do next; empty when nothing is to be done.
    """

    succeeded: bool
    cancelled: bool
    message: str
    hint: str
