"""All texts of a checkout that are translated."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from .found_text import FoundText
from .python_texts import python_texts
from .template_texts import template_texts

PACKAGE = "xview2_qgis"
_TEMPLATES = "templates"
_MODELS, _REMARK = "xview2_qgis/protocol/published_models.json", "what a model says of itself"


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
    return [*found, *_model_texts(root)]


def _model_texts(root: Path) -> Iterator[FoundText]:
    """Yield what the published models say of themselves."""
    path = root / _MODELS
    for model in json.loads(path.read_text(encoding="utf-8"))["models"] if path.exists() else ():
        scores = [score[name] for score in model["scores"] for name in ("metric", "set")]
        for text in (model["title"], model["summary"], model["training_data"], *scores):
            if text:
                yield FoundText(text, "", _MODELS, 1, (_REMARK,))
