"""Means over networks and flips against means written out."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xview2_qgis.engine.errors import RuntimeFailure
from xview2_qgis.engine.inference.ensemble import Ensemble

SIZE = 6
IMAGES = {name: np.zeros((1, 3, SIZE, SIZE), np.uint8) for name in ("pre", "post")}


class Saying:
    """Stands for a network that gives the same maps whatever it sees."""

    def __init__(self, weight=1.0, **outputs):
        self.network = SimpleNamespace(outputs=tuple(outputs), weight=weight)
        self._outputs = outputs

    def run(self, images):
        assert set(images) == {"pre", "post"}
        return {name: np.asarray(values, np.float32) for name, values in self._outputs.items()}


def maps(seed, channels):
    return np.random.default_rng(seed).random((1, channels, SIZE, SIZE), dtype=np.float32)


def test_each_output_is_averaged_over_the_networks_that_have_it():
    houses, both, classes = maps(1, 1), (maps(2, 1), maps(3, 5)), maps(4, 5)
    ensemble = Ensemble(
        [Saying(1, building=houses), Saying(3, building=both[0], damage=both[1]), Saying(0.5, damage=classes)], "none"
    )
    mean = ensemble.mean(IMAGES)
    np.testing.assert_allclose(mean["building"], (houses + 3 * both[0]) / 4, rtol=1e-6)
    np.testing.assert_allclose(mean["damage"], (3 * both[1] + 0.5 * classes) / 3.5, rtol=1e-6)


def test_the_weight_of_a_lone_network_does_not_matter():
    alone = maps(5, 1)
    np.testing.assert_array_equal(Ensemble([Saying(7, building=alone)], "none").mean(IMAGES)["building"], alone)


@pytest.mark.parametrize("count", [1, 2])
def test_the_mirror_image_is_taken_back(count):
    plane = maps(6, 1)
    mean = Ensemble([Saying(building=plane)] * count, "mirror").mean(IMAGES)
    np.testing.assert_allclose(mean["building"], (plane + plane[..., ::-1]) / 2, rtol=1e-6)


@pytest.mark.parametrize("count", [1, 2])
def test_flips_are_taken_back(count):
    plane = maps(6, 1)
    wanted = (plane + plane[..., ::-1] + plane[:, :, ::-1] + plane[:, :, ::-1, ::-1]) / 4
    mean = Ensemble([Saying(building=plane)] * count, "flips").mean(IMAGES)
    np.testing.assert_allclose(mean["building"], wanted, rtol=1e-6)


def test_fractions_of_grey_are_cut_off_twice():
    said = [10.9, 21.9, 30.2]
    networks = [
        Saying(weight, building=np.full((1, 1, 1, 1), grey / 255)) for grey, weight in zip(said, (1, 1, 2), strict=True)
    ]
    # (10 + 21 + 2 · 30) / 4 = 22.75
    assert Ensemble(networks, "none").truncated_mean(IMAGES)["building"].ravel().tolist() == [22]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.01, 1000), min_size=1, max_size=6))
def test_equal_networks_lose_nothing_by_any_weights(weights):
    grey = np.arange(256, dtype=np.float32).reshape(1, 1, 16, 16)
    networks = [Saying(weight, building=(grey + 0.5) / 255) for weight in weights]
    np.testing.assert_array_equal(
        Ensemble(networks, "none").truncated_mean(IMAGES)["building"], np.minimum(grey, 255).astype(np.uint8)
    )


@pytest.mark.parametrize("name", ["mean", "truncated_mean"])
def test_numbers_that_are_not_finite_are_an_error(name):
    broken = Ensemble([Saying(building=maps(1, 1)), Saying(building=np.full((1, 1, SIZE, SIZE), np.nan))], "none")
    with pytest.raises(RuntimeFailure, match="not finite"):
        getattr(broken, name)(IMAGES)
