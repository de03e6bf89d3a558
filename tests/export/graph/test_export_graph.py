"""The exported graph: margin, temperature, and a full-size answer from coarse scores."""

import numpy as np
import onnxruntime
import pytest
import torch
from torch import nn

from export.graph.export_graph import Ends, ExportGraph, find_ends
from export.graph.tracing import traced
from training.evaluation.calibration import Scaling
from training.networks.scores import Scores

MEAN, DEVIATION = (np.array(v).reshape(3, 1, 1) for v in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))


class RedNeighbour(nn.Module):
    """Score of a pixel: red of the one 16 pixels to the left, which only a margin can tell at the edge."""

    def forward(self, pre, post):
        return Scores(nn.functional.pad(pre[:, :1, :, :-16], (16, 0)), None)


def test_margin_mirrors_normalised_images_and_is_cut_off():
    image = np.random.default_rng(1).integers(0, 256, (3, 40, 48), dtype=np.uint8)
    with torch.no_grad():
        (found,) = ExportGraph(RedNeighbour(), (40, 48), margin=16)(torch.from_numpy(image)[None])
    normalised = (image / 255 - MEAN) / DEVIATION
    mirrored = np.pad(normalised, ((0, 0), (16, 16), (16, 16)), mode="reflect")
    expected = 1 / (1 + np.exp(-mirrored[0, 16:56, :48]))
    assert found.shape == (1, 1, 40, 48)
    assert np.abs(found[0, 0].numpy() - expected).max() < 1e-5


class Coarse(nn.Module):
    """Scores at a quarter of the resolution."""

    def forward(self, pre, post):
        x = nn.functional.avg_pool2d(pre, 4)
        return Scores(x[:, :2], torch.cat([x, x[:, :1]], dim=1) * 3)


def test_coarse_scores_give_full_size_probabilities():
    images = torch.randint(0, 256, (2, 1, 3, 32, 64), dtype=torch.uint8)
    graph = ExportGraph(Coarse(), (32, 64), Scaling(3.0))
    assert graph.ends == Ends(True, 4)
    building, damage = graph(*images)
    assert building.shape == (1, 1, 32, 64)
    assert damage.shape == (1, 4, 32, 64)
    assert torch.allclose(damage.sum(1), torch.ones(1, 32, 64))
    cold = ExportGraph(Coarse(), (32, 64))(*images)[1]
    scores = cold.log()
    assert torch.allclose(damage, (scores / 3).softmax(1), atol=1e-5)


SCALING = Scaling(2.0, (0.0, 1.0, 2.0, -3.0))


@pytest.mark.parametrize("building", [False, True])
@pytest.mark.parametrize("channels", [4, 5])
def test_offsets_are_of_the_four_classes(channels, building):
    class Fixed(nn.Module):
        def forward(self, pre, post):
            damage = torch.arange(float(channels)).view(1, -1, 1, 1).expand(1, -1, *pre.shape[2:])
            return Scores(pre[:, :1] if building else None, damage)

    image = torch.zeros(1, 3, 64, 64, dtype=torch.uint8)
    damage = ExportGraph(Fixed(), (64, 64), SCALING)(image, image)[-1][0, :, 5, 7]
    expected = softmax(np.arange(channels)[-4:] / 2 + np.array(SCALING.offsets))
    # the engine drops the background and lets the rest sum to 1
    assert np.abs(damage[-4:].numpy() / damage[-4:].sum().item() - expected).max() < 1e-6
    assert damage.sum().item() == pytest.approx(1)


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=0))
    return powers / powers.sum(axis=0)


class Painted(nn.Module):
    """Five scores that follow the colours of both images, with any certainty about the background."""

    def forward(self, pre, post):
        return Scores(None, torch.cat([(pre - post)[:, :1] * 10, pre, post[:, 1:2] * 3], dim=1))


def painted(pre, post):
    before, after = ((image / 255 - MEAN) / DEVIATION for image in (pre, post))
    return np.concatenate([(before - after)[:1] * 10, before, after[1:2] * 3])


@pytest.mark.parametrize("form", ["torch", "onnx"])
def test_calibration_does_not_move_buildings(form):
    pre, post = np.random.default_rng(4).integers(0, 256, (2, 3, 64, 64), dtype=np.uint8)
    graph = ExportGraph(Painted(), (64, 64), SCALING)
    if form == "torch":
        with torch.no_grad():
            (found,) = (said[0].numpy() for said in graph(*(torch.from_numpy(image)[None] for image in (pre, post))))
    else:
        session = onnxruntime.InferenceSession(traced(graph).SerializeToString(), providers=["CPUExecutionProvider"])
        (found,) = (said[0] for said in session.run(None, {"pre": pre[None], "post": post[None]}))
    scores = painted(pre, post)
    plain = softmax(scores)
    # calibrate takes class probabilities given a building from the plain ones, and scales their logarithms
    given = softmax(np.log(plain[1:] / plain[1:].sum(axis=0)) / 2 + np.array(SCALING.offsets).reshape(4, 1, 1))
    assert np.abs(found[0] - plain[0]).max() < 1e-5
    assert np.abs(found[1:] - (1 - plain[0]) * given).max() < 1e-5
    assert np.abs(found.sum(axis=0) - 1).max() < 1e-5
    # where the background is nearly certain the classes keep their digits
    unsure = found[1:].sum(axis=0) < 1e-7
    assert unsure.any()
    shares = found[1:, unsure].astype(np.float64)
    assert np.abs(shares / shares.sum(axis=0) - given[:, unsure]).max() < 1e-4


@pytest.mark.parametrize(
    ("ends", "role", "inputs", "outputs"),
    [
        (Ends(True, None), "localization", ("pre",), {"building": 1}),
        (Ends(False, 5), "damage", ("pre", "post"), {"damage": 5}),
        (Ends(True, 4), "joint", ("pre", "post"), {"building": 1, "damage": 4}),
    ],
)
def test_ends(ends, role, inputs, outputs):
    assert (ends.role, ends.inputs, ends.outputs) == (role, inputs, outputs)


def test_network_that_says_nothing():
    class Silent(nn.Module):
        def forward(self, pre, post):
            return Scores(None, None)

    with pytest.raises(ValueError, match="neither building nor damage"):
        find_ends(Silent())
