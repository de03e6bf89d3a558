"""Remarks that reach programs in English, and people in their language."""

from __future__ import annotations

from ...protocol.language.words import Words


class Remark(str):
    """An English remark, a text like any other in messages and events, that can be told in another language.

    Args:
        text: what translators see, with names in braces; given as ``mark("…")``.
        values: what stands for the names. Whole numbers are written as a language does; texts stay.
    """

    _text: str
    _values: dict[str, int | str]

    def __new__(cls, text: str, **values: int | str) -> Remark:
        """Return the remark in English."""
        made = super().__new__(cls, _filled(text, values, Words()))
        made._text, made._values = text, values
        return made

    def told(self, words: Words) -> str:
        """Return it in a language."""
        return _filled(words.tr(self._text), self._values, words)


def _filled(text: str, values: dict[str, int | str], words: Words) -> str:
    shown = {name: words.number(value) if isinstance(value, int) else value for name, value in values.items()}
    return text.format(**shown)
