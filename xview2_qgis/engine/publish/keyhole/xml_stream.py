"""XML, written as it comes: elements one inside the other, and texts without letters that XML does not allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import TextIOBase

# only to write; nothing is read with it
from xml.sax.saxutils import XMLGenerator  # nosec B406

# the same
from xml.sax.xmlreader import AttributesImpl  # nosec B406

from ....protocol.plain_text import printable


class XmlStream:
    """Writes XML into an open file.

    Args:
        out: the file, UTF-8; others may write to it between two elements.
        whole: a document begins here, and no part of one.
    """

    def __init__(self, out: TextIOBase, *, whole: bool = False) -> None:
        self._xml = XMLGenerator(out, "utf-8", short_empty_elements=False)
        if whole:
            self._xml.startDocument()

    @contextmanager
    def inside(self, name: str, attributes: Mapping[str, str] | None = None) -> Iterator[None]:
        """Begin an element, which ends with the block."""
        self._xml.startElement(name, AttributesImpl(dict(attributes or {})))
        yield
        self._xml.endElement(name)

    def text(self, name: str, content: str, attributes: Mapping[str, str] | None = None) -> None:
        """Write an element with a text; line breaks stay."""
        with self.inside(name, attributes):
            self._xml.characters("\n".join(printable(line) for line in content.split("\n")))
