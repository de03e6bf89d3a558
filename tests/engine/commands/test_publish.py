"""``xview2 publish`` from end to end."""

import json

import pyogrio
import pytest

from tests.engine.publish.published_scenes import town
from xview2_qgis.engine.cli import main


def test_text(tmp_path, capsys):
    output = tmp_path / "package"
    assert (
        main(["publish", str(town(tmp_path)), "--as", "cems", "--output", str(output), "--activation", "EMSR884"]) == 0
    )
    told = capsys.readouterr().out
    assert "Copernicus EMS grading package: 10 buildings" in told
    assert "Possibly damaged: 2" in told
    assert (output / "EMSR884_AOI01_GRA_PRODUCT_v1.gpkg").is_file()


def test_json(tmp_path, capsys):
    output = tmp_path / "sites.gpkg"
    command = ["publish", str(town(tmp_path)), "--as", "unosat", "--output", str(output), "--events", "json"]
    assert main([*command, "--low-confidence", "0.8"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    result = lines[-1]
    assert (result["event"], result["output"], result["buildings"]) == ("result", str(output), 8)
    assert result["counts"]["Possible Damage"] == 6
    assert result["figures"] == {"left_out": 2.0}
    assert set(result["layers"]) == {name for name, _ in pyogrio.list_layers(output)} - {"layer_styles"}
    assert main(command) == 2


@pytest.mark.parametrize(
    "options",
    [("--low-confidence", "2"), ("--low-confidence", "nan"), ("--product-version", "0"), ("--as", "shapefiles"),
     ("--contact", "two\nlines"), ("--activation", "42")],
)  # fmt: skip
def test_wrong_usage(tmp_path, capsys, options):
    command = ["publish", str(town(tmp_path)), "--as", "cems", "--output", str(tmp_path / "package"), *options]
    assert main(command) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["town.gpkg"]


def test_what_is_no_result(tmp_path, capsys):
    (tmp_path / "a.gpkg").write_text("no database")
    assert main(["publish", str(tmp_path / "a.gpkg"), "--as", "fema", "--output", str(tmp_path / "b.gpkg")]) == 3
    assert "is no result of this program" in capsys.readouterr().err
