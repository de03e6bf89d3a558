"""The table of products and the readers that are not ours. The clicks themselves need a desktop."""

import json

from tests.packaging.scripts import script

delivering = script("releasing.delivering")
foreign_readers = script("releasing.clicking.foreign_readers")

LAYER = {"destroyed": 2, "no-damage": 3}
NOTES = [
    {"what": "layer", "counts": LAYER},
    {"what": "run", "product": "csv", "wrong": ""},
    {"what": "product", "product": "csv", "clicks": 2},
    {"what": "product", "product": "osm", "clicks": 2},
    {"what": "product", "product": "kml", "clicks": 3},
    {"what": "product", "product": "map", "clicks": 4},
]


def test_a_product_agrees_with_the_layer_or_the_table_says_no():
    found = {
        "csv": foreign_readers.Found("GDAL CSV", LAYER, "5 geometries"),
        "osm": foreign_readers.Found("GDAL OSM", {"building": 5}),
        "kml": foreign_readers.Found("GDAL LIBKML", {"destroyed": 3, "no-damage": 2}),
        "map": foreign_readers.Found("GDAL PDF", {}, "PDF 10×20"),
    }
    assert delivering.table_rows(NOTES, found) == [
        ("layer", "", "QGIS", "5: destroyed 2, no-damage 3", ""),
        ("csv", "2", "GDAL CSV", "5: destroyed 2, no-damage 3; 5 geometries", "yes"),
        ("osm", "2", "GDAL OSM", "5: building 5", "yes"),
        ("kml", "3", "GDAL LIBKML", "5: destroyed 3, no-damage 2", "NO"),
        ("map", "4", "GDAL PDF", "PDF 10×20", "–"),
    ]


def test_a_product_that_nobody_could_read_is_no_agreement():
    rows = delivering.table_rows(NOTES, {})
    assert {row[-1] for row in rows[1:]} == {"NO"}


def test_words_of_others_are_compared_by_their_number():
    found = foreign_readers.Found("GDAL GPKG", {"Destroyed": 1, "Possibly damaged": 4})
    assert found.agrees(LAYER)
    assert not found.agrees({"destroyed": 4})


def test_unknown_buildings_may_be_left_out_where_the_product_says_so():
    found = foreign_readers.Found("GDAL GeoJSON", LAYER)
    assert found.agrees({**LAYER, "unknown": 4}, 4)
    assert not found.agrees({**LAYER, "unknown": 4}, 3)
    assert not found.agrees({**LAYER, "unknown": 4})


def test_what_went_wrong_is_told():
    notes = [{"what": "run", "product": "csv", "wrong": "Execution failed"}, {"what": "failed", "text": "timeout"}]
    assert delivering.faults([*NOTES, *notes]) == ["csv Execution failed", "timeout"]


def test_numbers_in_pages_and_texts(tmp_path):
    page = tmp_path / "report.html"
    page.write_text("<style>p {9 buildings}</style><p><b>1,234</b> buildings were assessed</p>", encoding="utf-8")
    assert foreign_readers.read_report(page).classes == {"building": 1234}
    notes = "**Buildings**: 5 buildings. Destroyed: 2; Major damage: 0; Minor damage: 0; No damage: 3; Unknown: 0."
    (tmp_path / "hdx.json").write_text(json.dumps({"notes": notes}), encoding="utf-8")
    assert foreign_readers.read_hdx(tmp_path).classes == LAYER
