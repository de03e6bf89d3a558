"""The rating of a bundle: a network whose answer is known, on pairs whose truth is chosen."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from export.verification import rating
from export.verification.rating import Rating, agreement, largest_difference, rate
from tests.engine.tiny_bundle import GREY_STEPS, write_tiny_bundle
from training.data.xbd import LabelledPair
from xview2_qgis.engine.scoring.challenge import Score

SIZE = 32


def pair_of(damage, roof=255):
    """Images on which the tiny network says just this damage, and buildings with the probability ``roof`` / 255."""
    pre = np.zeros((*damage.shape, 3), np.uint8)
    pre[..., 0] = np.where(damage > 0, roof, 0)
    # the network looks at the mean change over the channels; red can only fall, the others do the rest
    change = np.array([0, *GREY_STEPS])[damage]
    red = np.minimum(change, roof)
    post = np.stack([pre[..., 0] - red, (3 * change - red) // 2, (3 * change - red) // 2], axis=-1).astype(np.uint8)
    return LabelledPair("drawn_1", pre, post, (damage > 0).astype(np.uint8), damage)


def town():
    damage = np.zeros((SIZE, SIZE), np.uint8)
    for value in (1, 2, 3, 4):
        damage[7 * value - 5 : 7 * value, 4:20] = value
    return damage


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return write_tiny_bundle(tmp_path_factory.mktemp("tiny"), SIZE, 8)


def test_a_network_that_is_right(bundle):
    found = rate(bundle, [pair_of(town())])
    np.testing.assert_array_equal(found.maps[0], town())
    for name, value in found.figures.items():
        if name != "seconds":
            assert value == pytest.approx(1, abs=1e-5), name
    building, damage = found.probabilities[0][0], found.probabilities[0][1:]
    np.testing.assert_array_equal(building, np.where(town() > 0, 255, 0))
    assert (np.take_along_axis(damage, town()[None].clip(1) - 1, 0) > 250).all()


def test_figures_are_those_of_all_pairs_together(bundle):
    """Counted by hand: the truth of one pair lacks a building, that of another calls one worse."""
    seen, small = town(), np.zeros((SIZE, SIZE), np.uint8)
    small[:4, :5] = 2
    missed, worse = seen.copy(), small.copy()
    missed[seen == 4] = 0
    worse[worse == 2] = 3
    pairs = [
        replace(pair_of(seen), building=(missed > 0).astype(np.uint8), damage=missed),
        replace(pair_of(small), damage=worse),
    ]
    found = rate(bundle, pairs)
    house = 5 * 16  # pixels
    tp, fp = 3 * house + 20, house
    expected = {
        "localization_f1": 2 * tp / (2 * tp + fp),
        "damage_f1_no_damage": 1.0,
        "damage_f1_minor_damage": 2 * house / (2 * house + 20),
        "damage_f1_major_damage": 2 * house / (2 * house + 20),
    }
    figures = found.figures
    # nobody can be right about a class that the truth lacks, nor about a mean over it
    assert figures.keys() == {"seconds", "judged", *expected}
    assert {key: figures[key] for key in expected} == pytest.approx(expected)
    mean = 3 / (1 + 2 / expected["damage_f1_minor_damage"])
    assert figures["judged"] == pytest.approx(0.3 * expected["localization_f1"] + 0.7 * mean, abs=1e-5)


@pytest.mark.parametrize("kind", ["joint", "separate"])
def test_networks_run_where_there_is_no_building_too(kind, tmp_path):
    """In use the damage network may wait for buildings, which would make empty pairs look fast."""
    bundle = write_tiny_bundle(tmp_path / "tiny", SIZE, 8, kind=kind, damage_channels=4)
    (said,) = rate(bundle, [pair_of(np.zeros((SIZE, SIZE), np.uint8))]).probabilities
    assert (said[0] == 0).all()
    assert (said[1] == 255).all()  # no damage, not equally likely classes


def test_the_decision_of_the_bundle_counts(tmp_path):
    decision = {
        "rule": "object-vote",
        "building_threshold": 0.9,
        "damaged_building_threshold": 0.2,
        "class_weights": [1.0, 1.0, 0.0, 1.0],
        "minimum_area_m2": 0.0,
    }
    bundle = write_tiny_bundle(tmp_path / "tiny", SIZE, 8, changes={"decision": decision})
    (found,) = rate(bundle, [pair_of(town(), roof=128)]).maps
    # roofs at half probability pass the lower threshold only, and that holds where damage is seen
    np.testing.assert_array_equal(found > 0, town() >= 2)
    assert (found[town() == 2] == 2).all()
    assert set(np.unique(found[town() == 3])) <= {2, 4}  # a class without weight never wins
    assert (found[town() == 4] == 4).all()


def test_seconds_are_the_median_of_the_pairs(bundle, monkeypatch):
    clock = iter([0, 1, 10, 19, 20, 22])  # 1, 9 and 2 seconds
    monkeypatch.setattr(rating, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
    assert rate(bundle, [pair_of(town())] * 3).seconds == 2


def drawn_rating(*pairs):
    maps = tuple(np.array(classes, np.uint8) for classes, _ in pairs)
    return Rating(Score(), 1.0, maps, tuple(np.array(values, np.uint8).reshape(5, 1, -1) for _, values in pairs))


def test_ratings_are_compared_over_all_pairs():
    one = drawn_rating(([[0, 1]], [0, 255, 9, 9, 9] * 2), ([[4, 4]], [7] * 10))
    other = drawn_rating(([[0, 2]], [0, 255, 9, 9, 9] * 2), ([[4, 4]], [7] * 9 + [109]))
    for first, second in ((one, other), (other, one)):
        assert agreement(first, second) == 0.75
        assert largest_difference(first, second) == pytest.approx(102 / 255)
    # bytes would wrap around
    far = drawn_rating(([[0, 1]], [255, 0, 9, 9, 9] * 2), ([[4, 4]], [7] * 10))
    assert largest_difference(one, far) == 1
    assert (agreement(one, one), largest_difference(one, one)) == (1, 0)
    with pytest.raises(ValueError, match="zip"):
        agreement(one, drawn_rating(([[0, 1]], [0] * 10)))
