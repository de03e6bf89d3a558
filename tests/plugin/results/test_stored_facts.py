"""What a result says of its event, read by the plugin."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from xview2_qgis.protocol.scene_facts import EventFacts, ImageFacts, SceneFacts
from xview2_qgis.protocol.scene_facts.scene_facts import COLUMNS
from xview2_qgis.results.stored_facts import place_and_date, stored_facts

PALU = SceneFacts(
    EventFacts(name="Sulawesi earthquake", area="Palu", date="2018-09-28"),
    post=ImageFacts(acquired="2018-10-02T02:11:00Z", gsd_m=0.5),
)


@pytest.fixture
def result(tmp_path):
    """Write a result with a record of the given runs."""

    def write(*runs):
        path = tmp_path / "out.gpkg"
        with closing(sqlite3.connect(path)) as database, database:
            database.execute(f"CREATE TABLE run (run_id TEXT, {', '.join(COLUMNS)})")
            for facts in runs:
                values = facts.to_columns()
                places = ", ".join("?" * (1 + len(COLUMNS)))
                database.execute(f"INSERT INTO run VALUES ({places})", ["1", *(values[name] for name in COLUMNS)])
        return path

    return write


def test_facts_come_back(result):
    assert stored_facts(result(PALU)) == PALU


def test_of_several_runs_none_stands_for_all(result):
    assert stored_facts(result(PALU, PALU)) == SceneFacts()


def test_without_a_record(tmp_path, result):
    assert stored_facts(result()) == SceneFacts()
    assert stored_facts(tmp_path / "gone.gpkg") == SceneFacts()
    (tmp_path / "text.gpkg").write_text("no database")
    assert stored_facts(tmp_path / "text.gpkg") == SceneFacts()


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        (PALU, "Palu, 2018-10-02"),
        (SceneFacts(EventFacts(name="Sulawesi earthquake")), "Sulawesi earthquake"),
        (SceneFacts(post=ImageFacts(acquired="2018-10-02")), ""),
        (SceneFacts(), ""),
    ],
)
def test_name_of_a_result(facts, name):
    assert place_and_date(facts) == name
