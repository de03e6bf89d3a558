"""The window of an algorithm. Its parts that matter are those of a dialog of Processing."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QDialog, QWidget

from xview2_qgis.gui.deliver.algorithm_window import open_algorithm


class AlgorithmDialog(QDialog):
    """As that of Processing: two pages, of which a run in the main thread shows the first again."""

    algorithmFinished = pyqtSignal(bool, dict)  # noqa: N815 - name is QGIS's

    def __init__(self) -> None:
        super().__init__()
        self.page = "parameters"

    def showLog(self) -> None:  # noqa: N802 - name is QGIS's
        self.page = "log"


@pytest.fixture
def opened(qgis_app, monkeypatch):
    """Parameters of the dialogs that were made."""
    made = []
    processing = SimpleNamespace(
        createAlgorithmDialog=lambda algorithm, parameters: made.append((algorithm, parameters)) or AlgorithmDialog()
    )
    monkeypatch.setitem(sys.modules, "processing", processing)
    return made


def test_a_dialog_opens_with_the_layer_and_shows_what_a_run_has_said(opened):
    parent = QWidget()
    window = open_algorithm("xview2:map", {"RESULT": "one"}, parent)
    assert opened == [("xview2:map", {"RESULT": "one"})]
    assert window.isVisible()
    assert window.parent() is parent
    window.algorithmFinished.emit(True, {})
    assert window.page == "log"
    window.close()


def test_without_processing_there_is_none(qgis_app, monkeypatch):
    monkeypatch.setitem(sys.modules, "processing", None)
    assert open_algorithm("xview2:map", {}, None) is None
