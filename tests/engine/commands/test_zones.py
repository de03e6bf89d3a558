"""``xview2 zones`` from end to end."""

import json

import geopandas
import pytest

from tests.engine.result_scene import write_result
from tests.engine.zones.test_product import AREA, BUILDINGS, LEFT, RIGHT
from tests.engine.zones.zone_scene import write_layer
from xview2_qgis.engine.cli import main


@pytest.fixture
def result(tmp_path):
    path = tmp_path / "result.gpkg"
    write_result(path, BUILDINGS, area=AREA)
    return str(path)


def test_polygons(result, tmp_path, capsys):
    zones = write_layer(tmp_path / "districts.geojson", [LEFT, RIGHT], label=["West", "East"], code=["a", "b"])
    output = tmp_path / "zones.gpkg"
    command = ["zones", result, "--zones", zones, "--output", str(output)]
    assert main(command) == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["  buildings: 10, of these outside all zones: 0"]
    assert geopandas.read_file(output, layer="zones")["name"].tolist() == ["West", "East"]
    assert main(command) == 2
    assert main([*command, "--zone-name", "code", "--overwrite", "--table", str(tmp_path / "zones.csv")]) == 0
    assert (tmp_path / "zones.csv").read_text().splitlines()[1].startswith("a,assessed,")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("kind", [["--grid", "50"], ["--h3", "11"]])
def test_cells_as_events(result, tmp_path, capsys, kind):
    assert main(["zones", result, *kind, "--output", str(tmp_path / "z.xlsx"), "--events", "json"]) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["event"] == "result"
    assert last["buildings"] == 10
    assert last["counts"]["minor-damage"] == 2
    assert last["figures"]["outside"] == 0
    assert last["figures"]["zones"] >= 8


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--grid", "50", "--zones", "a"], 2), ([], 2), (["--grid", "0"], 2), (["--h3", "16"], 2),
        (["--grid", "50", "--zone-name", "a"], 2), (["--zones", "missing.gpkg"], 3),
    ],
)  # fmt: skip
def test_wrong_usage_is_one_line(result, tmp_path, capsys, arguments, code):
    assert main(["zones", result, *arguments, "--output", str(tmp_path / "z.gpkg")]) == code
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "z.gpkg").exists()


def test_the_output_is_checked_first(result, tmp_path, capsys):
    assert main(["zones", result, "--grid", "50", "--output", str(tmp_path / "z.shp")]) == 2
    assert "does not end in .gpkg" in capsys.readouterr().err
    assert main(["zones", str(tmp_path / "no.gpkg"), "--grid", "50", "--output", str(tmp_path / "z.gpkg")]) == 3
    assert main(["zones", result, "--grid", "50", "--output", result, "--overwrite"]) == 2
