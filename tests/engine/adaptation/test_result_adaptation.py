"""Results on disk: adapted in place and as a copy, taken back, and refused with one line each."""

import os
import shutil
import sqlite3
from contextlib import closing

import numpy as np
import pyogrio
import pytest

from tests.engine.adaptation.reviewed_scene import edited, rows, write_reviewed
from xview2_qgis.engine.adaptation.cross_validation import Quality
from xview2_qgis.engine.adaptation.rated_buildings import UNLABELLED
from xview2_qgis.engine.adaptation.result_adaptation import Target, adapt_result, preview, undo_result
from xview2_qgis.engine.adaptation.result_database import reading
from xview2_qgis.engine.adaptation.stored_buildings import read_buildings
from xview2_qgis.engine.errors import EngineError, InputError
from xview2_qgis.protocol.stored_result import foreign_tables

FINAL = "SELECT building_id, review_class, adapted_class, damage_class, final_class, final_damage FROM damage"
GRADES = {"no-damage": 1, "minor-damage": 2, "major-damage": 3, "destroyed": 4}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("reviewed") / "out.gpkg"
    return path, write_reviewed(path)


@pytest.fixture
def result(written, tmp_path):
    path = tmp_path / "damage.gpkg"
    shutil.copy(written[0], path)
    return path


def refusal(target):
    with pytest.raises(EngineError) as caught:
        adapt_result(target)
    return caught.value


def test_reviews_keep_their_word_and_the_others_get_better(result, written):
    before = rows(result)
    rated = adapt_result(Target(result))
    found = rows(result, FINAL)
    for _, review, adapted, _, final, grade in found:
        assert final == (review or adapted)
        assert grade == GRADES[final]
    true = written[1]
    unseen = [(GRADES[row[4]] - 1, GRADES[row[3]] - 1, label) for row, label in zip(found, true, strict=True)][60:]
    final, model, label = (list(column) for column in zip(*unseen, strict=True))

    new, old = (Quality.of(np.array(label), np.array(answer)) for answer in (final, model))
    assert new.macro_f1 > old.macro_f1
    assert sum(rated.counts.values()) == 120
    # nothing else of a building has changed
    columns = [name for _, name, *_ in rows(result, "PRAGMA table_info(damage)")]
    kept = [i for i, name in enumerate(columns) if not name.startswith(("adapted", "final"))]
    assert [[row[i] for i in kept] for row in rows(result)] == [[row[i] for i in kept] for row in before]
    assert pyogrio.read_dataframe(result, layer="damage").adapted_confidence.between(0, 1).all()


def test_undo_gives_the_same_rows_and_twice_the_same_adaptation(result):
    before, triggers = (
        rows(result),
        rows(result, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY 1"),
    )
    adapt_result(Target(result))
    adapted = rows(result)
    assert adapted != before
    adapt_result(Target(result))
    assert rows(result) == adapted
    assert undo_result(Target(result))[0] == 120
    assert rows(result) == before
    assert rows(result, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY 1") == triggers
    assert undo_result(Target(result))[0] == 0


def test_after_adapting_a_review_still_counts(result):
    adapt_result(Target(result))
    with closing(edited(result)) as database, database:
        database.execute("UPDATE damage SET review_class = 'no-building' WHERE building_id = 100")
        database.execute("UPDATE damage SET review_class = NULL WHERE building_id = 1")
    found = {row[0]: row for row in rows(result, FINAL)}
    assert found[100][4:] == ("no-building", None)
    assert found[1][4] == found[1][2]


def test_a_copy_leaves_the_result_as_it_was(result, tmp_path):
    before = result.read_bytes()
    copy = tmp_path / "adapted.gpkg"
    adapt_result(Target(result, copy))
    assert result.read_bytes() == before
    assert rows(copy, "SELECT count(*) FROM damage WHERE adapted_class IS NOT NULL") == [(120,)]
    assert not foreign_tables(copy)
    assert refusal(Target(result, copy)).code == "output-exists"
    assert refusal(Target(result, tmp_path / "copy.shp")).code == "suffix"
    assert refusal(Target(result, result, overwrite=True)).code == "output-is-input"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["adapted.gpkg", "damage.gpkg"]


def test_a_preview_changes_nothing(result):
    before = result.read_bytes()
    assert preview(result).gain.labels == 60
    assert result.read_bytes() == before


def test_a_result_of_an_earlier_version_gets_the_fields(result):
    with closing(edited(result)) as database, database:
        for event in ("insert", "update"):
            database.execute(f"DROP TRIGGER damage_final_class_{event}")
        for name in ("adapted_class", "adapted_confidence", "final_class", "final_damage"):
            database.execute(f"ALTER TABLE damage DROP COLUMN {name}")
        database.execute("DROP TABLE building_features")
    assert undo_result(Target(result)) == (0, {})
    with reading(result) as database:
        assert read_buildings(database).features.shape == (120, 0)
    adapt_result(Target(result))
    assert all(row[4] == (row[1] or row[2]) for row in rows(result, FINAL))
    with closing(edited(result)) as database, database:
        database.execute("UPDATE damage SET review_class = 'destroyed' WHERE building_id = 110")
    assert rows(result, FINAL + " WHERE building_id = 110")[0][4:] == ("destroyed", 4)


def test_what_is_no_label_and_what_is_no_number(result):
    with closing(edited(result)) as database, database:
        database.execute("UPDATE damage SET review_class = 'unknown' WHERE building_id = 1")
        database.execute("UPDATE damage SET review_class = 'no-building' WHERE building_id = 2")
        database.execute("UPDATE damage SET review_class = ' Destroyed ' || char(10) WHERE building_id = 3")
        database.execute("UPDATE damage SET p_minor_damage = NULL WHERE building_id = 4")
        database.execute("UPDATE damage SET p_minor_damage = -1 WHERE building_id = 5")
        database.execute("UPDATE damage SET damage = 0 WHERE building_id = 6")
        database.execute("DELETE FROM building_features WHERE building_id = 7")
        database.execute("UPDATE building_features SET features = x'00' WHERE building_id = 8")
        database.execute("UPDATE building_features SET features = 'text' WHERE building_id = 9")
        database.execute("UPDATE building_features SET features = x'007e007e007e007e007e007e' WHERE building_id = 10")
    with reading(result) as database:
        buildings = read_buildings(database)
    assert buildings.rows.tolist() == [1, 2, 3, *range(7, 121)]
    assert buildings.labels[:3].tolist() == [UNLABELLED, UNLABELLED, 3]
    assert buildings.features.shape == (117, 6)

    assert np.isnan(buildings.features[3:7]).all()
    assert not np.isnan(buildings.features[7:]).any()
    adapt_result(Target(result))
    assert rows(result, "SELECT adapted_class, final_class FROM damage WHERE building_id = 6")[0][0] is None


def test_nothing_is_written_where_it_would_not_help(result):
    with closing(edited(result)) as database, database:
        database.execute("UPDATE damage SET review_class = damage_class WHERE building_id <= 60")
    before = result.read_bytes()
    error = refusal(Target(result))
    assert (error.code, error.exit_code) == ("no-gain", 3)
    assert "from 1.000 to" in error.message
    with closing(edited(result)) as database, database:
        database.execute("UPDATE damage SET review_class = NULL WHERE building_id > 9")
    before = result.read_bytes()
    assert refusal(Target(result)).code == "few-reviews"
    assert result.read_bytes() == before


def test_files_that_cannot_be_adapted(result, tmp_path):
    assert refusal(Target(tmp_path / "none.gpkg")).code == "result-open"
    (tmp_path / "text.gpkg").write_text("no database" * 100, encoding="utf-8")
    assert refusal(Target(tmp_path / "text.gpkg")).code == "result-open"
    sqlite3.connect(tmp_path / "other.gpkg").execute("CREATE TABLE damage (fid)").connection.close()
    assert "lacks building_id" in refusal(Target(tmp_path / "other.gpkg")).message
    assert refusal(Target(tmp_path)).code == "result-open"


def test_a_file_that_another_program_is_writing(result, monkeypatch):
    monkeypatch.setattr("xview2_qgis.engine.adaptation.result_database._PATIENCE_S", 0.05)
    with closing(sqlite3.connect(result, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        error = refusal(Target(result))
    assert (error.code, error.exit_code) == ("result-in-use", 3)
    adapt_result(Target(result))


def test_a_file_that_another_program_shows_in_wal_mode(result):
    """As QGIS does: it may read, and sees the new classes at once."""
    with closing(sqlite3.connect(result)) as other:
        assert other.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
        other.execute("SELECT * FROM damage").fetchone()
        adapt_result(Target(result))
        assert other.execute("SELECT count(adapted_class) FROM damage").fetchone() == (120,)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="everything may be written as root")
def test_a_file_that_may_not_be_written(result):
    result.chmod(0o400)
    assert refusal(Target(result)).code == "result-readonly"


def test_a_file_without_rights_is_told(result, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    error = refusal(Target(result))
    assert (error.code, error.exit_code) == ("result-readonly", 3)
    assert isinstance(error, InputError)
