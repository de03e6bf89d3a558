"""Files that OGR opens only when it is told how: what is in them is compared with what was put in."""

import gzip
import io
import json
import zipfile

import geopandas
import pytest
import shapely

from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.run.json_events import JsonEvents
from xview2_qgis.engine.scene.area_layer import read_area
from xview2_qgis.engine.vector.file import VectorFile, vector_file

SQUARES = [shapely.box(20 + i, 49, 20.5 + i, 49.5) for i in range(3)]
GOOGLE = "latitude,longitude,area_in_meters,confidence,geometry,full_plus_code"


def google(outlines, separator=","):
    rows = [
        separator.join(["49.2", "20.2", "31.5", "0.8", f'"{outline}"', f"8FXC{i}+AA"])
        for i, outline in enumerate(outlines)
    ]
    return "\n".join([GOOGLE.replace(",", separator), *rows])


def lines(shapes):
    return "\n".join(
        json.dumps({"type": "Feature", "properties": {"height": -1.0}, "geometry": shapely.geometry.mapping(shape)})
        for shape in shapes
    )


def area(path):
    stream = io.StringIO()
    found = read_area(str(path), JsonEvents(stream))
    return found, [json.loads(line)["code"] for line in stream.getvalue().splitlines()]


def packed(path, text):
    path.write_bytes(gzip.compress(text.encode()))
    return path


def test_open_buildings_of_google(tmp_path):
    plain = tmp_path / "0df.csv"
    plain.write_text(google(shape.wkt for shape in SQUARES))
    for path in (plain, packed(tmp_path / "0df_buildings.csv.gz", plain.read_text())):
        found, told = area(path)
        assert found.geometry.equals(shapely.union_all(SQUARES))
        assert found.crs.to_epsg() == 4326
        assert told == ["aoi-crs-assumed"]


def test_building_footprints_of_microsoft_are_lines_of_geojson_whatever_their_name(tmp_path):
    for path in (packed(tmp_path / "part-00001.c000.csv.gz", lines(SQUARES)), tmp_path / "a.geojsonl"):
        if path.suffix != ".gz":
            path.write_text(lines(SQUARES))
        found, told = area(path)
        assert found.geometry.equals(shapely.union_all(SQUARES))
        assert (found.crs.to_epsg(), told) == (4326, [])


def test_packed_geojson_and_shapefiles_in_archives(tmp_path):
    frame = geopandas.GeoDataFrame(geometry=SQUARES, crs=4326)
    frame.to_file(tmp_path / "a.geojson")
    paths = [packed(tmp_path / "b.geojson.gz", (tmp_path / "a.geojson").read_text())]
    frame.to_file(tmp_path / "s.shp")
    for name, folder in (("flat.zip", ""), ("deep.zip", "in/a folder/")):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for part in ("shp", "shx", "dbf", "prj"):
                archive.write(tmp_path / f"s.{part}", f"{folder}s.{part}")
        paths.append(tmp_path / name)
    for path in paths:
        assert area(path)[0].geometry.equals(shapely.union_all(SQUARES)), path


def test_a_table_with_outlines_under_any_name(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(f'id;Umriss\n1;"{SQUARES[0].wkt}"\n2;"{SQUARES[1].wkt}"\n')
    assert vector_file(str(path)).options[0] == "GEOM_POSSIBLE_NAMES=Umriss"
    with pytest.raises(InputError, match=r"t\.prj") as caught:
        area(path)
    assert caught.value.code == "aoi-crs"
    (tmp_path / "t.prj").write_text(geopandas.GeoSeries(crs=4326).crs.to_wkt("WKT1_GDAL"))
    assert area(path)[0].geometry.equals(shapely.union(*SQUARES[:2]))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,lat,lon\n1,49.2,20.1", "holds points (lat, lon)"),
        ("id;Latitude;Longitude\n1;49,2;20,1", "holds points (Latitude, Longitude)"),
        ("a,b\n1,2", "is a table without geometry"),
        ("", "is a table without geometry"),
        (google(["POLYGON((20,5 49,1, 20,6 49,1, 20,6 49,2, 20,5 49,1))"], ";"), "commas as decimal marks"),
    ],
)
def test_tables_of_no_use_are_refused_with_the_reason(tmp_path, text, words):
    path = tmp_path / "t.csv"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        area(path)
    assert caught.value.code == "aoi-type"
    assert words in caught.value.message


def test_archives_of_no_use_are_refused_with_the_reason(tmp_path):
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.gpkg", "")
        archive.writestr("b.geojson", "")
        archive.writestr("__MACOSX/._b.geojson", "")
    cut = gzip.compress(lines(SQUARES).encode())[:-9]
    (tmp_path / "cut.csv.gz").write_bytes(cut)
    for name, words in (("two.zip", "several files (a.gpkg, b.geojson)"), ("cut.csv.gz", "no complete gzip file")):
        with pytest.raises(InputError) as caught:
            area(tmp_path / name)
        assert caught.value.code == "aoi-open"
        assert words in caught.value.message


def test_everything_else_is_left_to_gdal(tmp_path):
    path = tmp_path / "a.gpkg"
    path.write_bytes(b"")
    for text in (str(path), "missing.csv", "/vsizip/a.zip/b.csv", "PG:dbname=x", '{"type": "Polygon"}', str(tmp_path)):
        assert vector_file(text) == VectorFile(text)
    table = tmp_path / "a.csv"
    table.write_text("x")
    assert vector_file(str(table), ("SEPARATOR=TAB",)).open_options == {"SEPARATOR": "TAB"}


def test_archives_with_texts_beside_the_layer_and_with_a_geodatabase(tmp_path):
    frame = geopandas.GeoDataFrame(geometry=SQUARES, crs="EPSG:4326")
    frame.to_file(tmp_path / "houses.shp")
    frame.to_file(tmp_path / "houses.gdb", driver="OpenFileGDB")
    with zipfile.ZipFile(tmp_path / "shape.zip", "w") as archive:
        for part in tmp_path.glob("houses.s*"):
            archive.write(part, f"in/{part.name}")
        for part in (*tmp_path.glob("houses.dbf"), *tmp_path.glob("houses.prj")):
            archive.write(part, f"in/{part.name}")
        archive.writestr("in/readme.txt", "name,meaning")
        archive.writestr("columns.csv", "name,meaning")
    with zipfile.ZipFile(tmp_path / "base.zip", "w") as archive:
        for part in (tmp_path / "houses.gdb").iterdir():
            archive.write(part, f"in/houses.gdb/{part.name}")
    for name in ("shape.zip", "base.zip"):
        assert area(tmp_path / name)[0].geometry.equals(shapely.union_all(SQUARES))
