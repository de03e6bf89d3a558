"""Prediction with networks whose answers are known in closed form."""

import numpy as np
import pytest
import torch
from torch import nn

from training.evaluation.prediction import Prediction, PredictionError, Predictor, averaged
from training.networks.normalisation import normalise
from training.networks.scores import Scores
from xview2_qgis.engine.decision.views import VIEWS


class Fixed(nn.Module):
    """Says what a function of the normalised images says."""

    def __init__(self, say):
        super().__init__()
        self.anchor = nn.Parameter(torch.zeros(1))
        self.say = say

    def forward(self, pre, post):
        return self.say(pre, post)


def pair(height=64, width=64, seed=0):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (2, height, width, 3), dtype=np.uint8)


def tensor(image):
    return normalise(torch.from_numpy(image.transpose(2, 0, 1).copy())[None])


def column_logits(pre, _):
    """A logit that grows from left to right and looks at the image: neither equivariant nor blind."""
    ramp = torch.linspace(-2, 2, pre.shape[-1]).expand(1, 1, *pre.shape[-2:])
    return Scores(pre[:, :1] + ramp, None)


def damage_logits(channels):
    return lambda pre, post: Scores(None, torch.cat([pre, post], 1)[:, :channels])


def test_joint_network():
    pre, post = pair()
    got = Predictor(Fixed(lambda a, b: Scores(a[:, :1], torch.cat([b, a[:, :1]], 1)))).predict(pre, post)
    assert got.building == pytest.approx(tensor(pre)[0, 0].sigmoid().numpy(), abs=1e-6)
    scores = torch.cat([tensor(post), tensor(pre)[:, :1]], 1)
    assert got.damage == pytest.approx(scores.softmax(1)[0].numpy(), abs=1e-6)
    assert (got.classes == scores.argmax(1)[0].numpy() + 1).all()
    assert (got.mask(0.7) == np.where(got.building > 0.7, got.classes, 0)).all()


def test_localization_only():
    got = Predictor(Fixed(lambda a, b: Scores(a[:, :2], None))).predict(*pair())
    assert got.damage is None
    assert got.building == pytest.approx(tensor(pair()[0])[:, :2].softmax(1)[0, 1].numpy(), abs=1e-6)
    assert set(np.unique(got.mask())) == {0, 255}


def test_five_channels_say_building_too():
    pre, post = pair()
    p = torch.cat([tensor(pre), tensor(post)], 1)[:, :5].softmax(1)[0].numpy()
    got = Predictor(Fixed(damage_logits(5))).predict(pre, post)
    assert got.building == pytest.approx(1 - p[0], abs=1e-6)
    assert got.damage == pytest.approx(p[1:] / p[1:].sum(0), abs=1e-5)


def test_certain_background_leaves_no_nan():
    scores = torch.tensor([1000.0, 0, 0, 0, 0]).view(1, 5, 1, 1)
    got = Predictor(Fixed(lambda a, b: Scores(None, scores.expand(1, 5, *a.shape[-2:])))).predict(*pair())
    assert got.damage == pytest.approx(np.full((4, 64, 64), 0.25))


@pytest.mark.parametrize("channels", [4, 5])
def test_given_localization_network_says_where_buildings_are(channels):
    pre, post = pair()
    located = Predictor(Fixed(damage_logits(channels)), Fixed(column_logits)).predict(pre, post)
    alone = Predictor(Fixed(column_logits)).predict(pre, post)
    assert (located.building == alone.building).all()
    assert located.damage.shape == (4, 64, 64)


def test_nobody_says_where_buildings_are():
    with pytest.raises(PredictionError, match="--loc-weights"):
        Predictor(Fixed(damage_logits(4))).predict(*pair())
    with pytest.raises(PredictionError, match="trained for it"):
        Predictor(Fixed(damage_logits(5)), Fixed(damage_logits(4))).predict(*pair())


@pytest.mark.parametrize("tta", ["mirror", "flips"])
def test_views_change_nothing_for_an_equivariant_network(tta):
    network = Fixed(lambda a, b: Scores(a[:, :1] * b[:, :1], torch.cat([b, a], 1)[:, :5]))
    plain, flipped = (Predictor.of(network, tta=t).predict(*pair()) for t in ("none", tta))
    assert flipped.building == pytest.approx(plain.building, abs=1e-6)
    assert flipped.damage == pytest.approx(plain.damage, abs=1e-6)


def test_flips_average_probabilities_of_flipped_input():
    pre, post = pair()
    got = Predictor.of(Fixed(column_logits), tta="flips").predict(pre, post)
    ramp = torch.linspace(-2, 2, 64)
    x = tensor(pre)[0, 0]
    # the ramp belongs to the network, not to the image: turned back, half of the views have it reversed
    expected = ((x + ramp).sigmoid() + (x + ramp.flip(0)).sigmoid()) / 2
    assert got.building == pytest.approx(expected.numpy(), abs=1e-6)


def test_every_flip_is_used_once():
    weights = torch.arange(64.0 * 64).view(1, 1, 64, 64) / 1000 - 2
    got = Predictor.of(Fixed(lambda a, b: Scores(weights, None)), tta="flips").predict(*pair())
    w = weights[0, 0]
    views = [w, w.flip(1), w.flip(0), w.rot90(2)]
    assert got.building == pytest.approx(torch.stack([v.sigmoid() for v in views]).mean(0).numpy(), abs=1e-6)


def test_any_size_and_lower_resolution():
    pre, post = pair(50, 70)
    seen = []

    def say(a, b):
        seen.append(a.shape)
        return Scores(a[:, :1, ::4, ::4], None)

    got = Predictor(Fixed(say)).predict(pre, post)
    assert seen == [(1, 3, 64, 96)]
    assert got.building.shape == (50, 70)
    whole = Predictor(Fixed(lambda a, b: Scores(a[:, :1], None))).predict(pre, post)
    assert whole.building == pytest.approx(tensor(pre)[0, 0].sigmoid().numpy(), abs=1e-6)


def test_networks_are_put_into_evaluation_mode():
    network = Fixed(column_logits).train()
    Predictor(network).predict(*pair())
    assert not network.training


def test_mask_of_a_pixel_at_the_threshold():
    building = np.array([[0.5, 0.6]], np.float32)
    damage = np.array([0.1, 0.2, 0.6, 0.1], np.float32).reshape(4, 1, 1) * np.ones((1, 1, 2), np.float32)
    assert Prediction(building, damage).mask().tolist() == [[0, 3]]


def test_images_go_where_the_network_is():
    """On the meta device, as there is not a GPU everywhere: a convolution of it refuses images that are elsewhere."""

    class Layer(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = torch.nn.Conv2d(3, 5, 1)

        def forward(self, pre, post):
            scores = self.layer(pre) + self.layer(post)
            return Scores(scores[:, :1], scores[:, 1:])

    image = np.zeros((64, 32, 3), np.uint8)
    for device in ("cpu", "meta"):
        said = averaged(Layer().to(device), image, image, VIEWS["flips"])
        assert said.building.device.type == said.damage.device.type == device
        assert said.damage.shape == (1, 4, 64, 32)
