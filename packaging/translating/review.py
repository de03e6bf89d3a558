"""The review of a whole file of translations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from babel.messages.catalog import Catalog, Message

from .findings import findings


@dataclass(frozen=True)
class Finding:
    """One thing to be mended.

    Attributes:
        text: in English.
        translation: what stands there.
        fault: what is wrong.
        missing: it is that there is no translation yet.
    """

    text: str
    translation: str
    fault: str
    missing: bool = False

    def __str__(self) -> str:
        shown = f"\n    {self.translation}" if self.translation else ""
        return f"{self.fault}\n    {self.text}{shown}"


def review(catalogue: Catalog) -> Iterator[Finding]:
    """Yield what is wrong with the translations of a language, and which are missing.

    Args:
        catalogue: the file of the language.
    """
    for message in catalogue:
        if message.id:
            yield from _review(message, catalogue.num_plurals)
    for message in catalogue.obsolete.values():
        yield Finding(_first(message), "", "is gone from the sources")


def _first(message: Message) -> str:
    return message.id[0] if isinstance(message.id, (tuple, list)) else message.id


def _review(message: Message, forms: int) -> Iterator[Finding]:
    text = _first(message)
    plural = message.id[1] if isinstance(message.id, (tuple, list)) else ""
    given = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    if not all(given):
        yield Finding(text, "", "is not translated", missing=True)
        return
    if message.fuzzy:
        yield Finding(text, given[0], "is fuzzy: look at it, and take the mark “fuzzy” away", missing=True)
        return
    if plural and len(given) != forms:
        yield Finding(text, given[0], f"has {len(given)} forms, the language has {forms}")
    remarks = " ".join(message.user_comments)
    for number, translation in enumerate(given):
        source = plural if plural and (number or forms == 1) else text
        for fault in findings(source, translation, remarks=remarks, counted=bool(plural)):
            yield Finding(source, translation, fault)
