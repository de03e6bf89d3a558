"""Which building comes next: orders, filters and the queue."""

from __future__ import annotations

import math
import random

import pytest

from xview2_qgis.review.building import ReviewedBuilding
from xview2_qgis.review.selection.order import Order, in_order
from xview2_qgis.review.selection.place_order import along_curve
from xview2_qgis.review.selection.queue import ReviewQueue
from xview2_qgis.review.selection.review_filter import Box, ReviewFilter


def building(fid, probabilities=(), **facts):
    return ReviewedBuilding(fid, facts.pop("building_id", fid), facts.pop("model_class", "destroyed"), **facts,
                            probabilities=probabilities)  # fmt: skip


def fids(buildings):
    return [each.fid for each in buildings]


def test_least_sure_first_and_without_probabilities_last():
    given = [
        building(1, (0.7, 0.1, 0.1, 0.1)),
        building(2),
        building(3, (0.1, 0.44, 0.45, 0.01)),
        building(4, (0.25, 0.25, 0.25, 0.25)),
    ]
    assert [round(each.margin, 9) for each in given] == [0.6, 0, 0.01, 0]
    assert fids(in_order(given, Order.DOUBT)) == [4, 3, 1, 2]


def test_worst_class_first_with_the_adapted_class():
    given = [
        building(1, (0.1, 0.2, 0.3, 0.4), model_class="no-damage"),
        building(2, (0.1, 0.2, 0.2, 0.5), model_class="no-damage", adapted_class="destroyed"),
        building(3, (0.1, 0.2, 0.3, 0.4), model_class="destroyed"),
        building(4, model_class="unknown"),
    ]
    assert fids(in_order(given, Order.CLASS)) == [3, 2, 1, 4]


@pytest.mark.parametrize("size", [1, 2, 8, 16])
def test_on_a_full_grid_each_step_of_the_curve_leads_to_a_neighbour(size):
    points = [(float(x), float(y)) for x in range(size) for y in range(size)]
    random.Random(1).shuffle(points)
    way = [points[index] for index in along_curve(points)]
    assert sorted(way) == sorted(points)
    assert {math.dist(a, b) for a, b in zip(way, way[1:])} <= {1.0}  # noqa: B905, RUF007 - Python 3.9


def test_places_far_from_the_origin_and_all_the_same_are_taken():
    points = [(5e5 + 20 * x, 4e6) for x in range(50)]
    assert along_curve(points) == list(range(50))
    assert sorted(along_curve([(1.0, 1.0)] * 3)) == [0, 1, 2]
    assert along_curve([]) == []


def test_random_is_the_same_each_time_and_another_than_that_of_the_file():
    given = [building(fid) for fid in range(100)]
    first = fids(in_order(given, Order.RANDOM))
    assert first == fids(in_order(reversed(given), Order.RANDOM))
    assert sorted(first) == list(range(100)) != first


def test_of_a_sample_only_its_members_in_its_order():
    given = [building(fid, building_id=fid * 10) for fid in range(1, 6)] + [building(9, building_id=None)]
    assert fids(in_order(given, Order.SAMPLE, {40: 0, 10: 1, 770: 2})) == [4, 1]
    assert in_order(given, Order.SAMPLE) == []


def test_filters():
    sure = building(1, (0.9, 0.1, 0, 0), area_m2=50, model_class="no-damage", x=5, y=5)
    doubtful = building(2, (0.5, 0.45, 0.05, 0), area_m2=150, model_class="no-damage", x=15, y=5)
    given = [sure, doubtful, building(3, area_m2=10)]

    def left(**wanted):
        return fids(each for each in given if ReviewFilter(**wanted).concerns(each))

    assert left() == [1, 2, 3]
    assert left(model_class="no-damage") == [1, 2]
    assert left(most_margin=0.1) == [2]
    assert left(least_area=50) == [1, 2]
    assert left(view=Box(0, 0, 10, 10)) == [1, 3]


def test_going_on_passes_by_what_is_reviewed_and_begins_again_at_the_end():
    queue = ReviewQueue([5, 6, 7, 8])
    assert queue.current is None
    assert [queue.forward({6}) for _ in range(4)] == [5, 7, 8, 5]
    assert queue.back() == 8
    assert queue.following(2, {5}) == [6, 7]
    assert queue.forward({5, 6, 7, 8}) is None
    assert queue.current == 8


def test_a_building_that_goes_does_not_change_the_place():
    queue = ReviewQueue([5, 6, 7, 8])
    queue.go_to(7)
    queue.drop(5)
    assert (queue.current, queue.fids) == (7, [6, 7, 8])
    queue.drop(7)
    assert queue.current == 8
    queue.drop(8)
    assert queue.current == 6
    queue.drop(6)
    assert queue.current is None
    assert queue.forward() is None
