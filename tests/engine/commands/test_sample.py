"""``xview2 sample`` and ``xview2 totals`` on a result."""

import csv
import json
import sqlite3
from contextlib import closing

import numpy as np
import pyogrio
import pytest
from shapely.geometry import box

from tests.engine.probability_scene import ORIGIN, UTM
from tests.engine.result_scene import write_result
from xview2_qgis.engine.buildings.building import Building, Source
from xview2_qgis.engine.cli import main
from xview2_qgis.engine.decision.vote import Vote
from xview2_qgis.protocol.schema import Damage
from xview2_qgis.protocol.stored_result import contents, foreign_tables
from xview2_qgis.protocol.totals.sample_table import SAMPLE_TABLE


def building(number, damage=None):
    x, y = ORIGIN[0] + 15 * (number % 20), ORIGIN[1] - 15 * (number // 20)
    likely = np.random.default_rng(number).dirichlet([2, 0.5, 0.5, 0.5]).tolist()
    best = int(np.argmax(likely))
    vote = Vote(Damage(best + 1), tuple(likely), max(likely), 1.0) if damage is None else Vote(damage, None, None, 0.0)
    return Building(box(x, y - 10, x + 10, y), UTM, vote, Source.MODEL)


@pytest.fixture
def result(tmp_path):
    """300 buildings, of which four cannot be seen."""
    path = tmp_path / "out.gpkg"
    write_result(path, [building(n, Damage.UNKNOWN if n < 4 else None) for n in range(300)])
    return path


def review(path, where, word):
    with closing(sqlite3.connect(path)) as database, database:
        for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            database.create_function(name, 1, lambda _: 0)
        database.execute(f"UPDATE damage SET review_class = ? WHERE {where}", [word])


def stored(path):
    with closing(sqlite3.connect(path)) as database:
        return database.execute(f"SELECT building_id, seed FROM {SAMPLE_TABLE} ORDER BY position").fetchall()


def test_draw_review_count(result, tmp_path, capsys):
    assert main(["sample", str(result), "--size", "60", "--seed", "5"]) == 0
    assert "60 buildings drawn, seed 5" in capsys.readouterr().out
    assert len(stored(result)) == 60
    review(result, f"building_id IN (SELECT building_id FROM {SAMPLE_TABLE})", "no-damage")
    table = tmp_path / "totals.csv"
    assert main(["totals", str(result), "--csv", str(table)]) == 0
    shown = capsys.readouterr().out
    assert "60 of 60 buildings of the sample have been reviewed" in shown
    with table.open(newline="") as file:
        rows = {row["category"]: row for row in csv.DictReader(file)}
    assert float(rows["no-damage"]["estimate"]) == pytest.approx(296)
    assert float(rows["unknown"]["estimate"]) == 4
    assert (float(rows["destroyed"]["estimate"]), float(rows["destroyed"]["low"])) == (0, 0)
    assert float(rows["destroyed"]["high"]) > 5
    page = tmp_path / "totals.html"
    assert main(["totals", str(result), "--report", str(page)]) == 0
    assert page.read_text().count("<rect") == 7
    assert "src=" not in page.read_text()
    capsys.readouterr()
    assert main(["totals", str(result), "--csv", str(table)]) == 2
    assert "--overwrite" in capsys.readouterr().err


def test_events(result, capsys):
    assert main(["sample", str(result), "--size", "60", "--events", "json"]) == 0
    drawn = json.loads(capsys.readouterr().out)
    assert (drawn["event"], drawn["buildings"], sum(drawn["counts"].values())) == ("result", 60, 60)
    assert main(["totals", str(result), "--events", "json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines] == ["total"] * 8 + ["result"]
    assert lines[0] == {
        "event": "total", "category": "buildings", "counted": 300, "estimate": None, "low": None, "high": None,
    }  # fmt: skip
    assert lines[-1]["counts"]["unknown"] == 4


def test_a_reviewed_sample_is_replaced_only_when_asked(result, capsys):
    main(["sample", str(result), "--size", "60"])
    first = stored(result)
    main(["sample", str(result), "--size", "60"])  # nobody has begun: another one costs nothing
    second = stored(result)
    assert first != second
    review(result, f"building_id = {second[0][0]}", "destroyed")
    capsys.readouterr()
    assert main(["sample", str(result), "--size", "60"]) == 2
    assert "1 of 60 buildings" in capsys.readouterr().err
    assert stored(result) == second
    assert main(["sample", str(result), "--size", "60", "--redraw"]) == 0
    assert len(stored(result)) == 61  # with the one that is known


def test_it_is_no_layer_and_no_work_of_somebody_else(result):
    before = contents(result)
    main(["sample", str(result), "--size", "20"])
    assert SAMPLE_TABLE not in [name for name, _ in pyogrio.list_layers(result)]
    assert foreign_tables(result) == set()
    assert contents(result) != before


def test_a_result_of_which_everything_is_reviewed(result, capsys):
    review(result, "1", "no-damage")
    assert main(["sample", str(result), "--size", "20"]) == 3
    assert "all are unknown or reviewed" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["sample", "--size", "9"], ["totals"]])
def test_what_is_no_result_is_said_in_one_line(command, tmp_path, capsys):
    text = tmp_path / "text.gpkg"
    text.write_text("no database")
    empty = tmp_path / "empty.gpkg"
    with closing(sqlite3.connect(empty)) as database, database:
        database.execute("CREATE TABLE damage (name TEXT)")
    for path in (text, empty, tmp_path / "nothing.gpkg"):
        assert main([*command, str(path)]) == 3
        error = capsys.readouterr().err
        assert error.startswith("error: ")
        assert error.count("\n") == 1


def test_a_file_that_is_written_to_is_left_alone(result, monkeypatch, capsys):
    monkeypatch.setattr("xview2_qgis.engine.sampling.result_file._PATIENCE_S", 0.05)
    with closing(sqlite3.connect(result, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert main(["sample", str(result), "--size", "9"]) == 3
    assert "end the edits" in capsys.readouterr().err


@pytest.mark.parametrize("size", ["0", "-1", "many", "1.5"])
def test_sizes_that_are_none(size, capsys):
    assert main(["sample", "out.gpkg", f"--size={size}"]) == 2
    assert "give a number above zero" in capsys.readouterr().err
