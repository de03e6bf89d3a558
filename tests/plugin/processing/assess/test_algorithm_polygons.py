"""Areas and footprints of the algorithm: what of them reaches the engine."""

from __future__ import annotations

import os
import tempfile
import threading

import pytest
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsRectangle,
    QgsVectorFileWriter,
    QgsVectorLayer,
)

from tests.plugin.fake_engine import write_geopackage
from tests.plugin.recording_feedback import Feedback
from xview2_qgis.layers.polygon_copy import copy_polygons
from xview2_qgis.processing import polygon_input


def add_polygons(layer, shapes):
    for shape in shapes:
        feature = QgsFeature(layer.fields())
        feature.setGeometry(shape)
        layer.dataProvider().addFeature(feature)
    layer.updateExtents()


def square(west, south=4000000, size=40):
    return QgsGeometry.fromRect(QgsRectangle(west, south, west + size, south + size))


@pytest.fixture
def zone(project):
    """Two squares within the images."""
    layer = QgsVectorLayer("Polygon?crs=EPSG:32618&field=name:string", "zone", "memory")
    add_polygons(layer, [square(500000), square(500050)])
    project.addMapLayer(layer)
    return layer


@pytest.fixture
def bow_tie(zone):
    """The two squares, and a polygon that crosses itself."""
    corners = "500000 4000050, 500040 4000090, 500040 4000050, 500000 4000090, 500000 4000050"
    add_polygons(zone, [QgsGeometry.fromWkt(f"Polygon(({corners}))")])
    return zone


def saved(layer, path, project):
    options = QgsVectorFileWriter.SaveVectorOptions()
    QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(path), project.transformContext(), options)
    return QgsVectorLayer(str(path), path.stem, "ogr")


def given(record, option):
    [value] = [part.partition("=")[2] for part in record["arguments"] if part.startswith(f"--{option}=")]
    return value


def test_extent(run_assess):
    _, _, record = run_assess(EXTENT="500010,500050,4000010,4000040 [EPSG:32618]")
    assert record["aoi"]["extent"] == [500010, 500050, 4000010, 4000040]
    assert (record["aoi"]["features"], record["aoi"]["crs"]) == (1, "32618")
    assert not os.path.exists(given(record, "aoi"))


def test_area(run_assess, zone):
    _, _, record = run_assess(AOI=zone)
    assert (record["aoi"]["features"], record["aoi"]["fields"]) == (2, [])


def test_area_of_selected_features(run_assess, zone):
    zone.selectByIds([2])
    _, _, record = run_assess(AOI=QgsProcessingFeatureSourceDefinition(zone.id(), selectedFeaturesOnly=True))
    assert record["aoi"]["features"] == 1
    assert record["aoi"]["extent"] == [500050, 500090, 4000000, 4000040]


def test_area_within_an_extent(run_assess, zone):
    # the second polygon only touches the extent, and does not count
    _, _, record = run_assess(AOI=zone, EXTENT="500010,500050,4000010,4000100 [EPSG:32618]")
    assert record["aoi"]["features"] == 1
    assert record["aoi"]["extent"] == [500010, 500040, 4000010, 4000040]


def test_footprints(run_assess, zone):
    _, _, record = run_assess(FOOTPRINTS=zone)
    assert record["footprints"]["fields"] == ["id"]
    assert record["footprints"]["values"] == [[1], [2]]
    assert not any(part.startswith("--aoi") for part in record["arguments"])


@pytest.mark.parametrize("parameter", ["AOI", "FOOTPRINTS"])
def test_an_invalid_polygon_is_left_to_the_engine(run_assess, bow_tie, parameter):
    _, _, record = run_assess(**{parameter: bow_tie})
    assert record[parameter.lower()]["features"] == 3


def test_an_invalid_polygon_is_cut(run_assess, bow_tie):
    _, _, record = run_assess(AOI=bow_tie, EXTENT="500000,500100,4000060,4000100 [EPSG:32618]")
    assert record["aoi"]["features"] == 1
    assert record["aoi"]["extent"] == [500000, 500040, 4000060, 4000090]


@pytest.mark.parametrize("parameter", ["AOI", "FOOTPRINTS"])
def test_a_plain_file_is_used_as_it_is(run_assess, zone, project, tmp_path, parameter):
    layer = saved(zone, tmp_path / "polygons.gpkg", project)
    path = str(tmp_path / "polygons.gpkg")
    for value in (path, layer):
        assert given(run_assess(**{parameter: value})[2], parameter.lower()) == path
    # a part of it is written
    part = QgsProcessingFeatureSourceDefinition(path, False, 1)
    record = run_assess(**{parameter: part})[2]
    assert given(record, parameter.lower()) != path
    assert record[parameter.lower()]["features"] == 1
    layer.setSubsetString('"fid" = 2')
    assert run_assess(**{parameter: layer})[2][parameter.lower()]["features"] == 1


def test_footprints_far_from_the_images_stay_where_they_are(run_assess, zone):
    add_polygons(zone, [square(west) for west in range(510000, 520000, 100)])
    _, _, record = run_assess(FOOTPRINTS=zone)
    assert record["footprints"]["features"] == 2


def test_footprints_in_another_crs(run_assess, project):
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326&field=id:string", "degrees", "memory")
    inside = QgsGeometry.fromRect(QgsRectangle(-74.9998, 36.1454, -74.9997, 36.1455))
    add_polygons(layer, [inside, QgsGeometry.fromRect(QgsRectangle(-74, 36, -73.9, 36.1))])
    project.addMapLayer(layer)
    _, _, record = run_assess(FOOTPRINTS=layer)
    assert record["footprints"]["features"] == 1


def test_polygons_are_written_in_the_worker(toolbox, fake_engine, image_pair, zone, tmp_path, monkeypatch):
    # a large layer would freeze the window, and could not be cancelled
    threads = []

    def copy(*arguments, **options):
        threads.append(threading.get_ident())
        return copy_polygons(*arguments, **options)

    monkeypatch.setattr(polygon_input, "copy_polygons", copy)
    output = str(tmp_path / "out.gpkg")
    toolbox({"PRE": image_pair[0], "POST": image_pair[1], "AOI": zone, "FOOTPRINTS": zone, "OUTPUT": output})
    assert len(threads) == 2
    assert threading.get_ident() not in threads


def test_cancelling_before_the_engine_starts(algorithm, fake_engine, image_pair, zone, project, tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_ENGINE_RECORD", str(tmp_path / "record.json"))
    feedback, context = Feedback(), QgsProcessingContext()
    context.setProject(project)
    output = str(tmp_path / "out.gpkg")
    parameters = {"PRE": image_pair[0], "POST": image_pair[1], "FOOTPRINTS": zone, "OUTPUT": output}
    instance = algorithm.create()
    assert instance.prepare(parameters, context, feedback)
    feedback.cancel()
    # a script sees the exit code only
    with pytest.raises(QgsProcessingException, match="cancelled"):
        instance.runPrepared(parameters, context, feedback)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fake python", "post.tif", "pre.tif"]


def test_an_extent_without_crs_is_that_of_the_image_also_with_an_area(run_assess, project):
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "degrees", "memory")
    add_polygons(layer, [QgsGeometry.fromRect(QgsRectangle(-75.01, 36.1, -74.99, 36.2))])
    project.addMapLayer(layer)
    _, _, record = run_assess(AOI=layer, EXTENT="500010,500050,4000010,4000040")
    assert (record["aoi"]["features"], record["aoi"]["crs"]) == (1, "4326")
    west, east, south, north = record["aoi"]["extent"]
    assert (east - west) * 90_100 == pytest.approx(40, abs=1)
    assert (north - south) * 111_000 == pytest.approx(30, abs=1)


def test_a_run_that_never_starts_leaves_nothing(algorithm, fake_engine, image_pair, tmp_path, monkeypatch, project):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    context = QgsProcessingContext()
    context.setProject(project)
    copy = algorithm.create()
    values = {"PRE": image_pair[0], "POST": image_pair[1], "EXTENT": "500010,500050,4000010,4000040"}
    assert copy.prepare({**values, "OUTPUT": str(tmp_path / "out.gpkg")}, context, Feedback())
    assert not list(tmp_path.glob("xview2_*"))


def test_a_table_of_open_buildings_goes_to_the_engine_as_it_is(run_assess, tmp_path):
    path = tmp_path / "open_buildings.csv"
    outline = "POLYGON ((1 1, 2 1, 2 2, 1 1))"
    path.write_text(f'latitude,longitude,area_in_meters,confidence,geometry,full_plus_code\n1,1,9,1,"{outline}",A+1\n')
    _, _, record = run_assess(FOOTPRINTS=str(path), AOI=str(path))
    assert f"--footprints={path}" in record["arguments"]
    assert f"--aoi={path}" in record["arguments"]


def test_layers_that_qgis_leaves_out_of_a_file_are_named(run_assess, tmp_path):
    ring = "<LinearRing><coordinates>1,1 2,1 2,2 1,1</coordinates></LinearRing>"
    polygon = f"<Placemark><Polygon><outerBoundaryIs>{ring}</outerBoundaryIs></Polygon></Placemark>"
    folders = "".join(f"<Folder><name>{name}</name>{polygon}</Folder>" for name in ("North", "South"))
    path = tmp_path / "a.kml"
    path.write_text(f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{folders}</Document></kml>')
    _, feedback, _ = run_assess(AOI=str(path))
    assert any("Left out: South" in warning for warning in feedback.warnings)
    _, feedback, _ = run_assess(AOI=f"{path}|layername=South")
    assert not any("Left out" in warning for warning in feedback.warnings)


def test_polygons_of_clouds_are_passed_on_and_listed(run_assess, tmp_path):
    path = tmp_path / "earlier.gpkg"
    write_geopackage(str(path), hidden=True)
    outputs, _, record = run_assess(EXCLUDE=str(path))
    assert f"--exclude={path}|layername=not_visible" in record["arguments"]
    assert outputs["NOT_VISIBLE"] == f"{tmp_path / 'out.gpkg'}|layername=not_visible"


def test_of_a_result_the_assessed_area_is_the_area_and_the_buildings_are_footprints(run_assess, tmp_path):
    path = tmp_path / "earlier.gpkg"
    write_geopackage(str(path))
    _, feedback, record = run_assess(AOI=str(path), FOOTPRINTS=str(path))
    assert f"--aoi={path}|layername=assessed_area" in record["arguments"]
    assert f"--footprints={path}|layername=damage" in record["arguments"]
    assert not any("Left out" in warning for warning in feedback.warnings)
