"""The translations that there are, by language."""

from __future__ import annotations

import gettext
import io
from functools import cache
from pathlib import Path

from .code import SOURCE_LANGUAGE, candidates
from .po_file import mo_bytes, read_po

#: Where translations lie, each as ``<language>.po``.
FOLDER = Path(__file__).resolve().parents[2] / "i18n" / "po"


@cache
def catalogue(code: str, folder: Path = FOLDER) -> gettext.NullTranslations | None:
    """Return the translations into a language: of ``pt_BR`` or else of ``pt``.

    For the language of the sources they change nothing. A file that cannot be read counts as none: a damaged
    translation is no reason to show nothing at all.

    Args:
        code: of the language, see :func:`.code.language_code`.
        folder: where the files lie.

    Returns:
        The translations, None where there are none.
    """
    for candidate in candidates(code):
        if candidate == SOURCE_LANGUAGE:
            return gettext.NullTranslations()
        try:
            content = (folder / f"{candidate}.po").read_text(encoding="utf-8")
            return gettext.GNUTranslations(io.BytesIO(mo_bytes(read_po(content))))
        except (OSError, ValueError):
            continue
    return None
