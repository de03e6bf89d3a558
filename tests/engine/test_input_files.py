"""Inputs are recognised in addresses as QGIS writes them."""

import pytest

from xview2_qgis.engine.input_files import InputFiles


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("a.gpkg", "{}"),
        ("a.gpkg", "{}|layerid=0|subset=a || b = 'x|y'"),
        ("a.gpkg", "{}|layerid=x"),
        ("a.zip", "/vsizip/{}/part.shp|layername=part"),
        ("a|b.gpkg", "{}"),
        ("a|b.gpkg", "{}|layername=a"),
        ("a|layername=c.gpkg", "{}"),
    ],
)
def test_a_file_is_found_in_its_address(tmp_path, name, address):
    file = tmp_path / name
    file.write_text("data")
    inputs = InputFiles()
    inputs.add([address.format(file)])
    assert file in inputs
    assert tmp_path / "other.gpkg" not in inputs
