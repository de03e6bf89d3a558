"""Texts of strangers are shown as they stand, wherever QGIS would take them for HTML."""

from __future__ import annotations

import ast

import pytest
from qgis.core import Qgis
from qgis.gui import QgsMessageLogViewer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QPlainTextEdit

from tests.plugin.conftest import ROOT
from xview2_qgis.i18n.literal_text import literal, log_message

TEXTS = [
    "<img src='//host/share/x.png'>",
    "a <b>bold</b> name",
    "<?xml version='1.0'?>",
    "a < b & c > d",
    "plain &amp; simple",
    "C:\\models\\<i>x.zip",
]


@pytest.mark.parametrize("text", TEXTS)
def test_nothing_is_rich_text(text):
    assert not Qt.mightBeRichText(literal(text))
    assert "<" not in literal(text)


def test_ordinary_texts_stay():
    for text in ("Übersicht.gpkg", "a & b > c", ""):
        assert literal(text) == text


@pytest.mark.parametrize("text", TEXTS)
def test_the_log_shows_what_was_said(qgis_app, text):
    viewer = QgsMessageLogViewer()
    log_message(text, Qgis.MessageLevel.Warning)
    qgis_app.processEvents()
    assert any(edit.toPlainText().endswith(text) for edit in viewer.findChildren(QPlainTextEdit))


def test_the_log_names_neither_user_nor_password(qgis_app, monkeypatch):
    monkeypatch.setenv("HOME", "/home/jane.doe")
    viewer = QgsMessageLogViewer()
    log_message("no /home/jane.doe/ENV/bin/python\nhttps://u:hunter2@host/x.tif?sig=abcdef", Qgis.MessageLevel.Warning)
    qgis_app.processEvents()
    shown = "\n".join(edit.toPlainText() for edit in viewer.findChildren(QPlainTextEdit))
    assert "no ~/ENV/bin/python" in shown
    assert "https://host/x.tif" in shown
    assert not [word for word in ("jane.doe", "hunter2", "abcdef") if word in shown]


# what shows HTML if its text looks like it, and the place of that text among the arguments
RICH = {"setToolTip": 0, "pushMessage": 1, "createMessage": 1, "logMessage": 0, "setItemData": 1}


def _harmless(node):
    """A text of our own, or one that was made harmless; of two both."""
    if isinstance(node, ast.IfExp):
        return _harmless(node.body) and _harmless(node.orelse)
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func).split(".")[-1]
        return name in ("literal", "escape", "_for_the_log") or (
            name in ("tr", "_tr") and isinstance(node.args[0], ast.Constant)
        )
    return isinstance(node, ast.Constant)


def test_every_text_that_could_be_taken_for_html_is_ours_or_made_harmless():
    files = [path for path in (ROOT / "xview2_qgis").rglob("*.py") if "engine" not in path.parts]
    assert len(files) > 40
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            place = RICH.get(node.func.attr)
            if place is None or (node.func.attr == "setItemData" and "ToolTipRole" not in ast.unparse(node)):
                continue
            assert _harmless(node.args[place]), f"{path.name}:{node.lineno}: {ast.unparse(node)}"
