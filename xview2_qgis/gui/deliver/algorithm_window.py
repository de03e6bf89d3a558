"""The dialog of an algorithm, opened with what is known filled in."""

from __future__ import annotations

from importlib import import_module
from typing import Any, cast

from qgis.PyQt.QtWidgets import QDialog, QWidget


def open_algorithm(algorithm: str, values: dict[str, str], parent: QWidget | None) -> QDialog | None:
    """Show the dialog of an algorithm and return it; None where Processing is not there.

    Args:
        algorithm: its id.
        values: what to fill in, by parameter; a layer by its id.
        parent: the window above which it opens.
    """
    try:
        # the plugin Processing: it is not there in every QGIS, and is loaded after ours in some
        processing: Any = import_module("processing")
    except ImportError:
        return None
    dialog: Any = processing.createAlgorithmDialog(algorithm, values)
    if dialog is None:
        return None
    if parent is not None:
        dialog.setParent(parent, dialog.windowFlags())
    # after a run in the main thread QGIS shows the parameters still, as if nothing had happened
    if hasattr(dialog, "algorithmFinished"):  # not in every QGIS
        dialog.algorithmFinished.connect(lambda *_: dialog.showLog())
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
    return cast("QDialog", dialog)
