"""``xview2 score`` from end to end."""

import csv
import json

import pytest

from tests.engine.result_scene import write_result
from tests.engine.scoring.test_comparison import AREA, FOUND, TRUE, write_reference
from xview2_qgis.engine.cli import main


@pytest.fixture
def files(tmp_path):
    result = tmp_path / "result.gpkg"
    write_result(result, FOUND, area=AREA)
    return str(result), str(write_reference(tmp_path / "true.gpkg", TRUE))


def test_text_csv_and_report(files, tmp_path, capsys):
    result, reference = files
    table, report = tmp_path / "figures.csv", tmp_path / "accuracy.html"
    command = ["score", result, "--reference", reference, "--csv", str(table), "--report", str(report)]
    assert main(command) == 0
    assert "Localization F1" in capsys.readouterr().out
    with table.open(newline="") as file:
        rows = {(row["section"], row["row"], row["column"]): row["value"] for row in csv.DictReader(file)}
    assert float(rows["buildings", "localization_f1", ""]) == pytest.approx(0.8)
    assert rows["confusion", "Destroyed", "Missed or no class"] == "1"
    assert "true.gpkg" in report.read_text()
    assert main(command) == 2
    assert main([*command, "--overwrite"]) == 0
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_reference_is_never_replaced(files, tmp_path, capsys):
    result, _ = files
    table = tmp_path / "true.csv"
    table.write_text('damage,WKT\n4,"POINT (1 1)"\n')
    link = tmp_path / "other.csv"
    link.hardlink_to(table)
    assert main(["score", result, "--reference", str(table), "--csv", str(link), "--overwrite"]) == 2
    assert "is an input" in capsys.readouterr().err
    assert table.read_text().startswith("damage")


def test_events(files, capsys):
    result, reference = files
    assert main(["score", result, "--reference", reference, "--events", "json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines] == ["warning", "result"]
    figures = lines[-1]["figures"]
    assert figures["pixels_localization_f1"] == pytest.approx(0.8, abs=0.01)
    assert figures["buildings_localization_precision"] == pytest.approx(0.8)
    assert "buildings_damage_f1_major_damage" not in figures  # there is none


def test_bad_input_is_one_line(files, tmp_path, capsys):
    result, reference = files
    text = tmp_path / "text.geojson"
    text.write_text("{")
    for command, code in (
        (["score", result, "--reference", str(text)], 3),
        (["score", reference, "--reference", reference], 3),
        (["score", "nothing.gpkg", "--reference", reference], 3),
        (["score", result, "--reference", reference, "--csv", str(tmp_path / "a.txt")], 2),
        (["score", result, "--reference", reference, "--csv", result, "--overwrite"], 2),
        (["score", result], 2),
    ):
        assert main(command) == code
        error = capsys.readouterr().err
        assert error.startswith("error: ")
        assert error.count("\n") == 1
