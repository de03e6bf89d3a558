"""Codes of languages, such as ``es``, ``pt_BR`` or ``zh_Hant``, and where texts of a language may be found."""

from __future__ import annotations

import re

#: The language in which the texts stand in the sources.
SOURCE_LANGUAGE = "en"
#: Languages written from right to left; ``xr`` is the pseudo-language of tests.
_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi", "xr"})
_CODE = re.compile(r"([A-Za-z]{2,3})(?:_([A-Za-z]{4}))?(?:_([A-Za-z]{2}|\d{3}))?")


def language_code(text: str) -> str:
    """Return a code of a language in one spelling: ``pt-br`` and ``pt_BR.UTF-8`` become ``pt_BR``.

    Raises:
        ValueError: it is no code of a language.
    """
    bare = text.strip().partition(".")[0].partition("@")[0].replace("-", "_")
    if bare in ("C", "POSIX"):
        return SOURCE_LANGUAGE
    found = _CODE.fullmatch(bare)
    if found is None:
        raise ValueError("give a code such as es or pt_BR")
    language, script, country = found.groups()
    parts = (language.lower(), script and script.title(), country and country.upper())
    return "_".join(part for part in parts if part)


def candidates(code: str) -> list[str]:
    """Return the codes whose texts serve a language, the best first: ``pt_BR``, then ``pt``."""
    parts = code.split("_")
    return ["_".join(parts[:count]) for count in range(len(parts), 0, -1)]


def is_right_to_left(code: str) -> bool:
    """Return True if the language is written from right to left."""
    return code.partition("_")[0] in _RIGHT_TO_LEFT
