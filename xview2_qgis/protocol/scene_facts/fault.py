"""What is wrong with facts that somebody has written."""

from __future__ import annotations


class FactsFault(ValueError):  # noqa: N818 - a fault of the user, told in one line
    """A value cannot be used, or a name is not known.

    Args:
        field: where it is, such as ``event.date``; empty for a fault of the whole.
        fault: what is wrong there, a clause without its subject.
        hint: what to give instead.

    Attributes:
        field: the same.
        fault: the same.
        hint: the same.
    """

    def __init__(self, field: str, fault: str, hint: str) -> None:
        super().__init__(f"{field} {fault}: {hint}".strip())
        self.field, self.fault, self.hint = field, fault, hint

    def within(self, part: str) -> FactsFault:
        """Return the same fault of a field that is a part of something."""
        return FactsFault(f"{part}.{self.field}" if self.field else part, self.fault, self.hint)
