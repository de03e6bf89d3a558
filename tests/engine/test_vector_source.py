"""Paths of layers as QGIS writes them, and what is said when they cannot be opened."""

import geopandas
import pyogrio
import pytest
import shapely

from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.vector_source import VectorSource, opening


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a/b.gpkg", VectorSource("a/b.gpkg", 0, None)),
        ("b.gpkg|layername=roofs", VectorSource("b.gpkg", "roofs", None)),
        ("b.gpkg|layerid=2", VectorSource("b.gpkg", 2, None)),
        ("b.gpkg|layerid=", VectorSource("b.gpkg", 0, None)),
        ("b.gpkg|layername=roofs|layerid=2", VectorSource("b.gpkg", "roofs", None)),
        ("b.shp|subset=kind = 'a' AND n >= 2", VectorSource("b.shp", 0, "kind = 'a' AND n >= 2")),
        ("b.gpkg|layername=a b|subset=n=1|geometrytype=Polygon", VectorSource("b.gpkg", "a b", "n=1")),
    ],
)
def test_the_additions_of_qgis(text, expected):
    assert VectorSource.parse(text) == expected


def test_a_source_is_called_by_its_file():
    assert VectorSource("a/b.gpkg", "roofs").name == "b.gpkg"
    assert VectorSource("/").name == "…"


def test_the_layer_and_the_features_that_were_chosen_are_read(tmp_path):
    path = tmp_path / "two.gpkg"
    for layer, count in (("few", 2), ("many", 5)):
        boxes = [shapely.box(i, 0, i + 1, 1) for i in range(count)]
        geopandas.GeoDataFrame({"n": range(count)}, geometry=boxes, crs="EPSG:32633").to_file(path, layer=layer)
    with opening(f"{path}|layername=many|subset=n >= 2", "the footprints", "footprints-open") as source:
        frame = pyogrio.read_dataframe(source.path, layer=source.layer, where=source.condition)
    assert list(frame["n"]) == [2, 3, 4]


def failure(path, code="aoi-open"):
    with pytest.raises(InputError) as caught, opening(str(path), "the area of interest", code) as source:
        pyogrio.read_info(source.path, layer=source.layer)
    assert caught.value.code == code
    return f"{caught.value.message}: {caught.value.hint}"


def test_what_cannot_be_opened_is_told(tmp_path):
    missing = tmp_path / "missing.gpkg"
    assert failure(missing) == f"there is no file {missing}: check the path of the area of interest"
    text = tmp_path / "notes.txt"
    text.write_text("no polygons here")
    assert failure(text).startswith("cannot read the area of interest from notes.txt: give a polygon layer")
    archive = tmp_path / "a!b.gpkg"
    archive.write_text("no polygons here")
    assert "rename it" in failure(archive)
    layers = tmp_path / "one.gpkg"
    geopandas.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:32633").to_file(layers, layer="a")
    assert failure(f"{layers}|layername=b").startswith("cannot read the area of interest from one.gpkg")
    assert failure(f"{layers}|layerid=x", "footprints-open").startswith(
        "cannot read the area of interest from one.gpkg"
    )
    assert len(failure("n" * 5000)) < 400
    assert failure('{"type": "Polygon", "coordinates": [[[0, 0], ' + "[1, 1], " * 900).startswith(
        "cannot read the area"
    )


def test_surfaces_that_nobody_draws_are_refused_in_one_line(tmp_path):
    path = tmp_path / "tin.geojson"
    wkt = "TIN (((0 0 0,0 1 0,1 1 0,0 0 0)))"
    path = tmp_path / "tin.csv"
    path.write_text(f'id,WKT\n1,"{wkt}"\n')
    with pytest.raises(InputError) as caught, opening(str(path), "the area of interest", "aoi-open") as source:
        pyogrio.read_dataframe(source.path, layer=source.layer)
    assert caught.value.code == "aoi-open"


def test_an_error_with_its_own_words_passes():
    with pytest.raises(InputError, match="only points"), opening("a.gpkg", "the area of interest", "aoi-open"):
        raise InputError("only points", "draw polygons", "aoi-type")
