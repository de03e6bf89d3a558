"""The record of the suite."""

import json
from dataclasses import replace

import pytest

from benchmarks.performance.machine import Machine
from benchmarks.performance.outcome import Figure, Outcome, Table
from benchmarks.performance.record import read_record

from .records import LOST, NONE, WALL, record


def test_a_record_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "new" / "performance.json"
    whole = record(WALL, LOST, NONE)
    whole.write(path)
    assert read_record(path) == whole
    assert [file.name for file in path.parent.iterdir()] == ["performance.json"]


def test_a_part_takes_the_place_of_an_earlier_one():
    newer = replace(WALL, seconds=5.0)
    merged = record(WALL, LOST).with_part(newer)
    assert list(merged.parts.values()) == [newer, LOST]


@pytest.mark.parametrize("said", [[], {}, {"format": 2}, {"format": 1}, {"format": 1, "machine": {}, "parts": {}}])
def test_what_is_no_record_is_refused(said, tmp_path):
    path = tmp_path / "performance.json"
    path.write_text(json.dumps(said))
    with pytest.raises(ValueError, match=r"performance\.json is no record"):
        read_record(path)


def test_limits_are_kept_up_to_themselves():
    assert Figure("a", 1.05, limit=1.05).kept
    assert Figure("a", 9.0).kept
    assert not Figure("a", 1.051, limit=1.05).kept
    assert NONE.kept
    assert not LOST.kept
    assert not WALL.kept
    assert replace(WALL, outcome=Outcome(WALL.outcome.figures[:1])).kept


def test_rows_fit_their_table():
    with pytest.raises(ValueError, match="do not fit its 2 columns"):
        Table("Ways", ("way", "s"), (("one", 1.0), ("two",)))


def test_the_machine_is_known_and_has_no_name_of_a_host():
    here = Machine.here()
    assert here == Machine.here()
    assert here.cores >= 1
    assert {"python", "onnxruntime", "numpy"} <= set(here.versions)
