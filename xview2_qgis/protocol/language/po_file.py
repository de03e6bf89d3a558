"""Reads translations as translators write them: gettext's ``.po`` files.

They lie in the repository and in the plugin as they are. A compiled file beside each would have to be made anew
after every change, and reading the text takes some milliseconds, once.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_LINE = re.compile(r'(?:(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s+)?"(.*)"')
_ESCAPED = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True)
class Message:
    """One text with its translation.

    Attributes:
        text: as it stands in the sources, the singular where it counts something; empty for the head of the file.
        plural: the plural as it stands in the sources, empty for a text that counts nothing.
        translations: the translation, or one for each plural form of the language; empty texts where there is none.
    """

    text: str
    plural: str
    translations: tuple[str, ...]


def read_po(content: str) -> list[Message]:
    """Return the messages of a file, the head first. Fuzzy and obsolete ones are left out, as gettext does it.

    Raises:
        ValueError: a line is none of such a file.
    """
    return [message for block in _blocks(content) if (message := _message(block)) is not None]


def _blocks(content: str) -> Iterator[list[str]]:
    """Yield the lines of each message without remarks; a fuzzy one has none."""
    lines: list[str] = []
    fuzzy = False
    for number, line in enumerate((*map(str.strip, content.splitlines()), ""), 1):
        if not line:
            if lines and not fuzzy:
                yield lines
            lines, fuzzy = [], False
        elif line.startswith("#"):
            # the head of a new file is fuzzy until somebody has looked at it, and needed all the same
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
        elif _LINE.fullmatch(line) is None:
            raise ValueError(f"line {number} is none of a .po file: {line[:60]}")
        else:
            lines.append(line)


def _message(lines: list[str]) -> Message | None:
    parts: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        found = _LINE.fullmatch(line)
        if found is None:
            return None
        name = found[1] or name
        parts.setdefault(name, []).append(found[2])
    texts = {name: _unescaped("".join(pieces)) for name, pieces in parts.items()}
    if "msgid" not in texts or "msgctxt" in texts:
        return None
    translations = tuple(text for name, text in texts.items() if name.startswith("msgstr"))
    return Message(texts["msgid"], texts.get("msgid_plural", ""), translations)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), text) if "\\" in text else text


def mo_bytes(messages: Iterable[Message]) -> bytes:
    """Return messages in the form that :class:`gettext.GNUTranslations` reads, without those not translated.

    The layout is that of the manual of GNU gettext, "The Format of GNU MO Files".
    """
    pairs = sorted(
        ("\0".join(filter(None, (message.text, message.plural))).encode(), "\0".join(message.translations).encode())
        for message in messages
        if all(message.translations)
    )
    tables, texts = [b"", b""], b""
    begin = 7 * 4 + 2 * 8 * len(pairs)
    for column in (0, 1):
        for pair in pairs:
            tables[column] += struct.pack("<II", len(pair[column]), begin + len(texts))
            texts += pair[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 7 * 4, 7 * 4 + 8 * len(pairs), 0, begin)
    return head + b"".join(tables) + texts
