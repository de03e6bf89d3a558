from __future__ import annotations

import os
import shutil

import pytest
from qgis.core import QgsRasterLayer, QgsVectorLayer

from xview2_qgis.layers.source_files import layer_files, overwritten_input, source_file, source_files


@pytest.fixture
def raster_in_geopackage(image_pair, tmp_path):
    """A GeoPackage with an image and a layer of polygons."""
    from osgeo import gdal

    path = str(tmp_path / "both.gpkg")
    gdal.Translate(path, image_pair[0], format="GPKG", creationOptions=["RASTER_TABLE=image"])
    gdal.VectorTranslate(path, _polygon(tmp_path), accessMode="update", layerName="houses")
    return path


def _polygon(folder):
    path = folder / "one.geojson"
    path.write_text('{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}')
    return str(path)


def test_layers_of_a_geopackage(raster_in_geopackage):
    raster = QgsRasterLayer(f"GPKG:{raster_in_geopackage}:image", "image")
    polygons = QgsVectorLayer(f"{raster_in_geopackage}|layername=houses", "houses", "ogr")
    for layer in (raster, polygons):
        assert layer.isValid()
        assert layer_files(layer) == {raster_in_geopackage}


@pytest.mark.parametrize("form", ['NETCDF:"{}":water', 'HDF5:"{}"://a/b', "GTIFF_DIR:2:{}", "{}|option:NUM_THREADS=2"])
def test_addresses_of_gdal(qgis_app, tmp_path, form):
    path = tmp_path / "a file.nc"
    path.touch()
    assert source_files("gdal", form.format(path)) == {str(path)}


def test_relative_path(qgis_app, tmp_path, monkeypatch):
    (tmp_path / "x.gpkg").touch()
    monkeypatch.chdir(tmp_path)
    assert source_files("ogr", "x.gpkg|layername=a|subset=\"b\" = ':'") == {str(tmp_path / "x.gpkg")}


def test_archive(image_pair, tmp_path):
    archive = shutil.make_archive(str(tmp_path / "images"), "zip", tmp_path, "pre.tif")
    assert layer_files(QgsRasterLayer(f"/vsizip/{archive}/pre.tif", "pre")) == {archive}


def test_parts_of_a_mosaic(image_pair, tmp_path):
    from osgeo import gdal

    path = str(tmp_path / "mosaic.vrt")
    gdal.BuildVRT(path, list(image_pair))
    assert layer_files(QgsRasterLayer(path, "mosaic")) == {path, *image_pair}
    warped = str(tmp_path / "warped.vrt")
    gdal.Warp(warped, path, format="VRT", dstSRS="EPSG:4326")
    assert layer_files(QgsRasterLayer(warped, "warped")) == {warped, path, *image_pair}
    for broken in ("", "<VRTDataset>", "<VRTDataset><SourceFilename/></VRTDataset>"):
        (tmp_path / "mosaic.vrt").write_text(broken)
        assert source_files("gdal", path) == {path}


def test_no_file(qgis_app):
    assert layer_files(QgsVectorLayer("Polygon?crs=EPSG:4326", "memory", "memory")) == set()
    assert source_files("postgres", "dbname='x' table=a") == set()
    assert source_files("", "") == set()


def test_overwritten_input(tmp_path):
    file = tmp_path / "x.gpkg"
    file.touch()
    (tmp_path / "link.gpkg").symlink_to(file)
    (tmp_path / "folder").mkdir()
    new = str(tmp_path / "new.gpkg")
    assert overwritten_input((new, ""), {str(file)}) is None
    assert overwritten_input((new, ""), {new}) is None  # neither is there to be lost
    for name in ("x.gpkg", "link.gpkg", os.path.join("folder", "..", "x.gpkg")):
        output = str(tmp_path / name)
        assert overwritten_input((new, output), {str(file)}) == output


def test_data_instead_of_an_address(qgis_app):
    """A layer may be its own text; nobody looks for files in a hundred thousand pairs of colons."""
    points = ",".join('{"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 2]}}' for _ in range(5000))
    assert source_file("ogr", f'{{"type": "FeatureCollection", "features": [{points}]}}') == ""


@pytest.mark.parametrize(
    "begin",
    [
        '<!DOCTYPE a [<!ENTITY e SYSTEM "{}">]><VRTDataset><SourceFilename>&e;</SourceFilename>',
        '<!DOCTYPE a [<!ENTITY e "{}">]><VRTDataset><SourceFilename>&e;</SourceFilename>',
        "<VRTDataset><SourceFilename>{}</SourceFilename><broken",
        "<VRTDataset><SourceFilename>{}</SourceFilename>&unknown;",
        "no XML {}",
    ],
)
def test_a_strangers_virtual_raster_is_read_as_plain_text_or_not_at_all(image_pair, tmp_path, begin):
    path = tmp_path / "odd.vrt"
    path.write_text(begin.format(image_pair[0]) + "</VRTDataset>")
    assert source_files("gdal", str(path)) == {str(path)}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_or_an_endless_text_is_not_read(qgis_app, image_pair, tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe.vrt")
    assert source_files("gdal", str(tmp_path / "pipe.vrt")) <= {str(tmp_path / "pipe.vrt")}
    path = tmp_path / "long.vrt"
    path.write_text(f"<VRTDataset><SourceFilename>{image_pair[0]}</SourceFilename></VRTDataset>")
    assert source_files("gdal", str(path)) == {str(path), image_pair[0]}
    monkeypatch.setattr("xview2_qgis.layers.source_files._LARGEST", path.stat().st_size - 1)
    assert source_files("gdal", str(path)) == {str(path)}


def test_entities_that_grow_are_not_expanded(qgis_app, tmp_path):
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    path = tmp_path / "laughs.vrt"
    path.write_text(f'<!DOCTYPE a [<!ENTITY e0 "ha">{entities}]><a><SourceFilename>&e11;</SourceFilename></a>')
    assert source_files("gdal", str(path)) == {str(path)}


def test_relative_parts_and_markup_inside_a_name(image_pair, tmp_path):
    path = tmp_path / "relative.vrt"
    path.write_text(
        '<VRTDataset><a><SourceFilename relativeToVRT="1" shared="0"> pre.tif\n</SourceFilename></a>'
        "<SourceDataset>"
        + image_pair[1].replace("post", "p&#111;st")
        + "</SourceDataset><SourceFilename/></VRTDataset>"
    )
    assert source_files("gdal", str(path)) == {str(path), *image_pair}
