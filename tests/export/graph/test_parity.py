"""Parity against differences that are known."""

import numpy as np
import pytest
import torch
from torch import nn

from export.graph.export_graph import ExportGraph
from export.graph.parity import Parity, limits, measure_parity, worst
from export.sessions.image_pairs import ImagePair
from training.networks.scores import Scores
from xview2_qgis.engine.errors import ModelError

SIZE = (40, 50)
PAIR = ImagePair(*(np.zeros((3, *SIZE), np.uint8) for _ in range(2)))


class Said(nn.Module):
    """Says fixed probabilities, whatever it sees."""

    def __init__(self, building, damage):
        super().__init__()
        self.building, self.damage = building, damage

    def forward(self, pre, post):
        scores = torch.from_numpy(self.building).logit(), torch.from_numpy(self.damage).log()
        beyond = pre.shape[3] - SIZE[1], pre.shape[2] - SIZE[0]  # the graph asks a larger image what there is
        return Scores(*(nn.functional.pad(s, (0, beyond[0], 0, beyond[1]))[None] for s in scores))


def compare(building, damage, found_building, found_damage, monkeypatch, thresholds=(0.5,)):
    graph = ExportGraph(Said(building, damage), SIZE)
    found = {"building": found_building, "damage": found_damage}
    monkeypatch.setattr("export.graph.parity.run_file", lambda path, pairs: [found] * len(pairs))
    return measure_parity("", graph, [PAIR], thresholds)


@pytest.fixture
def said():
    rng = np.random.default_rng(2)
    building = rng.uniform(0.02, 0.98, (1, *SIZE)).astype(np.float32)
    damage = rng.dirichlet(np.ones(4), SIZE).transpose(2, 0, 1).astype(np.float32)
    return building, damage


def test_the_same(said, monkeypatch):
    parity = compare(*said, *said, monkeypatch)
    assert parity.agreement == 1
    assert parity.usual_difference <= parity.largest_difference < 1e-5


def test_differences(said, monkeypatch):
    building, damage = said
    other = building.copy()
    other[0, 0, :10] += 0.3  # 5 of 1000 pixels
    other[0, 1:, :] += 0.004
    parity = compare(building, damage, other, damage, monkeypatch)
    each = np.abs(other - building).max(0)
    assert parity.largest_difference == pytest.approx(each.max(), abs=1e-5)
    assert parity.usual_difference == pytest.approx(np.quantile(each, 0.999), abs=2e-3)
    same = (other > 0.5) == (building > 0.5)
    assert parity.agreement == pytest.approx(same.mean())


def test_classes_count_on_buildings(said, monkeypatch):
    building, damage = said
    parity = compare(building, damage, building, damage[::-1], monkeypatch, (0.3, 0.8))
    assert parity.agreement == pytest.approx((building < 0.3).mean(), abs=1e-3)


def test_every_threshold_decides(said, monkeypatch):
    building, damage = said
    other = np.where(building > 0.4, building, np.float32(0.1))
    assert compare(building, damage, other, damage, monkeypatch).agreement == 1
    lower = compare(building, damage, other, damage, monkeypatch, (0.25, 0.8)).agreement
    assert lower == pytest.approx(1 - ((building > 0.25) & (building <= 0.4)).mean())


@pytest.mark.parametrize(
    ("parity", "rounded", "fine"),
    [
        (Parity(1, 0.9e-3, 1e-4, 0.9995), False, True),
        (Parity(1, 1.1e-3, 1e-4, 0.9995), False, False),
        (Parity(1, 0.9e-3, 1e-4, 0.9985), False, False),
        (Parity(1, 0.3, 0.04, 0.9995), True, True),
        (Parity(1, 0.3, 0.06, 0.9995), True, False),
        (Parity(1, float("nan"), 0.0, 1.0), True, False),
        (Parity(1, 0.97, 1.0, 1.0), True, False),
    ],
)
def test_limits(parity, rounded, fine):
    if fine:
        parity.check("net", rounded)
    else:
        with pytest.raises(ModelError, match="net: the exported graph differs"):
            parity.check("net", rounded)


def test_worst():
    one, other = Parity(2, 0.1, 0.01, 0.99), Parity(2, 0.2, 0.001, 0.98)
    assert worst([one, other]) == Parity(2, 0.2, 0.01, 0.98)
    assert limits(True).largest_difference is limits(False).usual_difference is None
