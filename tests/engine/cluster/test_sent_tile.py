"""A tile arrives as it was sent, but for pixels that nothing shows."""

import pickle

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from rasterio.windows import Window

from xview2_qgis.engine.cluster.worker.sent_tile import SentTile
from xview2_qgis.engine.decision.tile_prediction import TilePrediction
from xview2_qgis.engine.scene.pair_tile import PairTile

HEIGHT, WIDTH = 48, 56
WINDOW = Window(-8, 40, WIDTH, HEIGHT)


def masked(box):
    top, left, height, width = box
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[top : top + height, left : left + width] = True
    return mask


def predicted(seed, certain=False, gated=False):
    random = np.random.default_rng(seed)
    building, damage = random.random((HEIGHT, WIDTH), np.float32), random.random((4, HEIGHT, WIDTH), np.float32)
    if certain:
        building, damage = building.round(), damage.round()
    if gated:
        damage = np.broadcast_to(np.float32(0.25), damage.shape)
    return TilePrediction(building, damage, gated, random.random((6, 3, 3), np.float32))


def sent(tile, prediction):
    image = np.full((3, HEIGHT, WIDTH), 200, np.uint8)
    packed = SentTile.of(PairTile(WINDOW, image, image, *tile), prediction)
    return packed, pickle.loads(pickle.dumps(packed, 5)).tile(WINDOW)


BOX = st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 18), st.integers(0, 26))


@given(st.none() | BOX, BOX, st.booleans(), st.booleans())
def test_what_is_shown_arrives_to_the_bit(pre, post, certain, gated):
    valid = (None if pre is None else masked(pre), masked(post))
    prediction = predicted(1, certain, gated)
    _, tile = sent(valid, prediction)
    assert tile.window == WINDOW
    assert (tile.pre_valid is None) == (pre is None)
    if pre is not None:
        assert np.array_equal(tile.pre_valid, valid[0])
    assert np.array_equal(tile.post_valid, valid[1])
    shown = valid[1] if pre is None else valid[0] | valid[1]
    arrived = tile.prediction
    assert arrived.building.dtype == arrived.damage.dtype == np.float32
    assert arrived.building.shape == (HEIGHT, WIDTH)
    assert np.array_equal(arrived.building[shown], prediction.building[shown])
    assert np.array_equal(arrived.damage[:, shown], prediction.damage[:, shown])
    assert arrived.gated == gated
    assert np.array_equal(arrived.features, prediction.features)


def test_what_is_undecided_or_certain_takes_little_room():
    valid = (np.ones((HEIGHT, WIDTH), bool),) * 2
    pixels = HEIGHT * WIDTH
    sizes = {
        name: len(pickle.dumps(sent(valid, prediction)[0], 5))
        for name, prediction in {
            "probabilities": predicted(2), "undecided": predicted(2, gated=True), "certain": predicted(2, certain=True)
        }.items()
    }  # fmt: skip
    assert 20 * pixels <= sizes["probabilities"] < 21 * pixels
    assert sizes["undecided"] < 5 * pixels
    assert sizes["certain"] < 6 * pixels
