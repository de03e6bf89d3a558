"""The help of an algorithm as a page in the user's profile, which is read without a network."""

from __future__ import annotations

import html
from pathlib import Path

from qgis.core import QgsApplication, QgsProcessingAlgorithm
from qgis.PyQt.QtCore import QUrl

from ..i18n.translation import tr
from ..resources.handbook import handbook_url


def help_page(algorithm: QgsProcessingAlgorithm) -> str:
    """Write the help into the user's profile; return its address, or an empty text where that is not possible."""
    rows = "".join(
        f"<dt><b>{html.escape(parameter.description())}</b> ({parameter.name()})</dt>"
        f"<dd>{html.escape(parameter.help())}</dd>"
        for parameter in algorithm.parameterDefinitions()
    )
    title = html.escape(algorithm.displayName())
    handbook = html.escape(str(handbook_url("processing-reference").toString()))
    text = (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head>'
        '<body style="font: 16px/1.5 sans-serif; max-width: 45em; margin: 2em auto; padding: 0 1em">'
        f"<h1>{title}</h1>{algorithm.shortHelpString()}<h3>{tr('Parameters')}</h3><dl>{rows}</dl>"
        f'<p><a href="{handbook}">{tr("The handbook")}</a></p></body></html>'
    )
    page = Path(QgsApplication.qgisSettingsDirPath()) / "xview2" / "help" / f"{algorithm.name()}.html"
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8")
    except OSError:
        return ""
    return str(QUrl.fromLocalFile(str(page)).toString())
