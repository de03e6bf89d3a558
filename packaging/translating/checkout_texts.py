"""All texts of a checkout that are translated."""

from __future__ import annotations

from pathlib import Path

from .found_text import FoundText
from .python_texts import python_texts
from .template_texts import template_texts

PACKAGE = "xview2_qgis"
_TEMPLATES = "templates"


def checkout_texts(root: Path) -> list[FoundText]:
    """Return the texts of the plugin and of the engine's pages, one entry for each place, in the order of the files.

    Args:
        root: the checkout.
    """
    found: list[FoundText] = []
    for path in sorted((root / PACKAGE).rglob("*.py")):
        file = path.relative_to(root).as_posix()
        source = path.read_text(encoding="utf-8")
        if any(f"{name}(" in source for name in ("tr", "trn", "mark")):
            found += python_texts(source, file)
    for path in sorted((root / PACKAGE / "engine").rglob("*.html")):
        if path.parent.name == _TEMPLATES:
            found += template_texts(path.read_text(encoding="utf-8"), path.relative_to(root).as_posix())
    return found
