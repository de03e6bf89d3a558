"""Objects against counts that are known by construction, and against scipy."""

import numpy as np
import scipy.ndimage
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from shapely import box

from training.evaluation.objects import classify_by_mask, classify_by_probability, draw_objects, find_objects
from training.labels import LabelledBuilding


def test_touching_buildings_stay_apart():
    damage = np.zeros((10, 12), np.uint8)
    damage[2:6, 2:6], damage[2:6, 6:10] = 1, 4
    buildings = [LabelledBuilding(box(2, 2, 6, 6), 1), LabelledBuilding(box(6, 2, 10, 6), 1)]
    objects = draw_objects(buildings, damage)
    assert objects.areas.tolist() == [16, 16]
    assert sorted(objects.classes) == [1, 4]
    assert len(find_objects(damage > 0)) == 1


def test_smaller_building_wins_and_covered_or_outer_ones_are_left_out():
    damage = np.full((10, 10), 2, np.uint8)
    small, large = box(2, 2, 4, 4), box(0, 0, 8, 8)
    outside, between_centres = box(20, 20, 25, 25), box(9.6, 9.6, 9.9, 9.9)
    objects = draw_objects([LabelledBuilding(p, 1) for p in (small, large, outside, between_centres)], damage)
    assert objects.areas.tolist() == [60, 4]
    assert len(draw_objects([], damage)) == 0


def test_class_of_a_building_is_that_of_most_pixels():
    damage = np.zeros((4, 8), np.uint8)
    damage[:, :3] = 3
    damage[0, :3] = 255
    objects = draw_objects([LabelledBuilding(box(0, 0, 4, 4), 1), LabelledBuilding(box(5, 0, 8, 4), 1)], damage)
    assert objects.classes.tolist() == [3, 255]


@given(arrays(np.bool_, (9, 11)), st.integers(1, 5))
def test_components_are_those_of_scipy(mask, smallest):
    objects = find_objects(mask, smallest)
    labels, count = scipy.ndimage.label(mask)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    assert len(objects) == np.count_nonzero(sizes >= smallest)
    for number in np.flatnonzero(sizes >= smallest) + 1:
        inside = objects.numbers[labels == number]
        assert inside.min() == inside.max() > 0
        assert np.count_nonzero(objects.numbers == inside[0]) == sizes[number - 1]


def test_votes():
    mask = np.zeros((2, 7), bool)
    mask[:, :3], mask[:, 4:] = True, True
    objects = find_objects(mask)
    building = np.ones((2, 7), np.float32)
    building[:, 1:3] = 0.1
    damage = np.zeros((4, 2, 7), np.float32)
    damage[1, :, 0] = damage[0, :, 1:3] = damage[3, :, 4:] = 1
    # two sure pixels of class 2 outweigh four unsure ones of class 1
    assert classify_by_probability(objects, building, damage).classes.tolist() == [2, 4]
    classes = (damage.argmax(0) + 1).astype(np.uint8)
    assert classify_by_mask(objects, classes).classes.tolist() == [1, 4]


def test_nothing_at_all():
    objects = find_objects(np.zeros((4, 4), bool))
    assert len(objects) == 0
    assert classify_by_mask(objects, np.zeros((4, 4), np.uint8)).classes.shape == (0,)
