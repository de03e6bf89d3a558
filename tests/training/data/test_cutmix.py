"""CutMix: what is pasted lies where it lay, in all four layers, and is one rectangle."""

import numpy as np
import pytest

from training.data.crops import Crop
from training.data.cutmix import mix


def plain(value, size=64):
    return Crop(
        np.full((3, size, size), value, np.uint8),
        np.full((3, size, size), value + 1, np.uint8),
        np.full((size, size), value + 2, np.uint8),
        np.full((size, size), value + 3, np.uint8),
    )


@pytest.mark.parametrize("seed", range(30))
def test_one_rectangle_of_all_layers_comes_from_the_donor(seed):
    crop, donor = plain(10), plain(100)
    donor.damage[:] = 0
    donor.damage[50, 3] = 3
    mixed = mix(crop, donor, np.random.default_rng(seed))
    pasted = mixed.building == 102
    rows, columns = np.flatnonzero(pasted.any(1)), np.flatnonzero(pasted.any(0))
    assert pasted.sum() == len(rows) * len(columns) == (np.ptp(rows) + 1) * (np.ptp(columns) + 1)
    for edge in (len(rows), len(columns)):
        assert 0.25 * 64 <= edge <= round(0.6 * 64)
    assert pasted[50, 3]  # the damage is in it
    np.testing.assert_array_equal(mixed.pre, np.where(pasted, 100, 10)[None].repeat(3, 0))
    np.testing.assert_array_equal(mixed.post, np.where(pasted, 101, 11)[None].repeat(3, 0))
    np.testing.assert_array_equal(mixed.damage, np.where(pasted, donor.damage, 13))
    assert (crop.pre == 10).all()


def test_donor_without_damage_gives_any_rectangle():
    donor = plain(100)
    donor.damage[:] = 1
    places = {mix(plain(10), donor, np.random.default_rng(s)).damage.tobytes() for s in range(20)}
    assert len(places) == 20


@pytest.mark.parametrize("which", [0, 1])
def test_with_an_image_alone_the_result_has_no_pre_event_image(which):
    crops = [plain(10), plain(100)]
    crops[which] = crops[which].without_pre()
    mixed = mix(crops[0], crops[1], np.random.default_rng(0))
    assert mixed.post_only
    np.testing.assert_array_equal(mixed.pre, mixed.post)
    assert set(np.unique(mixed.post)) == {11, 101}
