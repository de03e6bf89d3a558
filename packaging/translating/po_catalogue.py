"""The file of a language: read, brought up to date, and written so that nothing changes in it without a reason."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from .found_text import FoundText
from .notes import NOTES

_WIDTH = 120
#: Lines of the head that change with every run, or say nothing here.
_LEFT_OUT = (
    "Project-Id-Version", "Report-Msgid-Bugs-To", "POT-Creation-Date", "PO-Revision-Date", "Last-Translator",
    "Language-Team", "Generated-By",
)  # fmt: skip
_HEAD = "# xView2 for QGIS in {language}. Terms, style, and how to check: docs/translating.md\n#"


def language_name(code: str) -> str:
    """Return the English name of a language, its code where there is none."""
    try:
        return Locale.parse(code).get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return code


def source_catalogue(code: str, found: Iterable[FoundText]) -> Catalog:
    """Return the texts of the sources as a catalogue of a language without translations.

    Args:
        code: of the language.
        found: the texts, an entry for each place.
    """
    catalogue = _empty(code)
    for text in found:
        key = (text.text, text.plural) if text.plural else text.text
        before = catalogue.get(text.text)
        if before is not None and not text.plural and before.pluralizable:
            key = before.id  # the singular stands elsewhere, too: one entry serves both
        note = (NOTES[text.text],) if text.text in NOTES else ()
        remarks = _new((*note, *text.remarks), before)
        catalogue.add(key, locations=[(text.file, text.line)], auto_comments=remarks)
    for message in catalogue:
        _set_flags(message)
    return catalogue


def read_catalogue(path: Path, code: str) -> Catalog:
    """Read the file of a language.

    Raises:
        OSError: it cannot be read.
        babel.messages.pofile.PoFileError: it is damaged.
    """
    with path.open("rb") as file:
        catalogue = read_po(file, locale=code, ignore_obsolete=False, abort_invalid=True)
    for message in catalogue:
        _set_flags(message)
    return catalogue


def merged_catalogue(before: Catalog | None, source: Catalog) -> Catalog:
    """Return the texts of the sources with the translations that there are.

    One of a text that was changed a little is kept and marked as fuzzy, which means that it is not used until somebody
    has looked at it. Those of texts that are gone are dropped.

    Args:
        before: the file of the language, None for a new one. Is changed.
        source: of :func:`source_catalogue`.
    """
    if before is None:
        return source
    before.update(source, update_header_comment=True)
    before.obsolete.clear()
    for message in before:
        _set_flags(message)
    return before


def catalogue_text(catalogue: Catalog) -> str:
    """Return the text of a file: ordered by the places of the texts, without numbers of lines and without dates."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=_WIDTH, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    lines = buffer.getvalue().decode("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(tuple(f'"{name}:' for name in _LEFT_OUT))]
    return "\n".join(kept).strip("\n") + "\n"


def _empty(code: str) -> Catalog:
    try:
        locale = Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        locale = None
    head = _HEAD.format(language=language_name(code))
    return Catalog(locale=locale, header_comment=head, fuzzy=False, charset="utf-8")


def _new(remarks: tuple[str, ...], before: Message | None) -> list[str]:
    return [remark for remark in remarks if before is None or remark not in before.auto_comments]


def _set_flags(message: Message) -> None:
    """Keep the mark of what is fuzzy, and tell which names a translation has to keep; a percent sign is none."""
    texts = message.id if isinstance(message.id, tuple) else (message.id,)
    message.flags.discard("python-format")
    message.flags.discard("python-brace-format")
    if any("%(" in text for text in texts):
        message.flags.add("python-format")
    elif any("{" in text for text in texts):
        message.flags.add("python-brace-format")
