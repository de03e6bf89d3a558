"""A page taken apart by the standard library's reader of HTML."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "img", "br"}


class PageOutline(HTMLParser):
    """Tags, attributes and texts of a page; fails where tags do not close."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style",):
            self.texts.append((*self.tags[-1], data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Attributes of all elements of a kind."""
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def words(self) -> str:
        """All that people read, with single blanks."""
        return " ".join(" ".join(text for _, _, text in self.texts).split())

    def values(self, attribute: str) -> dict[str, int]:
        """Numbers that stand in ``data-value``, by what an attribute calls them."""
        return {str(found[attribute]): int(str(found["data-value"])) for _, found in self.tags if attribute in found}

    def shown(self, attribute: str) -> dict[str, str]:
        """What people read in elements with an attribute, by what it calls them."""
        return {str(found[attribute]): text.strip() for _, found, text in self.texts if found.get(attribute)}
