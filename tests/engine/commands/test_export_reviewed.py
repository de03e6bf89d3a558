"""``xview2 export-reviewed``: what it prints and reports."""

import json

import pytest

from tests.engine.drawn_houses import HOUSES
from tests.engine.retraining.reviewed_pair import assess_houses, review
from xview2_qgis.engine.cli import main


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    path = assess_houses(tmp_path_factory.mktemp("reviewed"))
    review(path, HOUSES, ["destroyed", "destroyed", None, None, None, None])
    return str(path)


def test_text(result, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["export-reviewed", result, "--output", str(out)]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"1 pairs of tiles in {out}")
    assert "  destroyed: 2\n  un-classified: 4\n" in told
    assert f"xview2-train check {out}" in told


def test_json(result, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["export-reviewed", result, "--output", str(out), "--events", "json", "--event", "ida"]) == 0
    *progress, end = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {event["event"] for event in progress} == {"progress"}
    assert end["output"] == str(out)
    assert end["buildings"] == 2
    assert end["counts"] == {"destroyed": 2, "un-classified": 4}
    assert end["figures"] == {"tiles": 1}
    assert (out / "labels" / "ida_00000000_post_disaster.json").is_file()


def test_bad_input_is_one_line(result, tmp_path, capsys):
    text = tmp_path / "text.gpkg"
    text.write_text("no database")
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").touch()
    out = ["--output", str(tmp_path / "out")]
    for command, code in (
        ([str(text), *out], 3),
        ([str(tmp_path / "nothing.gpkg"), *out], 3),
        ([result, str(text), *out], 3),
        ([result, "--output", str(full)], 2),
        ([result, "--output", str(text)], 2),
        ([result, "--output", str(text / "below")], 3),
        ([result], 2),
    ):
        assert main(["export-reviewed", *command]) == code, command
        error = capsys.readouterr().err
        assert error.startswith("error: ")
        assert error.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full", "text.gpkg"]
