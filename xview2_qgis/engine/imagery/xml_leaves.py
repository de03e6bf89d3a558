"""The leaves of an XML file of a stranger: names on the way and a short text, and nothing that a file could grow into.

A document type is refused before anything of it is read: no entity is ever expanded, and nothing is fetched. Elements
are taken as they come, so that no tree is held, however deep or long the file is.
"""

from __future__ import annotations

from contextlib import suppress

# a document type ends the reading, see _refuse
from xml.parsers import expat  # nosec B407

#: Path of an element from the root, its name last, and the text in it.
Leaf = tuple[tuple[str, ...], str]

_DEEPEST = 40
_MOST = 300_000  # elements; the path of a satellite has some thousand
_LONGEST = 300


class _EnoughError(Exception):
    """The file declares a document type, or is longer or deeper than any that describes an image."""


def xml_leaves(content: bytes) -> list[Leaf]:
    """Return the texts of a document in their order, up to its end or its first fault.

    Args:
        content: the file.
    """
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler, parser.EndElementHandler = reader.begin, reader.end
    parser.CharacterDataHandler = reader.text
    # ValueError is of an encoding that is none
    with suppress(_EnoughError, expat.ExpatError, ValueError):
        parser.Parse(content, True)
    return reader.leaves


def _refuse(*_: object) -> None:
    raise _EnoughError


class _Reader:
    """Notes elements that hold text."""

    def __init__(self) -> None:
        self.leaves: list[Leaf] = []
        self._path: list[str] = []
        self._elements = 0
        self._text = ""

    def begin(self, name: str, _: dict[str, str]) -> None:
        """Go into an element; a prefix of a namespace is no part of its name."""
        self._path.append(name.rpartition(":")[2])
        self._text = ""
        self._elements += 1
        if len(self._path) > _DEEPEST or self._elements > _MOST:
            raise _EnoughError

    def text(self, text: str) -> None:
        """Take a text, or a part of one."""
        if len(self._text) < _LONGEST:
            self._text += text[:_LONGEST]

    def end(self, _: str) -> None:
        """Leave an element."""
        if text := self._text.strip():
            self.leaves.append((tuple(self._path), text))
        self._text = ""
        self._path.pop()
