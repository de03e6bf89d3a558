"""XLSX, read by openpyxl."""

import openpyxl
import pytest

from tests.engine.publish.published_town import PLACES, assert_discreet, expected, expected_counts, product, town
from xview2_qgis.engine.publish.tables import workbook
from xview2_qgis.protocol.products import PublishOptions


def rows_of(path, sheet):
    return list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))


def test_the_buildings(tmp_path):
    path, output = town(tmp_path, PLACES["metres"]), tmp_path / "out.xlsx"
    assert product(path, "xlsx", output).buildings == 14
    names, *rows = rows_of(output, "Buildings")
    table = [dict(zip(names, row, strict=True)) for row in rows]
    known = expected(path)
    assert [row["final_class"] for row in table] == list(known["final_class"])
    assert [row["area_m2"] for row in table] == pytest.approx(list(known["area_m2"].round(1)))
    assert [row["footprint_id"] for row in table][:4] == ["way/5", "w123", "'=1+2", "'+alert"]
    assert all(cell.data_type != "f" for row in openpyxl.load_workbook(output)["Buildings"] for cell in row)


def test_the_summary_adds_up(tmp_path):
    path, output = town(tmp_path, PLACES["metres"]), tmp_path / "out.xlsx"
    product(path, "xlsx", output)
    rows = {row[0]: row for row in rows_of(output, "Summary")[1:8]}
    counts, known = expected_counts(path), expected(path)
    for label, word in (("Destroyed", "destroyed"), ("Unknown", "unknown"), ("No damage", "no-damage")):
        assert rows[label][1:3] == (word, counts[word])
    assert rows["Destroyed"][3] == pytest.approx(counts["destroyed"] / 12)
    assert rows["Unknown"][3] is None
    assert rows["All buildings"][2] == 14
    assert rows["Minor damage or worse"][2] == 8
    assert rows["All buildings"][4] == pytest.approx(known["area_m2"].sum())
    assert rows["All buildings"][5] is None


def test_what_is_to_be_known(tmp_path):
    path, output = town(tmp_path, PLACES["metres"]), tmp_path / "out.xlsx"
    product(path, "xlsx", output, PublishOptions(contact="maps@example.org"))
    about = dict(rows_of(output, "About"))
    assert "not validated in the field" in about["Validation"]
    assert "EQ-2023-000015-TUR" in about["Event"]
    assert "WV-3" in about["Post-event image"]
    assert "© Vantor <2023>" in about["Post-event image"]
    assert "CC BY-NC 4.0" in about["Licence"]
    assert "1 of 14 buildings was checked" in about["Review"]
    assert about["Contact"] == "maps@example.org"
    assert_discreet(str(about))


def test_more_rows_than_a_sheet_has(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "ROWS_OF_A_SHEET", 6)
    path, output = town(tmp_path, PLACES["metres"]), tmp_path / "out.xlsx"
    product(path, "xlsx", output)
    assert openpyxl.load_workbook(output).sheetnames == ["Buildings", "Buildings 2", "Buildings 3", "Summary", "About"]
    numbers = [row[0] for name in ("Buildings", "Buildings 2", "Buildings 3") for row in rows_of(output, name)[1:]]
    assert numbers == list(range(1, 15))


def test_the_same_bytes_again(tmp_path):
    path = town(tmp_path, PLACES["metres"])
    for name in ("a.xlsx", "b.xlsx"):
        product(path, "xlsx", tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
