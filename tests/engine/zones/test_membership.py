"""Which zone a building belongs to."""

import geopandas
import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon, box

from xview2_qgis.engine.zones.kinds.zone_set import shape_array
from xview2_qgis.engine.zones.membership import OUTSIDE, zones_of


def found(buildings, zones):
    return zones_of(shape_array(buildings), shape_array(zones)).tolist()


def test_a_building_on_a_border_is_in_the_zone_of_its_point():
    zones = [box(0, 0, 10, 10), box(10, 0, 20, 10)]
    assert found([box(7, 1, 11, 2), box(9, 1, 13, 2), box(30, 1, 31, 2)], zones) == [0, 1, OUTSIDE]


def test_a_point_on_a_border_or_in_several_zones_goes_by_the_shared_ground():
    halves = [box(0, 0, 10, 10), box(10, 0, 20, 10)]
    # a trapezium whose point lies on the border, with more ground to the right of it
    right = Polygon([(8, 4), (12, 4), (14, 5), (12, 6), (8, 6)])
    assert shapely.point_on_surface(right).x > 10 or found([right], halves) == [1]
    assert found([box(8, 4, 12, 6)], halves) == [0]  # a tie: the first
    assert found([box(8, 4, 12, 6)], halves[::-1]) == [0]
    over = [box(0, 0, 9, 10), box(0, 0, 20, 10)]
    assert found([box(6, 4, 12, 6)], [box(0, 0, 9.5, 10), over[1]]) == [1]  # all of it lies in the second
    assert found([box(1, 1, 2, 2)], over) == [0]


def test_holes_parts_and_nothing():
    ring = box(0, 0, 10, 10).difference(box(4, 4, 6, 6))
    parts = MultiPolygon([box(20, 0, 22, 2), box(30, 0, 32, 2)])
    buildings = [box(4.5, 4.5, 5.5, 5.5), box(1, 1, 2, 2), box(30.5, 0.5, 31, 1), None, Polygon()]
    assert found(buildings, [ring, parts, Polygon()]) == [OUTSIDE, 0, 1, OUTSIDE, OUTSIDE]
    assert found([], [ring]) == []
    assert found([box(0, 0, 1, 1)], []) == [OUTSIDE]


def test_an_invalid_building_is_counted_too():
    bow = Polygon([(0, 0), (4, 4), (4, 0), (0, 4)])
    assert found([bow], [box(-1, -1, 5, 5), box(-1, -1, 6, 6)]) == [0]


def test_it_is_what_geopandas_joins():
    rng = np.random.default_rng(5)
    corners = rng.uniform(0, 100, (2000, 2))
    buildings = [box(x, y, x + 1, y + 2) for x, y in corners.tolist()]
    zones = [box(x, y, x + 10, y + 10) for x in range(10, 90, 10) for y in range(0, 90, 10)]
    points = geopandas.GeoDataFrame(geometry=shapely.point_on_surface(buildings))
    joined = geopandas.sjoin(points, geopandas.GeoDataFrame(geometry=zones), how="left", predicate="within")
    expected = joined["index_right"].fillna(OUTSIDE).astype(int).tolist()
    assert found(buildings, zones) == expected


boxes = st.builds(
    lambda x, y, width, height: box(x, y, x + width, y + height),
    *[st.integers(0, 20) for _ in range(2)], *[st.integers(1, 12) for _ in range(2)],
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(boxes, max_size=12), st.lists(boxes, max_size=8))
def test_every_building_is_in_one_zone_or_in_none(buildings, zones):
    owners = found(buildings, zones)
    assert len(owners) == len(buildings)
    for building, owner in zip(buildings, owners, strict=True):
        point = Point(shapely.point_on_surface(building))
        near = [number for number, zone in enumerate(zones) if zone.intersects(point)]
        assert owner == OUTSIDE if not near else owner in near
        if near:
            shared = [zones[number].intersection(building).area for number in near]
            assert zones[owner].intersection(building).area >= max(shared) - 1e-6
