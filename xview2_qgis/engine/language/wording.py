"""Numbers, shares, areas and dates as a language writes them; rules and names of CLDR, by Babel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_datetime_format
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

from ...protocol.language.code import SOURCE_LANGUAGE, candidates
from ...protocol.language.words import Words, words_of

_SQUARE_KILOMETRE = 1e6
_FROM_KILOMETRES = 0.1  # km²; smaller areas are told in square metres


@dataclass(frozen=True)
class Wording:
    """One language: its texts, and how it writes numbers and dates.

    Digits are the Latin ones in every language, as in the maps and reports of the United Nations.

    Attributes:
        language: code of the language asked for, such as ``es`` or ``pt_BR``.
    """

    language: str = SOURCE_LANGUAGE

    @cached_property
    def words(self) -> Words:
        """The texts; those of the sources where there is no translation."""
        return words_of(self.language, self.number)

    @cached_property
    def locale(self) -> Locale:
        """The rules for numbers and dates: of the language that the texts have, so that a page is of one piece."""
        found = words_of(self.language).language
        for code in (*candidates(found), SOURCE_LANGUAGE):
            try:
                return Locale.parse(code)
            except (UnknownLocaleError, ValueError):
                continue
        raise AssertionError("Babel knows English")

    @property
    def tag(self) -> str:
        """The language as HTML has it, such as ``pt-BR``."""
        return self.words.language.replace("_", "-")

    @property
    def direction(self) -> str:
        """The direction of the script as HTML has it, ``ltr`` or ``rtl``."""
        return "rtl" if self.words.right_to_left else "ltr"

    def tr(self, text: str) -> str:
        """Return a text in the language, see :meth:`.Words.tr`."""
        return self.words.tr(text)

    def trn(self, singular: str, plural: str, n: int, **values: object) -> str:
        """Return a text that counts something, see :meth:`.Words.trn`."""
        return self.words.trn(singular, plural, n, **values)

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number with its thousands apart and a fixed number of digits behind the point."""
        return format_decimal(value, _pattern(digits), self.locale)

    def share(self, value: float, digits: int = 0) -> str:
        """Return a share from 0 to 1 as a percentage."""
        pattern = self.locale.percent_formats[None].pattern
        return format_percent(value, pattern.replace("0", "0." + "0" * digits) if digits else pattern, self.locale)

    def area(self, square_metres: float) -> str:
        """Return an area in square kilometres, a small one in square metres."""
        kilometres = square_metres / _SQUARE_KILOMETRE
        if kilometres < _FROM_KILOMETRES:
            return self._unit(square_metres, "area-square-meter", 0)
        return self._unit(kilometres, "area-square-kilometer", 2 if kilometres < 100 else 0)

    def length(self, metres: float) -> str:
        """Return a length in metres, one of a kilometre and more in kilometres."""
        if metres >= 1000:
            return self._unit(metres / 1000, "length-kilometer", 1)
        return self._unit(metres, "length-meter", 2 if metres < 10 else 0)

    def span(self, low: str, high: str) -> str:
        """Return two numbers or dates as a range."""
        return low if low == high else f"{low}–{high}"

    def date(self, when: date | str) -> str:
        """Return a day with the name of its month.

        Args:
            when: a day, or a text of ISO 8601 that begins with one. A text that does not is returned as it is.
        """
        if isinstance(when, str):
            try:
                when = date.fromisoformat(when[:10])
            except ValueError:
                return str(when)
        return format_date(when, "long", self.locale)

    def moment(self, when: datetime | str) -> str:
        """Return a day with the time, which is told in UTC and says so.

        Args:
            when: a moment, UTC where it names no zone; or a text of ISO 8601. One with the day only has no time, one
                that is none is returned as it is.
        """
        if isinstance(when, str):
            if len(when) <= len("2026-11-29"):
                return self.date(when)
            try:
                when = datetime.fromisoformat(when)
            except ValueError:
                return str(when)
        there = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
        parts = format_time(there, "HH:mm", locale=self.locale), format_date(there, "long", self.locale)
        pattern = str(get_datetime_format("medium", locale=self.locale)).replace("'", "")
        return pattern.replace("{0}", parts[0]).replace("{1}", parts[1]) + " UTC"

    def list(self, items: Sequence[str]) -> str:
        """Return things one after the other, with the word for "and" before the last."""
        return format_list(list(items), locale=self.locale)

    def _unit(self, value: float, unit: str, digits: int) -> str:
        return format_unit(value, unit, "short", _pattern(digits), self.locale)


def _pattern(digits: int) -> str:
    return "#,##0" + ("." + "0" * digits if digits else "")
