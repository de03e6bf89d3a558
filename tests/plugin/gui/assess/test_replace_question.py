"""Nothing is replaced by a key that was pressed too early, and nobody loses reviews unasked."""

import sqlite3
from contextlib import closing

import pytest
from qgis.core import QgsVectorLayer, edit
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtTest import QTest

from tests.plugin.fake_engine import write_geopackage
from xview2_qgis.gui.assess.replace_question import Answer, ReplaceQuestion, reviewed_in


def answered(question, act):
    """What the question answers after somebody did something to it."""
    QTimer.singleShot(0, lambda: act(question))
    return question.answer()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape])
def test_keys_leave_the_files(qgis_app, key):
    question = ReplaceQuestion(["/a/damage.gpkg"], 3)
    assert answered(question, lambda box: QTest.keyClick(box.focusWidget() or box, key)) is Answer.LEAVE


def test_closing_the_window_leaves_the_files(qgis_app):
    assert answered(ReplaceQuestion(["/a/damage.gpkg"], 0), lambda box: box.close()) is Answer.LEAVE


@pytest.mark.parametrize(
    ("button", "answer"),
    [
        ("replace_button", Answer.REPLACE),
        ("keep_button", Answer.KEEP),
        ("rename_button", Answer.RENAME),
        ("leave_button", Answer.LEAVE),
    ],
)
def test_buttons(qgis_app, button, answer):
    assert answered(ReplaceQuestion(["/a/damage.gpkg"], 2), lambda box: getattr(box, button).click()) is answer


@pytest.mark.parametrize(("reviewed", "offered"), [(0, False), (None, False), (1, True), (212, True)])
def test_reviews_can_be_kept_where_there_are_some(qgis_app, reviewed, offered):
    seen = []
    question = ReplaceQuestion(["/a/damage.gpkg"], reviewed)
    answered(
        question, lambda box: (seen.append(box.keep_button is not None and box.keep_button.isVisible()), box.close())
    )
    assert seen == [offered]


@pytest.mark.parametrize(
    ("reviewed", "words"),
    [
        (0, None),
        (1, "“<b>.gpkg” holds 1 reviewed building."),
        (212, "“<b>.gpkg” holds 212 reviewed buildings."),
        (None, "“<b>.gpkg” cannot be read, and may hold reviewed buildings."),
    ],
)
def test_it_says_what_would_be_lost(qgis_app, reviewed, words):
    question = ReplaceQuestion(["/a/<b>.gpkg", "/a/<b>.tif"], reviewed)
    assert question.textFormat() == Qt.TextFormat.PlainText
    assert "/a/<b>.gpkg\n/a/<b>.tif" in question.text()
    assert ("review" in question.text()) == (words is not None)
    assert (words or "") in question.text()


def test_reviews_are_counted_also_while_qgis_has_them_in_its_log_only(qgis_app, tmp_path):
    path = str(tmp_path / "damage.gpkg")
    write_geopackage(path)
    assert reviewed_in(path) == 0  # of a version that had fewer such fields
    with closing(sqlite3.connect(path)) as database:
        database.execute("ALTER TABLE damage ADD COLUMN review_note TEXT")
    layer = QgsVectorLayer(f"{path}|layername=damage", "damage", "ogr")
    note = layer.fields().lookupField("review_note")
    with edit(layer):
        layer.changeAttributeValue(1, note, "roof gone")
        layer.changeAttributeValue(2, note, "  ")
    assert reviewed_in(path) == 1
    with edit(layer):
        layer.changeAttributeValue(1, note, None)
    assert reviewed_in(path) == 0


def test_of_other_files_nothing_is_counted(qgis_app, tmp_path):
    (tmp_path / "text.gpkg").write_text("no database")
    assert reviewed_in(str(tmp_path / "text.gpkg")) == reviewed_in(str(tmp_path / "missing.gpkg")) == 0
    assert reviewed_in(str(tmp_path)) == 0
