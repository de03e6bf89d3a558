"""Kinds of options: from the text of an argument to a typed value, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from .nodata_rule import NodataRule

#: Numbers of the red, green and blue band, from 1.
Bands = tuple[int, int, int]
#: What a text names, which decides how it is recorded.
Named = Literal["source", "model", "crs", "scheduler"]


T = TypeVar("T")


class Kind(Protocol[T]):
    """Converts one kind of value."""

    def value(self, text: str) -> T:
        """Return the value that a text stands for.

        Raises:
            ValueError: it stands for none; the message says what to give instead.
        """

    def text(self, value: T) -> str:
        """Return the text of a value; empty for one that is expressed by leaving the option out."""


@dataclass(frozen=True)
class Text:
    """A text that is not empty.

    Attributes:
        names: what it names.
    """

    names: Named

    def value(self, text: str) -> str:
        """Return the text."""
        return _given(text)

    def text(self, value: str | None) -> str:
        """Return the text."""
        return value or ""


class File:
    """A path of a file to write."""

    def value(self, text: str) -> Path:
        """Return the path."""
        return Path(_given(text))

    def text(self, value: Path | None) -> str:
        """Return the path as it was given."""
        return "" if value is None else str(value)


@dataclass(frozen=True)
class Choice:
    """One of several words, which are values themselves.

    Attributes:
        words: what can be given.
        unset: word for None, which widgets offer first; an argument has none.
    """

    words: Sequence[str]
    unset: str | None = None

    def value(self, text: str) -> str | None:
        """Return the word, None for that of None."""
        return None if text == self.unset else text

    def text(self, value: str | None) -> str:
        """Return the word."""
        return value or ""


@dataclass(frozen=True)
class Switch:
    """Two words for true and false.

    Attributes:
        words: those for true and for false.
    """

    words: Sequence[str]

    def value(self, text: str) -> bool:
        """Return whether it is the first word."""
        return text == self.words[0]

    def text(self, value: bool) -> str:
        """Return the word."""
        return self.words[0] if value else self.words[1]


class Flag:
    """True where the option is given; it has no text."""

    def value(self, text: str) -> bool:
        """Return True for any text."""
        return bool(text)

    def text(self, value: bool) -> str:
        """Return a text for True."""
        return "yes" if value else ""


class BandNumbers:
    """Numbers of the red, green and blue band."""

    def value(self, text: str) -> Bands:
        """Return three numbers."""
        try:
            red, green, blue = (int(part) for part in text.split(","))
        except ValueError:
            raise ValueError("give three band numbers such as 3,2,1") from None
        return red, green, blue

    def text(self, value: Bands | None) -> str:
        """Return them with commas."""
        return ",".join(map(str, value or ()))


class NodataValues:
    """Values without data."""

    def value(self, text: str) -> NodataRule:
        """Return the rule."""
        try:
            return NodataRule.parse(text)
        except ValueError:
            raise ValueError("give values such as 0,255 or ranges such as -99:-90, or none") from None

    def text(self, value: NodataRule | None) -> str:
        """Return values and ranges with commas."""
        return "" if value is None else str(value)


@dataclass(frozen=True)
class Count:
    """A whole number from 1, or None.

    Attributes:
        most: the largest number.
        unset: word for None.
    """

    most: int
    unset: str

    def value(self, text: str) -> int | None:
        """Return the number."""
        if text == self.unset:
            return None
        if not text.isdigit() or int(text) < 1:
            raise ValueError(f"give {self.unset} or a number above zero")
        if int(text) > self.most:
            raise ValueError(f"give {self.most} at most")
        return int(text)

    def text(self, value: int | None) -> str:
        """Return the number."""
        return "" if value is None else str(value)


class PixelOffset:
    """Columns and rows."""

    def value(self, text: str) -> tuple[int, int]:
        """Return two numbers."""
        try:
            columns, rows = (int(part) for part in text.split(","))
        except ValueError:
            raise ValueError(f"invalid _offset value: {text!r}") from None  # what the command has always printed
        return columns, rows

    def text(self, value: tuple[int, int]) -> str:
        """Return them with a comma; no offset needs no text."""
        return ",".join(map(str, value)) if any(value) else ""


def _given(text: str) -> str:
    # of a script's variable that was never set; an area left out by mistake would be the whole scene
    if not text:
        raise ValueError("give a value, or leave the option out")
    return text
