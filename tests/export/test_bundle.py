"""An exported bundle: opens in the engine, agrees with torch, is small."""

import json

import numpy as np
import pytest
import torch

from export.bundle import Card, write_bundle
from export.graph import JointGraph
from export.parity import measure_parity
from training.networks.compact import CompactNetwork
from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.decision import Decision


@pytest.fixture(scope="module")
def graph():
    torch.manual_seed(0)
    return JointGraph(CompactNetwork("efficientnet_lite0", "package", (16, 16, 16, 16)), temperature=1.5).eval()


@pytest.fixture(scope="module")
def bundle(graph, tmp_path_factory):
    card = Card("trial", "A trial", "CC BY-NC-SA 4.0", "none", "tests")
    decision = Decision(building_threshold=0.4, class_weights=(1.0, 1.5, 1.0, 1.0))
    return write_bundle(tmp_path_factory.mktemp("bundle") / "trial", graph, card, decision, 128, 32, 0.5)


def test_engine_opens_it(bundle):
    opened = open_bundle(bundle)
    assert opened.id == "trial"
    assert opened.decision == Decision(building_threshold=0.4, class_weights=(1.0, 1.5, 1.0, 1.0))
    assert json.loads((bundle / "model.json").read_text())["networks"][0]["role"] == "joint"


def test_graph_says_what_the_network_says(bundle, graph):
    rng = np.random.default_rng(0)
    pairs = [tuple(rng.integers(0, 256, (2, 3, 128, 128), dtype=np.uint8)) for _ in range(2)]
    parity = measure_parity(bundle / "network.onnx", graph, pairs)
    assert parity.agreement > 0.995
    assert parity.largest_difference < 0.02


def test_failed_write_keeps_the_old_bundle(bundle, graph, monkeypatch):
    before = (bundle / "model.json").read_bytes()
    monkeypatch.setattr("export.bundle._stamp", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_bundle(bundle, graph, Card("trial", "", "", "", ""), Decision(), 128, 32, 0.5)
    assert (bundle / "model.json").read_bytes() == before
    assert [p.name for p in bundle.parent.iterdir()] == ["trial"]
