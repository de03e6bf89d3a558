"""What a review writes into a real result, when it is there, and how it is taken back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from osgeo import ogr
from qgis.core import QgsApplication, QgsGeometry, QgsRectangle

from xview2_qgis.review.writing.edits import ReviewEdits
from xview2_qgis.review.writing.layer_writing import NotWrittenError
from xview2_qgis.review.writing.reviewer import set_reviewer_name

FIELDS = "review_class, review_note, reviewed_by, final_class, final_damage"


def row(path, fid):
    """A building as another program reads it from the file."""
    with closing(sqlite3.connect(path)) as database:
        return database.execute(f"SELECT {FIELDS} FROM damage WHERE fid = ?", (fid,)).fetchone()


@pytest.fixture
def edits(town_layer):
    edits = ReviewEdits(town_layer)
    yield edits
    edits.leave()


def test_a_class_is_in_the_file_at_once_and_the_final_class_follows(edits, town_layer, town_file):
    heard = {}
    town_layer.attributeValueChanged.connect(lambda fid, place, value: heard.update({place: value}))
    before = datetime.now(UTC).replace(microsecond=0)
    edits.judge(3, "destroyed")
    assert row(town_file, 3) == ("destroyed", None, QgsApplication.userFullName() or "root", "destroyed", 4)
    feature = town_layer.getFeature(3)
    assert (feature["final_class"], feature["final_damage"]) == ("destroyed", 4)
    assert before <= datetime.fromisoformat(feature["reviewed_at"].replace("Z", "+00:00"))
    # tables, forms and maps of QGIS are told what they show now
    assert heard[town_layer.fields().indexOf("final_class")] == "destroyed"
    assert not town_layer.isEditable()


@pytest.mark.parametrize(("review_class", "grade"), [("unknown", 0), ("no-building", None), ("no-damage", 1)])
def test_not_assessable_and_no_building(edits, town_file, review_class, grade):
    edits.judge(4, review_class)
    assert (row(town_file, 4)[0], *row(town_file, 4)[3:]) == (review_class, review_class, grade)


def test_everything_is_taken_back_newest_first(edits, town_layer, town_file):
    set_reviewer_name("  Ada ")
    with closing(sqlite3.connect(town_file)) as database:
        before = database.execute("SELECT * FROM damage").fetchall()
    edits.judge(3, "destroyed")
    edits.judge(3, "no-damage")
    edits.annotate(5, " porch < wall ")
    fid = edits.add(QgsGeometry.fromRect(QgsRectangle(*corner(town_layer), *corner(town_layer, 12))))
    edits.judge(fid, "minor-damage")
    assert row(town_file, 5)[1] == "porch < wall"
    assert row(town_file, fid) == ("minor-damage", None, "Ada", "minor-damage", 2)
    undone = []
    while edits.can_undo():
        undone.append(edits.undo())
    assert [(each.fid, each.removed, each.judged) for each in undone] == [
        (fid, False, True), (fid, True, False), (5, False, False), (3, False, True), (3, False, True),
    ]  # fmt: skip
    with closing(sqlite3.connect(town_file)) as database:
        assert database.execute("SELECT * FROM damage").fetchall() == before


def corner(layer, side=0.0):
    return layer.extent().xMaximum() + 5 + side, layer.extent().yMinimum() + side


def test_a_building_that_was_missed(edits, town_layer, town_file):
    fid = edits.add(QgsGeometry.fromRect(QgsRectangle(*corner(town_layer), *corner(town_layer, 12))))
    feature = town_layer.getFeature(fid)
    assert feature["source"] == "review"
    assert not feature["building_id"]
    assert not feature["damage_class"]
    # UTM: the scale is 0.9996 in the middle of the zone, and no more than 1.0004 away from it elsewhere
    assert feature["area_m2"] == pytest.approx(144, rel=2e-3)
    assert row(town_file, fid)[3:] == ("unknown", 0)
    assert town_layer.featureCount() == 13


@pytest.mark.parametrize(
    "shape", ["POLYGON((0 0, 1 1, 2 2, 0 0))", "POLYGON((0 0, 2 2, 2 0, 0 2, 0 0))", "LINESTRING(0 0, 1 1)"]
)
def test_what_is_no_outline_is_refused(edits, town_layer, shape):
    with pytest.raises(NotWrittenError):
        edits.add(QgsGeometry.fromWkt(shape))
    assert town_layer.featureCount() == 12


def test_a_layer_that_is_edited_gets_named_steps_and_keeps_them_until_it_is_saved(edits, town_layer, town_file):
    assert town_layer.startEditing()
    edits.judge(3, "destroyed")
    fid = edits.add(QgsGeometry.fromRect(QgsRectangle(*corner(town_layer), *corner(town_layer, 12))))
    stack = town_layer.undoStack()
    assert [stack.text(index) for index in range(stack.count())] == ["Review: destroyed", "Review: building added"]
    assert (row(town_file, 3)[0], fid < 0) == (None, True)
    assert town_layer.getFeature(3)["final_class"] == "destroyed"  # by the style, before it is saved
    assert town_layer.commitChanges()
    assert row(town_file, 3)[0] == "destroyed"
    # the building has another feature id now, and can still be taken back
    assert edits.undo().removed
    assert town_layer.featureCount() == 12
    assert edits.undo().fid == 3
    assert row(town_file, 3)[0] is None


def test_edits_that_the_user_throws_away_are_not_taken_back_once_more(edits, town_layer, town_file):
    town_layer.startEditing()
    edits.judge(3, "destroyed")
    town_layer.rollBack()
    assert edits.undo() is None
    assert row(town_file, 3)[0] is None


def test_what_another_program_wrote_afterwards_stays(edits, town_layer, town_file):
    edits.judge(3, "destroyed")
    other = ogr.Open(str(town_file), 1)
    table = other.GetLayer("damage")
    feature = table.GetFeature(3)
    feature["review_note"] = "mine"
    table.SetFeature(feature)
    del feature, table, other
    assert edits.undo() is None
    assert row(town_file, 3)[:2] == ("destroyed", "mine")


def test_a_read_only_layer_or_file_is_told(edits, town_layer, town_file, monkeypatch):
    assert edits.refusal() == ""
    monkeypatch.setattr("os.access", lambda path, mode: str(path) != str(town_file))
    assert "town.gpkg" in edits.refusal()
    with pytest.raises(NotWrittenError, match="read-only"):
        edits.judge(3, "destroyed")
    monkeypatch.undo()
    town_layer.setReadOnly(True)
    with pytest.raises(NotWrittenError, match="read-only"):
        edits.judge(3, "destroyed")
    assert not edits.can_undo()
    assert row(town_file, 3)[0] is None


def test_a_file_that_another_program_holds_is_told(edits, town_file):
    with closing(sqlite3.connect(town_file, isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        with pytest.raises(NotWrittenError, match="another program"):
            edits.judge(3, "destroyed")
        database.execute("ROLLBACK")
    edits.judge(3, "destroyed")
    assert row(town_file, 3)[0] == "destroyed"
