"""Addresses of layers as QGIS writes them; ``tests/plugin/test_layer_address.py`` compares with QGIS itself."""

import pytest

from xview2_qgis.engine.access.layer_address import LayerAddress


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a/b.gpkg", LayerAddress("a/b.gpkg")),
        ("b.gpkg|layername=roofs", LayerAddress("b.gpkg", "roofs")),
        ("b.gpkg|LAYERNAME=a=b ü", LayerAddress("b.gpkg", "a=b ü")),
        ("b.gpkg|layerid=2", LayerAddress("b.gpkg", 2)),
        ("b.gpkg|layerid=", LayerAddress("b.gpkg", 0)),
        ("b.gpkg|layername=roofs|layerid=2", LayerAddress("b.gpkg", "roofs")),
        ("b.shp|subset=kind = 'a' AND n >= 2", LayerAddress("b.shp", None, "kind = 'a' AND n >= 2")),
        ("b.gpkg|layername=h|subset=a || ' | ' || b = 'x'", LayerAddress("b.gpkg", "h", "a || ' | ' || b = 'x'")),
        ("b.gpkg|subset=a\n= 1\n|layername=h", LayerAddress("b.gpkg", "h", "a\n= 1\n")),
        ("b.gpkg|layername=a|subset=n=1|geometrytype=Polygon", LayerAddress("b.gpkg", "a", "n=1", "Polygon")),
        ("b.csv|option:SEPARATOR=COMMA|option:A=B", LayerAddress("b.csv", options=("SEPARATOR=COMMA", "A=B"))),
        ("C:\\a b\\c.gpkg|uniqueGeometryType=yes|layername=x", LayerAddress("C:\\a b\\c.gpkg", "x")),
        ("a|b.gpkg|layername=x", LayerAddress("a|b.gpkg", "x")),
        ("b.gpkg authcfg='abc1234'|credential:K=V|layername=x", LayerAddress("b.gpkg", "x")),
    ],
)
def test_the_additions_of_qgis(text, expected):
    assert LayerAddress.parse(text) == expected


def test_a_file_that_is_called_like_an_address_is_that_file(tmp_path):
    path = tmp_path / "a|layername=b.geojson"
    path.touch()
    assert LayerAddress.parse(str(path)) == LayerAddress(str(path))
    assert LayerAddress.parse(f"{path}|layername=c").layer == "b.geojson"  # as QGIS reads it
    assert LayerAddress.parse("a\0b|layerid=1") == LayerAddress("a\0b", 1)


def test_a_layer_number_that_is_none():
    with pytest.raises(ValueError, match="two"):
        LayerAddress.parse("b.gpkg|layerid=two")
