"""Which building is which, in cases done by hand."""

import numpy as np
from shapely.geometry import Point, Polygon, box

from xview2_qgis.engine.scoring.challenge import IGNORED
from xview2_qgis.engine.scoring.matching import match_points, match_polygons


def array(*shapes):
    made = np.empty(len(shapes), object)
    made[:] = shapes
    return made


def test_one_half_is_enough():
    """15 of 10 + 20 - 10 square metres … and a little less."""
    found = array(box(0, 0, 10, 1), box(100, 0, 109.9, 1))
    true = array(box(0, 0, 10, 2), box(100, 0, 110, 2))
    pairs = match_polygons(found, true)
    assert (pairs.predicted.tolist(), pairs.actual.tolist()) == ([0], [0])


def test_the_best_pair_comes_first_and_each_building_once():
    pairs = match_polygons(array(box(0, 0, 10, 10), box(1, 0, 11, 10)), array(box(1, 0, 11, 10)))
    assert (pairs.predicted.tolist(), pairs.actual.tolist()) == ([1], [0])


def test_an_outline_that_crosses_itself_is_mended():
    bow = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    pairs = match_polygons(array(bow), array(bow))
    assert len(pairs.actual) == 1


def test_nothing_to_match():
    pairs = match_polygons(array(box(0, 0, 1, 1)), array())
    assert len(pairs.actual) == 0
    assert len(match_points(array(), array(Point(0, 0)), np.array([4])).actual) == 0


def test_points_belong_to_the_smallest_outline_and_the_worst_of_several_counts():
    found = array(box(0, 0, 100, 100), box(0, 0, 10, 10), box(200, 0, 210, 10))
    points = array(Point(5, 5), Point(6, 6), Point(50, 50), Point(300, 0), Point(7, 7))
    pairs = match_points(found, points, np.array([1, 4, 2, 3, IGNORED]))
    assert dict(zip(pairs.predicted.tolist(), pairs.actual.tolist(), strict=True)) == {0: 2, 1: 1}
    assert sorted(pairs.merged.tolist()) == [0, 4]
