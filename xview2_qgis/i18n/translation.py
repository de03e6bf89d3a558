"""The texts of the plugin in the language of QGIS."""

from __future__ import annotations

from functools import cache

from ..protocol.language.code import SOURCE_LANGUAGE, language_code
from ..protocol.language.words import Words, words_of


@cache
def qgis_language() -> str:
    """Return the code of the language of QGIS, as its settings override that of the system or not.

    QGIS changes it at its next start only.
    """
    from qgis.core import QgsApplication

    try:
        code = language_code(QgsApplication.locale())
    except ValueError:
        return SOURCE_LANGUAGE
    return SOURCE_LANGUAGE if code == "en_US" else code


@cache
def plugin_words() -> Words:
    """Return the texts of the plugin; English ones where nobody has translated them, and outside of QGIS."""
    # here and not above: what reads the cards of models is tried with bad ones outside of QGIS
    try:
        from .number import number_text

        return words_of(qgis_language(), number_text)
    except ImportError:
        return Words()


def tr(text: str) -> str:
    """Return a text of the plugin in the language of QGIS, the text itself where there is no translation."""
    return plugin_words().tr(text)


def trn(singular: str, plural: str, n: int, **values: object) -> str:
    """Return a text of the plugin that counts something, with its number: see :meth:`.Words.trn`.

    ``trn("{n} building", "{n} buildings", 3)`` gives ``3 buildings``.

    Args:
        singular: in English, for one.
        plural: in English, for all others.
        n: how many.
        values: for other names in the text.
    """
    return plugin_words().trn(singular, plural, n, **values)
