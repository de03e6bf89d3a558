"""A notice: something the user should know about the images or the result, and what to check."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Notice:
    """What becomes a warning event.

    Attributes:
        code: short stable identifier for programs, see docs/command-line.md.
        message: what is striking, and what to do about it.
    """

    code: str
    message: str
