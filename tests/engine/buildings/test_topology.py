import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from xview2_qgis.engine.buildings.topology import without_overlaps


def common_area(polygons):
    first, second = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    pairs = first < second
    return shapely.area(shapely.intersection(np.array(polygons)[first[pairs]], np.array(polygons)[second[pairs]])).sum()


def test_the_lower_number_keeps_what_both_cover():
    left, right = shapely.box(0, 0, 10, 10), shapely.box(9, -1, 20, 11)
    cut = without_overlaps({2: right, 1: left})
    assert cut[1].equals(left)
    assert cut[2].equals(right.difference(left))
    # both have the corners where their walls meet
    assert {(9.0, 0.0), (10.0, 0.0), (10.0, 10.0), (9.0, 10.0)} <= set(cut[1].exterior.coords)
    assert {(9.0, 0.0), (10.0, 0.0), (10.0, 10.0), (9.0, 10.0)} <= set(cut[2].exterior.coords)


def test_neighbours_that_only_touch_stay_as_they_are():
    outlines = {1: shapely.box(0, 0, 10, 10), 2: shapely.box(10, 0, 20, 10), 7: shapely.box(50, 0, 60, 10)}
    assert without_overlaps(outlines) == outlines
    assert without_overlaps({}) == {}


def test_a_building_in_a_courtyard_stays_there():
    yard = shapely.Polygon(shapely.box(0, 0, 30, 30).exterior, [shapely.box(10, 10, 20, 20).exterior])
    cut = without_overlaps({1: shapely.box(9.5, 12, 18, 18), 2: yard})
    assert cut[1].equals(shapely.box(9.5, 12, 18, 18))
    assert cut[2].area == pytest.approx(yard.area - 0.5 * 6)


def test_of_several_pieces_the_largest_stays():
    cut = without_overlaps({1: shapely.box(4, -5, 6, 5), 2: shapely.box(0, 0, 20, 1)})
    assert cut[2].equals(shapely.box(6, 0, 20, 1))


@given(st.lists(st.tuples(*[st.floats(0, 20, width=32)] * 2, *[st.floats(3, 9, width=32)] * 2, st.floats(0, 3)),
                min_size=2, max_size=6))  # fmt: skip
def test_nothing_is_covered_twice(boxes):
    outlines = {}
    for number, (x, y, width, height, angle) in enumerate(boxes):
        box = shapely.box(x, y, x + width, y + height)
        outlines[number] = shapely.Polygon(
            shapely.transform(box, lambda p, a=angle: p @ np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]]))
        )
    cut = without_overlaps(outlines)
    assert cut.keys() == outlines.keys()
    assert all(polygon.is_valid and polygon.geom_type == "Polygon" for polygon in cut.values())
    before = shapely.Polygon()
    seen = []  # a building that others hide altogether stays as it is
    for number in sorted(cut):
        if outlines[number].difference(before).buffer(-0.01).area > 0:
            seen.append(cut[number])
        before = before.union(outlines[number])
    assert common_area(seen) < 1e-9
    for number, polygon in cut.items():
        assert polygon.difference(outlines[number]).area < 0.02
    assert cut[0].equals(outlines[0]) or cut[0].symmetric_difference(outlines[0]).area < 0.04
