"""The rule of the fifth place against what its program gave."""

import cv2
import numpy as np
import pytest

from tests.checkout import PARITY
from xview2_qgis.engine.decision.fifth_place import FifthPlace, fifth_place


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=0))
    return powers / powers.sum(axis=0)


@pytest.mark.parametrize("case", ["case0", "case1"])
def test_fifth_place_gives_the_published_maps(case):
    data = np.load(PARITY / "merge_fifth_place.npz")
    height, width = data[f"{case}.out_loc"].shape
    enlarged = (
        np.stack([cv2.resize(channel, (width, height), interpolation=cv2.INTER_LINEAR) for channel in data[name]])
        for name in (f"{case}.loc_logits", f"{case}.cls_logits")
    )
    location, classes = (softmax(scores) for scores in enlarged)
    found = fifth_place(location[1], classes)
    np.testing.assert_array_equal(found.building, data[f"{case}.out_loc"])
    np.testing.assert_array_equal(found.damage * found.building, data[f"{case}.out_damage"])


def test_pixels_have_the_likeliest_class_where_there_is_a_building():
    rng = np.random.default_rng(1)
    building = rng.choice(np.array([0, 255], np.uint8), (9, 7))
    damage = rng.integers(0, 256, (4, 9, 7), dtype=np.uint8)
    found = FifthPlace().pixel_classes(building, damage)
    np.testing.assert_array_equal(found, np.where(building > 0, damage.argmax(axis=0) + 1, 0))
    assert found.dtype == np.uint8
