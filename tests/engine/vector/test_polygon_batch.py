"""What is taken of mixed geometries; arcs against the area of a circle."""

import numpy as np
import pytest
import shapely

from xview2_qgis.engine.vector.polygon_batch import polygon_batch


def wkb(text):
    return shapely.to_wkb(shapely.from_wkt(text), output_dimension=3)


def ring(*points):
    return np.array(points, "<f8").tobytes()


# of radius 1, written by hand: shapely knows no arcs
CIRCLE = bytes.fromhex("010a0000000100000001080000000500" + "0000") + ring(0, 0, 1, 1, 2, 0, 1, -1, 0, 0)
UNCLOSED = bytes.fromhex("01030000000100000003000000") + ring(0, 0, 1, 1, 1, 0)
TIN = bytes.fromhex("0110000000") + bytes(4)


def test_polygons_are_mended_and_all_else_is_counted():
    given = [
        None,
        wkb("POINT (1 2)"),
        wkb("POLYGON EMPTY"),
        wkb("POLYGON Z ((0 0 1,1 1 1,1 0 1,0 1 1,0 0 1))"),
        wkb("GEOMETRYCOLLECTION (POINT (1 1), GEOMETRYCOLLECTION (MULTIPOLYGON (((0 0,1 0,0 1,0 0)))))"),
        CIRCLE,
        UNCLOSED,
        wkb("LINESTRING (0 0,1 1)"),
        TIN,
        wkb("POLYGON ((0 0,1 0,2 0,0 0))"),
    ]
    batch = polygon_batch(given)
    assert batch.rows.tolist() == [3, 4, 5, 6]
    assert shapely.is_valid(batch.shapes).all()
    assert not shapely.has_z(batch.shapes).any()
    assert shapely.area(batch.shapes) == pytest.approx([0.5, 0.5, np.pi, 0.5], rel=1e-3)
    assert (batch.others, batch.empty, batch.broken, batch.strange) == (2, 3, 0, 1)
    assert batch.unusable == 4
    assert len(batch.shapes) + batch.others + batch.unusable == len(given)


def test_broken_coordinates_and_arcs_in_a_collection_cost_one_feature():
    broken = bytes.fromhex("01030000000100000004000000") + ring(0, 0, 1, np.nan, 1, 1, 0, 0)
    batch = polygon_batch([broken, bytes.fromhex("010700000001000000") + CIRCLE, wkb("POLYGON ((0 0,1 0,0 1,0 0))")])
    assert batch.rows.tolist() == [2]
    assert (batch.broken, batch.strange) == (1, 1)


def test_of_several_kinds_the_one_that_was_asked_for():
    given = [wkb("POLYGON ((0 0,1 0,0 1,0 0))"), wkb("GEOMETRYCOLLECTION (POLYGON ((0 0,1 0,0 1,0 0)))")]
    assert polygon_batch(given, "MultiPolygon").rows.tolist() == [0]
    assert polygon_batch(given, "GeometryCollection").rows.tolist() == [1]


def test_nothing():
    assert len(polygon_batch([]).shapes) == 0
    assert polygon_batch([None]).empty == 1
