"""The language of what a command writes for people, an option of every command that does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..language.code import SOURCE_LANGUAGE, language_code
from .option import Option, option

_HELP = (
    "language of the texts for people, such as es or ar (default: en, also where there is no translation); names in"
    " files stay, as do messages"
)


class LanguageCode:
    """A code of a language."""

    def value(self, text: str) -> str:
        """Return the code in one spelling."""
        return language_code(text)

    def text(self, value: str) -> str:
        """Return the code; English needs no text."""
        return "" if value == SOURCE_LANGUAGE else value


#: As metadata of a field that is the option.
LANGUAGE_FIELD: Mapping[str, Any] = option(LanguageCode(), "output", _HELP, "CODE", recorded=False)
#: For commands whose options are no fields.
LANGUAGE = Option(
    "language", ("language",), LanguageCode(), "output", _HELP, "CODE", required=False, recorded=False
)  # fmt: skip


def language_arguments(code: str) -> list[str]:
    """Return the arguments that ask for a language, none for English."""
    text = LanguageCode().text(code)
    return [f"{LANGUAGE.flag}={text}"] if text else []
