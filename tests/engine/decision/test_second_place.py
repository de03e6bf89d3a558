"""The rule of the second place against what its program gave."""

import numpy as np
import pytest

from tests.checkout import PARITY
from xview2_qgis.engine.decision.second_place import second_place


@pytest.mark.parametrize("scene", ["scene0", "scene1", "scene2", "scene3"])
def test_second_place_gives_the_published_maps(scene):
    data = np.load(PARITY / "postprocess_second_place.npz")
    found = second_place(data[f"{scene}.loc"], np.moveaxis(data[f"{scene}.damage"], -1, 0))
    np.testing.assert_array_equal(found.building, data[f"{scene}.out_loc"])
    np.testing.assert_array_equal(found.damage, data[f"{scene}.out_damage"])
    assert found.building.dtype == found.damage.dtype == np.uint8


def test_second_place_without_anything():
    found = second_place(np.zeros((8, 8), np.uint8), np.zeros((4, 8, 8), np.uint8))
    assert not found.building.any()
    assert (found.damage == 1).all()


@pytest.mark.parametrize(("minor", "building"), [(72, 0), (73, 1)])
def test_damage_counts_twice_against_four_fifths_of_the_background(minor, building):
    # 2 m > 0.8 (255 - m) above m = 72.86
    damage = np.zeros((4, 1, 1), np.uint8)
    damage[1] = minor
    assert second_place(np.zeros((1, 1), np.uint8), damage).building == building
