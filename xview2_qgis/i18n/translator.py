"""The translation that is in force."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QTranslator

#: Where translations lie: ``xview2_<language>.qm``, made of the ``.ts`` beside it by ``make translations``.
FOLDER = Path(__file__).resolve().parent


def install_translator(folder: Path = FOLDER) -> QTranslator | None:
    """Translate the texts of the plugin into the language of QGIS from now on.

    Args:
        folder: where translations lie.

    Returns:
        The translator, which the caller keeps; None where there is none for the language. For ``de_AT`` that of
        ``de`` is taken where there is none of its own.
    """
    translator = QTranslator()
    if not translator.load(f"xview2_{QgsApplication.locale()}", str(folder)):
        return None
    QCoreApplication.installTranslator(translator)
    return translator
