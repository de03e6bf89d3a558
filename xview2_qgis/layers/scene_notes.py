"""What the user has said about event and images, kept in the project: of an image with its layer, the event once."""

from __future__ import annotations

import json
from collections.abc import Mapping

from qgis.core import QgsRasterLayer

from .open_project import open_project

_SCOPE, _EVENT = "xView2", "/event"
_IMAGE = "xview2/image_facts"

#: Texts of fields by the names of facts, as they were typed.
Texts = Mapping[str, str]


def event_note() -> Texts:
    """Return what the open project holds of the event."""
    text, _ = open_project().readEntry(_SCOPE, _EVENT, "")
    return _read(text)


def note_event(texts: Texts) -> None:
    """Keep what is said of the event in the open project."""
    if _known(texts):
        open_project().writeEntry(_SCOPE, _EVENT, _written(texts))
    else:
        open_project().removeEntry(_SCOPE, _EVENT)


def image_note(layer: QgsRasterLayer) -> Texts:
    """Return what is kept of the image that a layer shows."""
    return _read(str(layer.customProperty(_IMAGE, "") or ""))


def note_image(layer: QgsRasterLayer, texts: Texts) -> None:
    """Keep what is said of an image with its layer."""
    if _known(texts):
        layer.setCustomProperty(_IMAGE, _written(texts))
    else:
        layer.removeCustomProperty(_IMAGE)
    open_project().setDirty(True)  # a property of a layer does not do that by itself


def _known(texts: Texts) -> dict[str, str]:
    return {name: text for name, text in texts.items() if text}


def _written(texts: Texts) -> str:
    return json.dumps(_known(texts), ensure_ascii=False)


def _read(text: str) -> dict[str, str]:
    """Return texts by name; projects come from others, so whatever else stands there counts for nothing."""
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    values = found.items() if isinstance(found, dict) else ()
    return {name: value for name, value in values if isinstance(value, str)}
