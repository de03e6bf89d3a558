from __future__ import annotations

from pathlib import Path

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeatureSource,
    QgsRectangle,
    QgsVectorLayer,
)

from xview2_qgis.layers.polygon_copy import copy_polygons
from xview2_qgis.layers.unusable_layer import UnusableLayerError

BOW_TIE = "Polygon((0 0, 10 10, 10 0, 0 10, 0 0))"


def layer_of(fields, *rows, wkb="Polygon"):
    """A memory layer; a row is a geometry as text and its values."""
    layer = QgsVectorLayer(f"{wkb}?crs=EPSG:32618" + "".join(f"&field={field}" for field in fields), "given", "memory")
    for shape, *values in rows:
        feature = QgsFeature(layer.fields())
        feature.setAttributes(values)
        feature.setGeometry(QgsGeometry.fromWkt(shape))
        assert layer.dataProvider().addFeature(feature)
    layer.updateExtents()
    return layer


def square(west, south=0, size=5):
    return QgsGeometry.fromRect(QgsRectangle(west, south, west + size, south + size)).asWkt()


@pytest.fixture
def copied(qgis_app, tmp_path):
    """Copy polygons and open the copy."""

    def copied(source, **options):
        layer = QgsVectorLayer(copy_polygons(source, tmp_path / "copy.gpkg", **options), "copy", "ogr")
        assert layer.isValid()
        return layer

    return copied


def columns(layer):
    return [field.name() for field in layer.fields()][1:]  # the first is the number that GeoPackage gives


def test_the_same_polygons_are_the_same_file(qgis_app, tmp_path):
    copies = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        source = layer_of(["osm_id:string"], (square(0), "a"), (square(7), "b"))
        copies.append(copy_polygons(source, tmp_path / name / "copy.gpkg", with_ids=True))
    assert Path(copies[0]).read_bytes() == Path(copies[1]).read_bytes()


HARMFUL = ["geom:string", "fid:string", "Name:string", "NAME:string", "xview2_geometry:string"]


@pytest.mark.parametrize("with_ids", [False, True])
def test_names_of_fields_do_no_harm(copied, with_ids):
    layer = copied(layer_of(HARMFUL, (square(0), "a", "b", "c", "d", "e")), with_ids=with_ids)
    assert columns(layer) == (["id"] if with_ids else [])
    assert layer.featureCount() == 1
    assert layer.crs().authid() == "EPSG:32618"


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        (["name:string", "OSM_ID:string", "height:string"], "OSM_ID"),
        (["osm_id:string", "Building_Id:string"], "Building_Id"),
        (["uuid:string", "full_id:string", "ID:string"], "ID"),
    ],
)
def test_the_field_of_the_ids(copied, fields, kept):
    layer = copied(layer_of(fields, (square(0), *fields), (square(10), *fields)), with_ids=True)
    assert columns(layer) == [kept]
    assert [feature[kept] for feature in layer.getFeatures()] == [f"{kept}:string"] * 2


def test_numbers_stay_numbers(copied):
    layer = copied(layer_of(["id:integer"], (square(0), 17), (square(10), None)), with_ids=True)
    first, second = (feature["id"] for feature in layer.getFeatures())
    assert first == 17
    assert not second


def test_without_such_a_field_the_numbers_of_the_layer_are_the_ids(copied):
    source = layer_of(["name:string"], *((square(west), "x") for west in (0, 10, 20, 30)))
    source.dataProvider().deleteFeatures([2])
    layer = copied(source, with_ids=True, within=QgsRectangle(11, 0, 40, 5))
    assert [feature["id"] for feature in layer.getFeatures()] == [3, 4]


def test_only_what_touches_the_box(copied):
    source = layer_of([], *((square(west),) for west in (0, 10, 20)))
    assert copied(source, within=QgsRectangle(4, 1, 11, 2)).extent() == QgsRectangle(0, 0, 15, 5)


def of_processing(layer):
    context = QgsProcessingContext()
    context.setInvalidGeometryCheck(QgsFeatureRequest.InvalidGeometryCheck.GeometryAbortOnInvalid)
    return QgsProcessingFeatureSource(layer, context)


def test_an_invalid_polygon_is_left_to_the_engine(copied):
    # QGIS would end the run, and with it the interpreter
    source = layer_of([], (BOW_TIE,), (square(20),))
    layer = copied(of_processing(source))
    assert layer.featureCount() == 2


def test_an_invalid_polygon_is_cut(copied):
    area = QgsGeometry.fromRect(QgsRectangle(0, 0, 10, 5))
    source = layer_of([], (BOW_TIE,), (square(20),))
    layer = copied(of_processing(source), cut_to=area)
    [feature] = layer.getFeatures()
    # both wings, up to the middle
    assert feature.geometry().area() == pytest.approx(25)
    assert layer.extent() == QgsRectangle(0, 0, 10, 5)


def test_polygons_without_a_shape_are_left_out(copied):
    assert copied(layer_of([], ("",), (square(0),))).featureCount() == 1


def test_curves_become_straight(copied):
    layer = copied(layer_of([], ("CurvePolygon(CircularString(0 0, 1 1, 2 0, 1 -1, 0 0))",), wkb="CurvePolygon"))
    geometry = next(layer.getFeatures()).geometry()
    assert geometry.area() == pytest.approx(3.14, abs=0.01)
    assert geometry.asWkt().startswith("MultiPolygon")


def test_cancelling(copied):
    asked = []
    source = layer_of([], *((square(west),) for west in range(10)))
    assert copied(source, is_cancelled=lambda: len(asked) >= 3 or asked.append(1)).featureCount() == 3


def test_a_folder_that_does_not_exist(qgis_app, tmp_path):
    with pytest.raises(UnusableLayerError, match="cannot be written"):
        copy_polygons(layer_of([], (square(0),)), tmp_path / "no" / "copy.gpkg")


def test_a_layer_without_polygons_is_called_by_its_name(copied):
    with pytest.raises(UnusableLayerError, match="No polygon can be read from “given”"):
        copied(layer_of([]))
    elsewhere = QgsGeometry.fromRect(QgsRectangle(100, 100, 110, 110))
    with pytest.raises(UnusableLayerError, match="No polygon of “given” lies in the extent"):
        copied(layer_of([], (square(0),)), cut_to=elsewhere)
    # known buildings may well lie elsewhere: then the model finds those of the scene
    assert copied(layer_of([], (square(0),)), within=elsewhere.boundingBox(), with_ids=True).featureCount() == 0


def test_a_layer_without_crs_is_refused(copied):
    layer = QgsVectorLayer("Polygon", "nowhere", "memory")
    layer.setCrs(QgsCoordinateReferenceSystem())
    with pytest.raises(UnusableLayerError, match="“nowhere” has no CRS"):
        copied(layer)


def test_of_several_ids_the_first_that_is_there(copied):
    rows = [
        (square(0), 5, None),
        (square(10), None, "w7"),
        (square(20), None, ""),
        (square(30), 9_007_199_254_740_993, "w"),
    ]
    layer = copied(layer_of(["osm_id:int8", "osm_way_id:string"], *rows), with_ids=True)
    assert columns(layer) == ["osm_id"]
    assert [feature["osm_id"] or None for feature in layer.getFeatures()] == ["5", "w7", None, "9007199254740993"]
