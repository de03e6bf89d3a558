import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from shapely import affinity

from xview2_qgis.engine.buildings.instances import separate


def drawn(*polygons, degrees=0.0):
    """Pixels of the union of polygons, with an edge of background."""
    union = affinity.rotate(shapely.union_all(polygons), degrees, origin=(0, 0))
    west, south, east, north = union.bounds
    xs, ys = np.meshgrid(np.arange(west - 2, east + 2) + 0.5, np.arange(south - 2, north + 2) + 0.5)
    return shapely.contains_xy(union, xs, ys)


def count(mask, building=None, minimum_pixels=24):
    probability = np.full(mask.shape, 230, np.uint8) if building is None else building
    return separate(mask, probability, minimum_pixels)[1]


ONE = {
    "square": [shapely.box(0, 0, 20, 20)],
    "long": [shapely.box(0, 0, 160, 14)],
    "L": [shapely.box(0, 0, 60, 16), shapely.box(0, 0, 16, 60)],
    "U": [shapely.box(0, 0, 70, 16), shapely.box(0, 0, 16, 50), shapely.box(54, 0, 70, 50)],
    "T": [shapely.box(0, 0, 80, 16), shapely.box(32, 0, 48, 50)],
    "house with porch": [shapely.box(0, 0, 24, 20), shapely.box(8, 20, 16, 26)],
    "house with wide wing": [shapely.box(0, 0, 30, 20), shapely.box(30, 0, 50, 14)],
    "tiny": [shapely.box(0, 0, 4, 4)],
    "courtyard": [shapely.box(0, 0, 60, 60) - shapely.box(18, 18, 42, 42)],
}
TWO = {
    "thin bridge": [shapely.box(0, 0, 20, 20), shapely.box(24, 0, 44, 20), shapely.box(19, 6, 25, 12)],
    "corner contact": [shapely.box(0, 0, 20, 20), shapely.box(17, 17, 37, 37)],
    "different sizes": [shapely.box(0, 0, 40, 40), shapely.box(43, 10, 59, 26), shapely.box(39, 14, 45, 20)],
    "long ones end to end": [shapely.box(0, 0, 70, 16), shapely.box(73, 0, 143, 16), shapely.box(69, 4, 75, 9)],
}


@pytest.mark.parametrize("degrees", [0.0, 17.0, 45.0, 71.0])
@pytest.mark.parametrize("name", ONE)
def test_one_building_stays_one(name, degrees):
    assert count(drawn(*ONE[name], degrees=degrees)) == 1


@pytest.mark.parametrize("degrees", [0.0, 17.0, 45.0, 71.0])
@pytest.mark.parametrize("name", TWO)
def test_two_buildings_that_touch_become_two(name, degrees):
    mask = drawn(*TWO[name], degrees=degrees)
    labels, found = separate(mask, np.full(mask.shape, 230, np.uint8), 24)
    assert found == 2
    # the cut runs through the bridge: nearly every pixel of a house is on its own side
    truth = [
        drawn_on(mask, affinity.rotate(part, degrees, origin=(0, 0)), TWO[name], degrees) for part in TWO[name][:2]
    ]
    agreement = max(
        sum(int((labels[t] == number).sum()) for t, number in zip(truth, order, strict=True))
        for order in [(1, 2), (2, 1)]
    )
    assert agreement > 0.93 * sum(int(t.sum()) for t in truth)


def drawn_on(mask, part, polygons, degrees):
    west, south, _, _ = affinity.rotate(shapely.union_all(polygons), degrees, origin=(0, 0)).bounds
    rows, cols = np.indices(mask.shape)
    return shapely.contains_xy(part, cols + west - 2 + 0.5, rows + south - 2 + 0.5) & mask


def test_a_gap_in_the_probability_separates_houses_of_one_rectangle():
    mask = drawn(shapely.box(0, 0, 60, 20))
    building = np.full(mask.shape, 240, np.uint8)
    building[:, 30:34] = 130
    assert count(mask, building) == 2


def test_noise_does_not_separate():
    rng = np.random.default_rng(1)
    mask = drawn(shapely.box(0, 0, 90, 18), degrees=20)
    building = np.clip(rng.normal(190, 25, mask.shape), 128, 255).astype(np.uint8)
    assert count(mask, building) == 1


def test_parts_below_the_minimum_area_stay_with_their_neighbour():
    mask = drawn(shapely.box(0, 0, 30, 30), shapely.box(34, 12, 40, 18), shapely.box(29, 14, 35, 16))
    assert count(mask, minimum_pixels=10) == 2
    assert count(mask, minimum_pixels=60) == 1


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_labels_cover_the_component_and_are_connected(seed):
    rng = np.random.default_rng(seed)
    noise = ndimage.gaussian_filter(rng.random((60, 70)), 3)
    components, _ = ndimage.label(noise > np.quantile(noise, 0.55))
    mask = components == np.bincount(components[components > 0]).argmax()
    building = rng.integers(128, 256, mask.shape).astype(np.uint8)
    labels, found = separate(mask, building, 20)
    assert ((labels > 0) == mask).all()
    for number in range(1, found + 1):
        assert ndimage.label(labels == number)[1] == 1
    # deterministic, and the same wherever the component lies in the picture
    again, _ = separate(np.pad(mask, 5), np.pad(building, 5), 20)
    assert (again[5:-5, 5:-5] == labels).all()
