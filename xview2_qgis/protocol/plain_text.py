"""Untrusted texts: which characters one line for people may hold, and how the others are made visible.

A terminal obeys control characters (it changes its title, fills the clipboard, overwrites the line above), a newline
forges a message, and marks that turn the direction of writing make a text look like another. Standard library only:
the plugin reads models, too.
"""

from __future__ import annotations

import unicodedata

# control characters, halves of a character, line and paragraph separators
_REFUSED_CATEGORIES = {"Cc", "Cs", "Zl", "Zp"}
# embeddings, overrides and isolates of the direction of writing (Unicode TR 36); joiners stay, words need them
_DIRECTIONS = set(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_LATIN = 0x7F  # below it only what is below the space is refused


def _refused(letter: str) -> bool:
    code = ord(letter)
    if code < _LATIN:
        return code < 0x20
    no_character = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return no_character or letter in _DIRECTIONS or unicodedata.category(letter) in _REFUSED_CATEGORIES


def text_fault(text: str, longest: int) -> str:
    """Return why a text cannot stand in one line for people, an empty text where it can.

    Args:
        text: the text.
        longest: letters it may have.
    """
    if len(text) > longest:
        return f"is longer than {longest} characters"
    if any(map(_refused, text)):
        return "must be one line without control characters"
    return ""


def sentence(message: str) -> str:
    """Return a message without capital letter and full stop as a sentence; a file at its beginning keeps its name."""
    begin = message[:1].upper() if message.split(" ")[0].isalpha() else message[:1]
    return f"{begin}{message[1:].rstrip('.')}."


def is_text(name: str) -> bool:
    """Return whether a name is text in UTF-8, which libraries need; a name of a file on Linux may be any bytes."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def printable(text: str) -> str:
    r"""Return a text with everything that must not reach a terminal written as in Python, for example ``\x1b``."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(letter.encode("unicode_escape").decode("ascii") if _refused(letter) else letter for letter in text)
