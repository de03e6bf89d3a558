"""What a worker holds: loaded when it is asked for, given back, loaded again, and never another model or engine."""

from __future__ import annotations

import pytest

from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.cluster.worker.held_model import HeldModel
from xview2_qgis.engine.cluster.worker.model_order import ModelOrder
from xview2_qgis.engine.errors import ModelError, RuntimeFailure
from xview2_qgis.engine.inference import devices
from xview2_qgis.engine.inference.devices import RuntimeOptions

OPTIONS = RuntimeOptions("cpu", threads=1, batch_size=2)


@pytest.fixture
def bundle(tmp_path):
    return open_bundle(write_tiny_bundle(tmp_path / "tiny", tile_size=64, overlap=16))


def test_loaded_once_until_it_is_given_back(bundle, monkeypatch):
    loaded, really = [], devices.open_network

    def open_network(network, *rest):
        loaded.append(network)
        return really(network, *rest)

    monkeypatch.setattr(devices, "open_network", open_network)
    held = HeldModel(ModelOrder(str(bundle.path), OPTIONS, None, bundle.checksum), "tcp://worker:1")
    assert [held.ready().batch_size for _ in range(2)] == [2, 2]
    held.close(unused_s=3600)
    held.ready()
    assert len(loaded) == 1
    held.close()
    assert held.ready().report.device == "cpu"
    assert len(loaded) == 2


@pytest.mark.parametrize(
    ("order", "error", "code"),
    [
        ({"checksum": "0" * 64}, ModelError, "cluster-model"),
        ({"model": "no-such-model"}, ModelError, "cluster-model"),
        ({"engine": "99.0"}, RuntimeFailure, "cluster-version"),
    ],
)
def test_what_differs_from_the_caller_is_refused(bundle, order, error, code):
    given = {"model": str(bundle.path), "options": OPTIONS, "tta": None, "checksum": bundle.checksum} | order
    with pytest.raises(error, match="tcp://worker:1") as caught:
        HeldModel(ModelOrder(**given), "tcp://worker:1").ready()
    assert caught.value.code == code
