"""A text for people as it is found in the sources."""

from __future__ import annotations

from dataclasses import dataclass

#: Functions whose literal arguments are translated: one text, singular and plural, and a constant shown elsewhere.
ONE_TEXT, TWO_TEXTS = ("tr", "mark"), ("trn",)

#: Where texts of a folder are shown, the longest folder first that fits.
PLACES = {
    "xview2_qgis/assessment": "messages of an assessment",
    "xview2_qgis/engine/output/geopackage": "result in QGIS: legend, table, form, map tip",
    "xview2_qgis/engine/output/templates": "report (HTML)",
    "xview2_qgis/engine/output/templates/score.html": "accuracy page (HTML)",
    "xview2_qgis/engine/output/templates/totals.html": "page of totals (HTML)",
    "xview2_qgis/engine/publish": "published product",
    "xview2_qgis/engine/report": "report (HTML)",
    "xview2_qgis/engine/scoring": "accuracy page (HTML)",
    "xview2_qgis/engine/zones": "table of zones",
    "xview2_qgis/engine_process": "message about the engine",
    "xview2_qgis/expressions": "functions for expressions",
    "xview2_qgis/gui/assess": "window “Assess building damage”",
    "xview2_qgis/gui/compare": "map: comparing the two images",
    "xview2_qgis/gui/confidence": "window that shows and hides buildings by confidence",
    "xview2_qgis/gui/deliver": "button Deliver",
    "xview2_qgis/gui/engine": "window and options page of the engine",
    "xview2_qgis/gui/handbook": "window of the handbook",
    "xview2_qgis/gui/layer_menu": "menu of a damage layer",
    "xview2_qgis/gui/model_choice": "choice of the model",
    "xview2_qgis/gui/models": "window of the models",
    "xview2_qgis/gui/not_visible": "window “Assess building damage”, what is not visible",
    "xview2_qgis/gui/review": "review panel",
    "xview2_qgis/gui/windows": "toolbar and menu",
    "xview2_qgis/i18n/data_size": "size of a file",
    "xview2_qgis/i18n/duration": "a duration",
    "xview2_qgis/installation": "setting up the engine",
    "xview2_qgis/layers": "messages about layers",
    "xview2_qgis/map_layout": "printed map",
    "xview2_qgis/model_store": "fetching a model",
    "xview2_qgis/processing": "Processing algorithm",
    "xview2_qgis/protocol/licences": "behind the name of a licence",
    "xview2_qgis/protocol/schema": "class of damage, in legends, tables and reports",
    "xview2_qgis/protocol/totals": "totals",
    "xview2_qgis/results": "layers of a result",
    "xview2_qgis/review": "review panel",
}


@dataclass(frozen=True)
class FoundText:
    """One text at one place.

    Attributes:
        text: the text, the singular where it counts something.
        plural: the plural, empty for a text that counts nothing.
        file: path from the root of the checkout, with slashes.
        line: line in the file, from 1.
        remarks: what a translator is told.
    """

    text: str
    plural: str
    file: str
    line: int
    remarks: tuple[str, ...] = ()


def place_of(file: str) -> str:
    """Return where the texts of a file are shown, an empty text where nothing is known."""
    return next((PLACES[begin] for begin in sorted(PLACES, reverse=True) if file.startswith(begin)), "")
