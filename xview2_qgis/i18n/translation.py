"""The translation of a text."""

from __future__ import annotations

from qgis.PyQt.QtCore import QCoreApplication

#: The one context of all texts, so that a text is translated once wherever it stands.
CONTEXT = "xView2"


def tr(text: str) -> str:
    """Return a text of the plugin in the language of QGIS, the text itself where there is no translation."""
    return QCoreApplication.translate(CONTEXT, text)
