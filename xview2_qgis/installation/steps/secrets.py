"""What no log of an installation may show: passwords of a proxy and an index, and the user's name in paths."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from ...protocol.public_name import LEFT_OUT
from ...protocol.redaction import Redaction


@dataclass(frozen=True)
class Secrets:
    """Cuts secrets out of lines.

    Attributes:
        texts: passwords and user names in every spelling, longest first.
        redaction: what is known of this user and looks like a secret anyway.
    """

    texts: tuple[str, ...]
    redaction: Redaction

    @classmethod
    def of(cls, addresses: Iterable[str]) -> Secrets:
        """Return those in addresses of proxies and indexes."""
        found: set[str] = set()
        for address in addresses:
            try:
                parts = urlsplit(address)
                # a short name would be cut out of common words
                given = [parts.password or "", parts.username if len(parts.username or "") > 3 else ""]
            except ValueError:
                continue
            for text in filter(None, given):
                plain = unquote(text)
                found |= {text, plain, quote(plain, safe=""), quote(plain)}
        return cls(tuple(sorted(found, key=len, reverse=True)), Redaction.of(()))

    def clean(self, text: str) -> str:
        """Return a text without them."""
        for secret in self.texts:
            text = text.replace(secret, LEFT_OUT)
        return self.redaction.clean(text)
