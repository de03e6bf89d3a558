"""Which layers of a source count, and what is said when one cannot be opened or read."""

import io
import json
import os

import geopandas
import pytest
import shapely

from tests.engine.probability_scene import silent
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.run.json_events import JsonEvents
from xview2_qgis.engine.vector.features import feature_pages
from xview2_qgis.engine.vector.purpose import AREA, FOOTPRINTS
from xview2_qgis.engine.vector.source import open_polygons, reading

SQUARE = shapely.box(1, 1, 2, 2)


def written(path, layer=None, geometry=SQUARE, crs="EPSG:4326", **options):
    kwargs = {"layer": layer} if layer else {}
    geopandas.GeoDataFrame({"n": [1]}, geometry=[geometry], crs=crs).to_file(path, **kwargs, **options)
    return str(path)


def layers(address, purpose=AREA):
    stream = io.StringIO()
    source = open_polygons(str(address), purpose, JsonEvents(stream))
    return [layer.layer for layer in source.layers], [json.loads(line) for line in stream.getvalue().splitlines()]


def read(path, purpose):
    with reading(path, purpose):
        for layer in open_polygons(path, purpose, silent()).layers:
            list(feature_pages(layer))


def failure(path, code="aoi-open", purpose=AREA):
    with pytest.raises(InputError) as caught:
        read(str(path), purpose)
    assert caught.value.code == code
    return f"{caught.value.message}: {caught.value.hint}"


def kml(path, **folders):
    ring = "<LinearRing><coordinates>1,1 2,1 2,2 1,1</coordinates></LinearRing>"
    shapes = {
        "polygon": f"<Polygon><outerBoundaryIs>{ring}</outerBoundaryIs></Polygon>",
        "point": "<Point><coordinates>1,1</coordinates></Point>",
    }
    text = "".join(
        f"<Folder><name>{name}</name><Placemark>{shapes[kind]}</Placemark></Folder>" for name, kind in folders.items()
    )
    path.write_text(f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{text}</Document></kml>')
    return path


def test_all_polygon_layers_count_and_are_named(tmp_path):
    names, events = layers(kml(tmp_path / "a.kml", North="polygon", South="polygon"), FOOTPRINTS)
    assert names == ["North", "South"]
    assert [event["code"] for event in events] == ["footprints-layers"]
    assert "North, South" in events[0]["message"]
    assert layers(f"{tmp_path / 'a.kml'}|layername=South") == (["South"], [])
    assert layers(f"{tmp_path / 'a.kml'}|layerid=1") == ([1], [])


def test_layers_without_polygons_do_not_count(tmp_path):
    path = written(tmp_path / "a.gpkg", "roads", shapely.LineString([(0, 0), (1, 1)]))
    written(path, "houses")
    written(path, "wells", shapely.Point(1, 1))
    assert layers(path) == (["houses"], [])


@pytest.mark.parametrize(("purpose", "expected"), [(AREA, "assessed_area"), (FOOTPRINTS, "damage")])
def test_of_a_result_the_layer_that_suits_counts(tmp_path, purpose, expected):
    path = written(tmp_path / "result.gpkg", "damage")
    written(path, "assessed_area")
    assert layers(path, purpose) == ([expected], [])
    assert layers(f"{path}|layername=assessed_area", FOOTPRINTS) == (["assessed_area"], [])


def test_what_cannot_be_opened_is_told(tmp_path):
    missing = tmp_path / "missing.gpkg"
    assert failure(missing) == f"there is no file {missing}: check the path of the area of interest"
    text = tmp_path / "notes.doc"
    text.write_text("no polygons here")
    assert failure(text).startswith("cannot read the area of interest from notes.doc: give a polygon layer")
    archive = tmp_path / "a!b.gpkg"
    archive.write_text("no polygons here")
    assert "rename it" in failure(archive)
    path = written(tmp_path / "one.gpkg", "a")
    assert failure(f"{path}|layername=b") == "there is no layer “b” in one.gpkg: it holds a"
    assert failure(f"{path}|layerid=x", "footprints-open", FOOTPRINTS).startswith("cannot read the footprints from")
    assert "filter" in failure(f"{path}|subset=nonsense ((")
    assert "PRELUDE_STATEMENTS" in failure(f"{path}|option:PRELUDE_STATEMENTS=DROP TABLE a")
    assert failure(f"{path}|geometrytype=Point", "aoi-type").startswith("one.gpkg holds no polygons")
    assert len(failure("n" * 5000)) < 400
    assert failure('{"type": "Polygon", "coordinates": [[[0, 0], ' + "[1, 1], " * 900).startswith(
        "cannot read the area"
    )


def test_a_filter_counts_for_the_layers_that_it_fits(tmp_path):
    path = written(tmp_path / "a.gpkg", "first")
    geopandas.GeoDataFrame({"other": [1]}, geometry=[SQUARE], crs=4326).to_file(path, layer="second")
    names, events = layers(f"{path}|subset=n = 1")
    assert names == ["first"]
    assert "second" in events[0]["message"]


def test_a_statement_may_ask_another_layer(tmp_path):
    path = written(tmp_path / "a.gpkg", "first")
    geopandas.GeoDataFrame({"n": [5]}, geometry=[SQUARE], crs=4326).to_crs(32631).to_file(path, layer="second")
    (layer,) = open_polygons(f"{path}|subset=SELECT * FROM second WHERE n = 5", AREA, silent()).layers
    assert layer.crs.to_epsg() == 32631
    assert sum(len(page.polygons.shapes) for page in feature_pages(layer)) == 1
    assert "filter" in failure(f"{path}|subset=SELECT * FROM third")


def test_a_shapefile_without_its_index_is_told(tmp_path):
    path = written(tmp_path / "a.shp")
    (tmp_path / "a.shx").unlink()
    assert ".shx is missing" in failure(path)


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_layer_without_crs_is_named(tmp_path):
    path = written(tmp_path / "a.gpkg", "first")
    written(path, "second", crs=None)
    assert "layer second" in failure(path, "aoi-crs")


def test_field_names_in_another_code_page_do_not_stop_the_run(tmp_path):
    frame = geopandas.GeoDataFrame({"id": ["Gebäude"], "Straße": ["x"]}, geometry=[SQUARE], crs=4326)
    frame.to_file(tmp_path / "a.shp", encoding="ISO-8859-1")
    (tmp_path / "a.cpg").write_text("UTF-8")
    names, events = layers(tmp_path / "a.shp")
    assert names == [0]
    assert [event["code"] for event in events] == ["aoi-letters"]
    assert "a.cpg" in events[0]["message"]


def test_an_error_with_its_own_words_passes():
    with pytest.raises(InputError, match="only points"), reading("a.gpkg", AREA):
        raise InputError("only points", "draw polygons", "aoi-type")


@pytest.mark.parametrize("addition", ["layername=nope", "layerid=7"])
def test_a_layer_that_is_not_there_is_told_with_those_that_are(tmp_path, addition):
    path = written(tmp_path / "a.gpkg", "north")
    written(path, "south")
    told = failure(f"{path}|{addition}")
    assert told.startswith("there is no layer")
    assert told.endswith("in a.gpkg: it holds north, south")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_pipes_are_found_before_gdal_waits_for_them(tmp_path):
    os.mkfifo(tmp_path / "pipe.geojson")
    assert "pipe.geojson is no file but a pipe" in failure(tmp_path / "pipe.geojson")
    assert "pipe.geojson is no file but a pipe" in failure(f"GeoJSON:{tmp_path / 'pipe.geojson'}")
    os.mkfifo(tmp_path / "area.gfs")
    (tmp_path / "area.gml").write_text("<a/>")
    assert "area.gfs is no file but a pipe" in failure(f"{tmp_path / 'area.gml'}|layername=a")


def test_reading_gml_leaves_nothing_beside_it(tmp_path):
    folder = tmp_path / "a & b, %20"
    folder.mkdir()
    for name in ("area.gml", "area.gpkg"):  # what it is called does not matter
        path = folder / name
        path.write_text(
            '<f:FeatureCollection xmlns:f="http://ogr.maptools.org/" xmlns:gml="http://www.opengis.net/gml">'
            '<gml:featureMember><f:a fid="1"><f:g><gml:Polygon srsName="EPSG:4326"><gml:outerBoundaryIs>'
            "<gml:LinearRing>"
            "<gml:coordinates>1,1 2,1 2,2 1,1</gml:coordinates></gml:LinearRing></gml:outerBoundaryIs></gml:Polygon>"
            "</f:g></f:a></gml:featureMember></f:FeatureCollection>"
        )
        read(str(path), AREA)
        assert [file.name for file in folder.iterdir()] == [name]
        path.unlink()
