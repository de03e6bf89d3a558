"""Pages of features against the polygons that were written."""

import geopandas
import numpy as np
import pytest
import shapely

from tests.engine.probability_scene import silent
from xview2_qgis.engine.vector.features import feature_pages, is_empty, without_outline
from xview2_qgis.engine.vector.purpose import FOOTPRINTS
from xview2_qgis.engine.vector.source import READ_ERRORS, open_polygons

BOXES = shapely.box(np.arange(30) * 2.0, 0, np.arange(30) * 2.0 + 1, 1)
WEST, EAST = (-1.0, -1.0, 9.5, 2.0), (40.5, 0.5, 45.0, 9.0)


def layer(path, shapes=BOXES, condition="", **columns):
    geopandas.GeoDataFrame(
        columns, geometry=list(shapes), crs=4326 if str(path).endswith("geojsonl") else 32633
    ).to_file(path)
    return open_polygons(f"{path}{condition}", FOOTPRINTS, silent()).layers[0]


@pytest.mark.parametrize("suffix", ["gpkg", "fgb", "shp", "gml", "geojsonl"])
@pytest.mark.parametrize("boxes", [None, [WEST], [WEST, EAST]])
def test_all_formats_give_what_meets_the_boxes_once(tmp_path, monkeypatch, suffix, boxes):
    monkeypatch.setattr("xview2_qgis.engine.vector.features._PAGE", 4)
    path = tmp_path / f"a.{suffix}"
    frame = geopandas.GeoDataFrame(geometry=list(BOXES), crs=4326 if suffix == "geojsonl" else 32633)
    frame.to_file(path, **({"driver": "GeoJSONSeq"} if suffix == "geojsonl" else {}))
    source = open_polygons(str(path), FOOTPRINTS, silent()).layers[0]
    found = [shape for page in feature_pages(source, boxes) for shape in page.polygons.shapes]
    wanted = [box for box in BOXES if boxes is None or any(box.intersects(shapely.box(*edges)) for edges in boxes)]
    assert len(found) == len(wanted)
    assert shapely.union_all(found).equals(shapely.union_all(wanted))


@pytest.mark.parametrize("suffix", ["gpkg", "fgb", "shp", "geojsonl"])
def test_a_layer_that_breaks_off_is_an_error(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    shapes = shapely.box(np.arange(2000) * 2e-3, 0, np.arange(2000) * 2e-3 + 1e-3, 1)
    source = layer(path, shapes)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2 + 7])
    with pytest.raises(READ_ERRORS):
        list(feature_pages(source))


def test_reading_stops_where_it_is_asked_to(tmp_path, monkeypatch):
    monkeypatch.setattr("xview2_qgis.engine.vector.features._PAGE", 4)
    pages = feature_pages(layer(tmp_path / "a.gpkg"), check=iter([None, None]).__next__)
    assert len(next(pages).fids) == 4
    next(pages)
    with pytest.raises(RuntimeError):  # a generator turns StopIteration into this
        next(pages)


def test_a_statement_is_a_filter_too(tmp_path):
    source = layer(tmp_path / "a.gpkg", condition="|subset=SELECT * FROM a WHERE id % 7 = 3", id=range(30))
    ids = [name for page in feature_pages(source, [WEST, EAST], ["id"]) for name in page.ids]
    assert ids == ["3"]
    assert not is_empty(source)


def test_what_has_no_outline_is_counted_and_no_feature_is_none(tmp_path):
    shapes = [BOXES[0], None, None, BOXES[1]]
    source = layer(tmp_path / "a.gpkg", shapes)
    assert without_outline(source, 10).sum() == 2
    assert len(without_outline(source, 3)) == 0
    assert not is_empty(source)
    assert is_empty(layer(tmp_path / "b.gpkg", shapes, "|subset=id > 9", id=range(4)))


@pytest.mark.parametrize(
    ("written", "told", "wrong"),
    [("UTF-8", "ISO-8859-1", 2), ("cp932", "ISO-8859-1", 1), ("UTF-8", "UTF-8", 0), ("ISO-8859-1", "ISO-8859-1", 0)],
)
def test_letters_read_in_another_code_page_are_counted(tmp_path, written, told, wrong):
    ids = ["1", "Haus é", "Ü"] if written != "cp932" else ["1", "2", "東京"]
    frame = geopandas.GeoDataFrame({"id": ids}, geometry=list(BOXES[:3]), crs=32633)
    frame.to_file(tmp_path / "a.shp", encoding=written)
    (tmp_path / "a.cpg").write_text(told)
    source = open_polygons(str(tmp_path / "a.shp"), FOOTPRINTS, silent()).layers[0]
    (page,) = feature_pages(source, None, ["id"])
    assert page.wrong_letters == wrong
