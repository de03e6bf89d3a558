"""Licences of models, as far as a program can read them: is commercial use excluded, and where is the text?

The text of a licence comes from the bundle, so it is only searched for known words. Standard library only: the report
and the plugin must say the same.
"""

from __future__ import annotations

import re

from .language.mark import mark
from .language.words import Words

_NON_COMMERCIAL = re.compile(
    # NC as in "CC BY-NC 4.0", not as in the free licence "NCSA"
    r"(?<![a-z])nc(?![a-z])|non[\s-]*commercial|(?:no|not for) commercial|(?:research|academic|evaluation)[\w\s]* only",
    re.IGNORECASE,
)
_CREATIVE_COMMONS = re.compile(r"CC[\s-]+(BY(?:-(?:NC|SA|ND))*)[\s-]+([1-4]\.[0-9])(?![\w.])", re.IGNORECASE)

#: Stands behind the name of a licence that excludes commercial use.
NOT_COMMERCIAL = mark("not for commercial use")


def is_non_commercial(licence: str) -> bool:
    """Return whether a licence says that it excludes commercial use."""
    return bool(_NON_COMMERCIAL.search(licence))


def licence_in_words(licence: str, words: Words | None = None) -> str:
    """Return a licence with what its letters mean: ``CC BY-NC-SA 4.0 (not for commercial use)``.

    Args:
        licence: as its model names it.
        words: the language, None for English.
    """
    if not is_non_commercial(licence) or NOT_COMMERCIAL in licence.lower():
        return licence
    words = words or Words()
    return f"{licence} ({words.tr(NOT_COMMERCIAL)})"


def licence_address(licence: str) -> str:
    """Return where the text of a Creative Commons licence stands, empty for another licence."""
    found = _CREATIVE_COMMONS.search(licence)
    return f"https://creativecommons.org/licenses/{found[1].lower()}/{found[2]}/" if found else ""
