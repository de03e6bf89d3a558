"""Texts for people in one language."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from .catalogue import FOLDER, catalogue
from .code import SOURCE_LANGUAGE, is_right_to_left, language_code


def english_number(number: int) -> str:
    """Return a whole number with commas between thousands."""
    return f"{number:,}"


@dataclass(frozen=True)
class Words:
    """Texts of one language, handed to whoever writes for people.

    Attributes:
        language: code of the language; that of the sources where there is no translation into the one asked for.
        translations: where the texts come from.
        number: writes a whole number as the language does.
    """

    language: str = SOURCE_LANGUAGE
    translations: gettext.NullTranslations = field(default_factory=gettext.NullTranslations)
    number: Callable[[int], str] = english_number

    def tr(self, text: str) -> str:
        """Return a text in the language, the text itself where it is not translated.

        In calls ``text`` is a literal, or a constant that :func:`.mark.mark` shows to translators.
        """
        return self.translations.gettext(text) if text else ""  # the empty text stands for the head of the file

    def trn(self, singular: str, plural: str, n: int, **values: object) -> str:
        """Return a text that counts something, with the number in it: as many forms as the language has.

        ``trn("{n} building", "{n} buildings", 1234)`` gives ``1,234 buildings``. The number is written as the language
        does it; without ``{n}`` in the text it only chooses the form.

        Args:
            singular: in English, for one.
            plural: in English, for all others.
            n: how many.
            values: for other names in the text.
        """
        return self.translations.ngettext(singular, plural, n).format(n=self.number(n), **values)

    @property
    def right_to_left(self) -> bool:
        """Whether the language is written from right to left."""
        return is_right_to_left(self.language)


def words_of(language: str, number: Callable[[int], str] = english_number, folder: Path = FOLDER) -> Words:
    """Return the texts of a language, those of the sources where there is no translation.

    Args:
        language: its code, with or without a country.
        number: writes a whole number as the language does.
        folder: where translations lie.
    """
    try:
        code = language_code(language)
    except ValueError:
        code = SOURCE_LANGUAGE
    found = catalogue(code, folder)
    if found is None:
        return Words(number=number)
    return Words(code, found, number)
