"""``xview2 adapt``: what it prints and reports."""

import json

import pytest

from tests.engine.adaptation.reviewed_scene import write_reviewed
from xview2_qgis.engine.cli import main


@pytest.fixture
def result(tmp_path):
    path = tmp_path / "damage.gpkg"
    write_reviewed(path)
    return path


def test_json_events_of_all_three_actions(result, capsys):
    told = []
    for option in (["--dry-run"], [], ["--undo"]):
        assert main(["adapt", str(result), *option, "--events", "json"]) == 0
        (line,) = capsys.readouterr().out.splitlines()
        told.append(json.loads(line))
    dry, done, undone = told
    assert {event["event"] for event in told} == {"result"}
    assert dry["output"] == str(result)
    assert dry["figures"] == done["figures"]
    assert dry["figures"]["labels"] == 60
    assert dry["figures"]["helps"] == 1
    assert dry["figures"]["accuracy_after"] > dry["figures"]["accuracy_before"]
    assert sum(done["counts"].values()) == done["buildings"] == 120
    assert undone["figures"] == {"undone": 120}


def test_text(result, tmp_path, capsys):
    assert main(["adapt", str(result), "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith("adapting would help: on 60 reviewed buildings the accuracy goes from 0.")
    assert main(["adapt", str(result), "--output", str(tmp_path / "copy.gpkg")]) == 0
    assert capsys.readouterr().out.startswith("adapted: on 60 reviewed buildings")
    assert main(["adapt", str(result), "--undo"]) == 0
    assert "nothing to take back" in capsys.readouterr().out


def test_errors(tmp_path, capsys):
    assert main(["adapt", str(tmp_path / "no.gpkg"), "--events", "json"]) == 3
    assert json.loads(capsys.readouterr().out)["code"] == "result-open"
    assert main(["adapt", "x.gpkg", "--undo", "--dry-run"]) == 2
    assert "not allowed with" in capsys.readouterr().err
