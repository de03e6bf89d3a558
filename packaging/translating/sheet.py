"""A language as a table, for those who translate in a spreadsheet or a plain text: a key, the text, what it is.

Keys are made of the texts, so that a table fits however the order has changed meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from babel.messages.catalog import Catalog, Message

_LETTERS = 6
_ESCAPES = (("\\", "\\\\"), ("\n", "\\n"), ("\t", "\\t"))


def sheet_text(catalogue: Catalog, *, everything: bool) -> str:
    """Return the table: one line a text, for a text that counts something one line a form.

    Args:
        catalogue: of the language.
        everything: with what is translated, too, and its translation in the last column.
    """
    lines = []
    for message in catalogue:
        if not message.id:
            continue
        given = _given(message)
        if not everything and all(given) and not message.fuzzy:
            continue
        remarks = "; ".join(message.auto_comments)
        counted = isinstance(message.id, (tuple, list))
        for form in range(catalogue.num_plurals if counted else 1):
            key = f"{key_of(message)}.{form}" if counted else key_of(message)
            text = message.id[1 if form or catalogue.num_plurals == 1 else 0] if counted else message.id
            translation = given[form] if everything and form < len(given) else ""
            lines.append("\t".join((key, _escaped(text), _escaped(remarks), _escaped(translation))).rstrip("\t"))
    return "\n".join(lines) + "\n"


def fill(catalogue: Catalog, lines: Iterable[str]) -> list[str]:
    """Put translations into a catalogue: lines of a key, a tab and the translation.

    A line may also be one of :func:`sheet_text` with its fourth column filled in.

    Args:
        catalogue: is changed.
        lines: of the table.

    Returns:
        What could not be used, a sentence each.
    """
    known = {key_of(message): message for message in catalogue if message.id}
    problems, forms = [], {}
    for number, key, translation in _translations(lines):
        name, _, form = key.partition(".")
        message = known.get(name)
        if message is None:
            problems.append(f"line {number}: there is no text with the key {name}")
        elif form:
            forms.setdefault(name, {})[form] = translation
        else:
            message.string = translation
            message.flags.discard("fuzzy")
    for name, given in forms.items():
        wanted = [str(form) for form in range(catalogue.num_plurals)]
        if sorted(given) != wanted or not isinstance(known[name].id, (tuple, list)):
            problems.append(f"{name}: the language has the forms {', '.join(wanted)}")
            continue
        known[name].string = tuple(given[form] for form in wanted)
        known[name].flags.discard("fuzzy")
    return problems


def key_of(message: Message) -> str:
    """Return the key of a text."""
    text = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:_LETTERS]


def _given(message: Message) -> list[str]:
    strings = message.string if isinstance(message.string, (tuple, list)) else [message.string]
    return [text or "" for text in strings]


def _translations(lines: Iterable[str]) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(lines, 1):
        cells = line.rstrip("\r\n").split("\t")
        translation = cells[3] if len(cells) > 3 else cells[1] if len(cells) == 2 else ""
        if translation.strip():
            yield number, cells[0].strip(), _unescaped(translation)


def _escaped(text: str) -> str:
    for plain, written in _ESCAPES:
        text = text.replace(plain, written)
    return text


def _unescaped(text: str) -> str:
    parts = text.split("\\\\")
    return "\\".join(part.replace("\\n", "\n").replace("\\t", "\t") for part in parts)
