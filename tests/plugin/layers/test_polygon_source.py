"""Vector layers as the engine opens them."""

from __future__ import annotations

import shutil

import pytest
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsRectangle,
    QgsVectorFileWriter,
    QgsVectorLayer,
)

from xview2_qgis.layers.polygon_source import layers_of_file, plain_file, table_file, vector_source
from xview2_qgis.layers.unusable_layer import UnusableLayerError


@pytest.fixture
def polygons(qgis_app):
    layer = QgsVectorLayer("Polygon?crs=EPSG:32618&field=fid:string&field=name:string(20)", "polygons", "memory")
    for number in range(3):
        feature = QgsFeature(layer.fields())
        feature.setAttributes(["same", f"n{number}"])
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(number * 10, 0, number * 10 + 5, 5)))
        layer.dataProvider().addFeature(feature)
    layer.updateExtents()
    return layer


def saved(layer, path):
    path.parent.mkdir(exist_ok=True)
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GeoJSON" if path.suffix == ".geojson" else "GPKG"
    options.layerName = path.stem
    options.layerOptions = ["FID=id"] if path.suffix == ".gpkg" else ["RFC7946=NO"]
    context = QgsProject.instance().transformContext()
    error = QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(path), context, options)
    assert error[0] == QgsVectorFileWriter.WriterError.NoError, error
    return QgsVectorLayer(str(path), path.stem, "ogr")


def test_memory_layer_is_written(polygons, tmp_path):
    path = vector_source(polygons, tmp_path, "area")
    written = QgsVectorLayer(path, "written", "ogr")
    assert written.featureCount() == 3
    assert written.crs() == polygons.crs()
    assert written.extent() == polygons.extent()


def test_selected_features_only(polygons, tmp_path):
    with pytest.raises(UnusableLayerError, match="selected"):
        vector_source(polygons, tmp_path, "area", selected_only=True)
    polygons.selectByIds([2])
    written = QgsVectorLayer(vector_source(polygons, tmp_path, "area", selected_only=True), "written", "ogr")
    assert written.extent() == QgsRectangle(10, 0, 15, 5)


@pytest.mark.parametrize("name", ["plain.gpkg", "plain.geojson"])
def test_plain_file_is_used_as_it_is(polygons, tmp_path, name):
    layer = saved(polygons, tmp_path / name)
    assert plain_file(layer) == str(tmp_path / name)
    assert vector_source(layer, tmp_path, "area") == str(tmp_path / name)


def test_a_layer_in_an_archive_is_written(polygons, tmp_path):
    # QGIS names the archive as its file, and the engine would take the first layer in it
    for name in ("first", "second"):
        saved(polygons, tmp_path / "files" / f"{name}.geojson")
    archive = shutil.make_archive(str(tmp_path / "archive"), "zip", tmp_path / "files")
    layer = QgsVectorLayer(f"/vsizip/{archive}/second.geojson", "second", "ogr")
    assert layer.isValid()
    assert plain_file(layer) is None
    assert QgsVectorLayer(vector_source(layer, tmp_path, "area"), "written", "ogr").featureCount() == 3


def test_a_filter_counts(polygons, tmp_path):
    layer = saved(polygons, tmp_path / "plain.gpkg")
    layer.setSubsetString("\"name\" = 'n2'")
    written = QgsVectorLayer(vector_source(layer, tmp_path, "area"), "written", "ogr")
    assert written.featureCount() == 1


def test_unsaved_edits_count(polygons, tmp_path):
    layer = saved(polygons, tmp_path / "plain.gpkg")
    layer.startEditing()
    layer.deleteFeature(1)
    written = QgsVectorLayer(vector_source(layer, tmp_path, "area"), "written", "ogr")
    assert written.featureCount() == 2
    layer.rollBack()


def two_layers(polygons, path):
    """A GeoPackage whose first layer is not the one that is meant, opened as QGIS opens it."""
    saved(polygons, path)
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.layerName = "second"
    options.layerOptions = ["FID=id"]
    options.actionOnExistingFile = QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteLayer
    context = QgsProject.instance().transformContext()
    polygons.selectByIds([2])
    options.onlySelectedFeatures = True
    QgsVectorFileWriter.writeAsVectorFormatV3(polygons, str(path), context, options)
    return QgsVectorLayer(f"{path}|layername=second", "second", "ogr")


def test_the_layer_meant_is_named(polygons, tmp_path):
    path = tmp_path / "two.gpkg"
    layer = two_layers(polygons, path)
    assert layer.featureCount() == 1
    assert plain_file(layer) == vector_source(layer, tmp_path, "area") == f"{path}|layername=second"
    assert plain_file(QgsVectorLayer(f"{path}|layerid=1", "second", "ogr")) == f"{path}|layerid=1"
    # QGIS shows the first layer then, and asks; the engine is told nothing by halves
    assert plain_file(QgsVectorLayer(str(path), "two", "ogr")) is None


@pytest.mark.parametrize("folder", ["a|b", "a!b"])
def test_paths_that_the_engine_would_misread_are_copied(polygons, tmp_path, folder):
    layer = saved(polygons, tmp_path / folder / "plain.gpkg")
    assert plain_file(layer) is None
    assert QgsVectorLayer(vector_source(layer, tmp_path, "area"), "written", "ogr").featureCount() == 3


def test_a_layer_of_one_kind_of_shapes_is_copied(polygons, tmp_path):
    saved(polygons, tmp_path / "plain.geojson")
    layer = QgsVectorLayer(f"{tmp_path / 'plain.geojson'}|geometrytype=Polygon", "plain", "ogr")
    assert layer.featureCount() == 3
    assert plain_file(layer) is None


def test_layers_without_polygons_are_refused(polygons, tmp_path):
    everywhere = QgsRectangle(-1000, -1000, 1000, 1000)
    gone = QgsVectorLayer("nowhere.gpkg|layername=damage", "gone", "ogr")
    with pytest.raises(UnusableLayerError, match=r"gone.*moved or deleted"):
        vector_source(gone, tmp_path, "footprints", within=everywhere)
    empty = QgsVectorLayer("Polygon?crs=EPSG:32618", "empty", "memory")
    with pytest.raises(UnusableLayerError, match="No polygon can be read from “empty”"):
        vector_source(empty, tmp_path, "footprints", within=everywhere)
    # none near the images is no fault of the layer
    far = vector_source(polygons, tmp_path, "footprints", within=QgsRectangle(900, 900, 1000, 1000))
    assert QgsVectorLayer(far, "written", "ogr").featureCount() == 0


def test_formats_that_the_engine_may_not_know_are_written(polygons, tmp_path):
    for driver, name in (("GML", "a.gml"), ("KML", "a.kml"), ("SQLite", "a.sqlite")):
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.driverName = driver
        context = QgsProject.instance().transformContext()
        assert not QgsVectorFileWriter.writeAsVectorFormatV3(polygons, str(tmp_path / name), context, options)[0]
        layer = QgsVectorLayer(str(tmp_path / name), driver, "ogr")
        assert layer.isValid()
        assert plain_file(layer) is None
        assert QgsVectorLayer(vector_source(layer, tmp_path, "area"), "written", "ogr").featureCount() == 3


def test_ids_of_a_shapefile_are_written_as_qgis_reads_them(polygons, tmp_path):
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.fileEncoding = "ESRI Shapefile", "UTF-8"
    context = QgsProject.instance().transformContext()
    QgsVectorFileWriter.writeAsVectorFormatV3(polygons, str(tmp_path / "a.shp"), context, options)
    layer = QgsVectorLayer(str(tmp_path / "a.shp"), "a", "ogr")
    assert plain_file(layer) == plain_file(layer, with_ids=True) == str(tmp_path / "a.shp")
    for told, fits in (("ISO-8859-1", True), ("88591", True), ("1252", True), ("cp1251", True), ("nonsense", False)):
        (tmp_path / "a.cpg").write_text(told)
        again = QgsVectorLayer(str(tmp_path / "a.shp"), "a", "ogr")
        assert (plain_file(again, with_ids=True) is not None) is fits, told
    layer.setProviderEncoding("KOI8-R")
    assert plain_file(layer) == str(tmp_path / "a.shp")
    assert plain_file(layer, with_ids=True) is None


def test_other_layers_of_a_file_are_named(polygons, tmp_path):
    ring = "<LinearRing><coordinates>1,1 2,1 2,2 1,1</coordinates></LinearRing>"
    polygon = f"<Placemark><Polygon><outerBoundaryIs>{ring}</outerBoundaryIs></Polygon></Placemark>"
    point = "<Placemark><Point><coordinates>1,1</coordinates></Point></Placemark>"
    folders = "".join(
        f"<Folder><name>{name}</name>{text}</Folder>"
        for name, text in (("North", polygon), ("South", polygon + point), ("Wells", point))
    )
    path = tmp_path / "a.kml"
    path.write_text(f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{folders}</Document></kml>')
    assert layers_of_file(QgsVectorLayer(str(path), "a", "ogr")) == ["North", "South"]
    assert layers_of_file(QgsVectorLayer(f"{path}|layername=South", "a", "ogr")) == []
    assert layers_of_file(polygons) == []


def test_a_table_with_outlines_is_left_to_the_engine(polygons, tmp_path):
    path = tmp_path / "open_buildings.csv"
    outline = "POLYGON ((1 1, 2 1, 2 2, 1 1))"
    path.write_text(f'latitude,longitude,area_in_meters,confidence,geometry,full_plus_code\n1,1,9,1,"{outline}",A+1\n')
    layer = QgsVectorLayer(str(path), "a", "ogr")
    assert layer.isValid()
    assert table_file(layer) == str(path)
    assert table_file(polygons) is None
    assert table_file(saved(polygons, tmp_path / "plain.gpkg")) is None
