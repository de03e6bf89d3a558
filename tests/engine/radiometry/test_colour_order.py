import numpy as np
import pytest

from xview2_qgis.engine.radiometry.colour_order import Exchanged, exchanged_colours


def ground(seed, shared, count=400):
    """Blocks (count, 3) of a soil that is more or less red; ``shared`` is how much of that is the same everywhere."""
    soil = np.random.default_rng(1).normal(0, 1, count)
    own = np.random.default_rng(seed).normal(0, 1, count)
    reddish = 0.2 + 0.08 * (shared * soil + np.sqrt(1 - shared**2) * own)
    return (100 * np.exp(np.stack([reddish / 2, np.zeros(count), -reddish / 2], axis=1))).astype(np.float32)


def swapped(blocks):
    return blocks[:, ::-1].copy()


def test_the_order_of_both_is_right():
    assert exchanged_colours(ground(2, 0.9), ground(3, 0.9), as_stored=True) is None
    assert exchanged_colours(ground(2, 0.9), ground(3, 0.9), as_stored=False) is None


def test_which_image_is_exchanged():
    pre, post = ground(2, 0.9), ground(3, 0.9)
    assert exchanged_colours(pre, swapped(post), as_stored=True) is Exchanged.POST
    assert exchanged_colours(swapped(pre), post, as_stored=True) is Exchanged.PRE
    assert exchanged_colours(pre, swapped(post), as_stored=False) is Exchanged.ONE


def test_both_exchanged_cannot_be_told():
    assert exchanged_colours(swapped(ground(2, 0.9)), swapped(ground(3, 0.9)), as_stored=True) is None


def test_one_reason_alone_is_none():
    pre, post = ground(2, 0.9), ground(3, 0.9)
    smoky = post * np.float32([0.8, 1.0, 1.2])  # more blue than red, but what is reddish stays reddish
    assert exchanged_colours(pre, smoky, as_stored=True) is None
    mirrored = swapped(post) * np.float32([1.3, 1.0, 0.7])  # the other way round, but as red as the pre-event image
    assert exchanged_colours(pre, mirrored, as_stored=True) is None


def test_a_weak_correlation_of_stretched_images_is_not_believed():
    pre, post = ground(2, 0.6), swapped(ground(3, 0.6))
    assert exchanged_colours(pre, post, as_stored=True) is Exchanged.POST
    assert exchanged_colours(pre, post, as_stored=False) is None


@pytest.mark.parametrize("as_stored", [True, False])
def test_grey_or_small_images_say_nothing(as_stored):
    grey = np.full((400, 3), 90, np.float32)
    assert exchanged_colours(grey, swapped(ground(3, 0.9)), as_stored=as_stored) is None
    few = ground(2, 0.9)[:20]
    assert exchanged_colours(few, swapped(few), as_stored=as_stored) is None
