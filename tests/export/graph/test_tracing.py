"""From torch to ONNX: shapes, versions and names that the engine counts on, and the same answer."""

import warnings

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import nn

from export.graph.export_graph import ExportGraph
from export.graph.tracing import traced
from tests.export.decided_network import DecidedNetwork
from training.networks.registry import read_network
from training.networks.scores import Scores
from xview2_qgis.engine.bundle.onnx_header import read_header

SIZE = (32, 64)


def ends_of(values):
    return {
        value.name: (
            value.type.tensor_type.elem_type,
            [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim],
        )
        for value in values
    }


@pytest.mark.parametrize(
    ("says", "inputs", "outputs"),
    [
        ((1, 0), ("pre",), {"building": 1}),
        ((2, 0), ("pre",), {"building": 1}),
        ((0, 5), ("pre", "post"), {"damage": 5}),
        ((1, 4), ("pre", "post"), {"building": 1, "damage": 4}),
    ],
)
@pytest.mark.parametrize("margin", [0, 8])  # behind the cut the exporter itself loses height and width
def test_ends_of_the_graph(margin, says, inputs, outputs):
    model = traced(ExportGraph(DecidedNetwork(*says), SIZE, margin=margin))
    onnx.checker.check_model(model, full_check=True)
    assert ends_of(model.graph.input) == {n: (onnx.TensorProto.UINT8, ["batch", 3, *SIZE]) for n in inputs}
    assert ends_of(model.graph.output) == {
        name: (onnx.TensorProto.FLOAT, ["batch", count, *SIZE]) for name, count in outputs.items()
    }


def test_the_oldest_supported_runtime_reads_it():
    model = traced(ExportGraph(DecidedNetwork(1, 4), SIZE))
    assert {entry.domain: entry.version for entry in model.opset_import} == {"": 17}
    assert model.ir_version <= 10
    assert {node.domain for node in model.graph.node} == {""}
    # nodes are told apart by their names when some of them are to keep their digits
    names = [node.name for node in model.graph.node]
    assert all(names)
    assert len(set(names)) == len(names)
    header = read_header(model.SerializeToString())
    assert [info.name for info in header.outputs] == ["building", "damage"]


def test_any_batch_gets_the_answer_of_torch():
    network = DecidedNetwork(1, 4)
    graph = ExportGraph(network, SIZE)
    session = onnxruntime.InferenceSession(traced(graph).SerializeToString(), providers=["CPUExecutionProvider"])
    for count in (1, 3):
        pre, post = np.random.default_rng(count).integers(0, 256, (2, count, 3, *SIZE), dtype=np.uint8)
        with torch.no_grad():
            expected = graph(torch.from_numpy(pre), torch.from_numpy(post))
        for found, wanted in zip(session.run(None, {"pre": pre, "post": post}), expected, strict=True):
            np.testing.assert_allclose(found, wanted.numpy(), atol=1e-5)


@pytest.mark.parametrize("magnification", [1.0, 1.4])
def test_a_network_that_enlarges_its_images(magnification):
    """It computes sizes from those of its images, which are constants once the size is fixed."""
    section = {"name": "compact-split", "encoder": "test_efficientnet", "weights": None, "magnification": magnification}
    torch.manual_seed(8)
    graph = ExportGraph(read_network(section).build(start=False), SIZE)
    session = onnxruntime.InferenceSession(traced(graph).SerializeToString(), providers=["CPUExecutionProvider"])
    pre, post = np.random.default_rng(9).integers(0, 256, (2, 2, 3, *SIZE), dtype=np.uint8)
    with torch.no_grad():
        expected = graph(torch.from_numpy(pre), torch.from_numpy(post))
    for found, wanted in zip(session.run(None, {"pre": pre, "post": post}), expected, strict=True):
        np.testing.assert_allclose(found, wanted.numpy(), atol=1e-4)


class Restless(nn.Module):
    """Another answer in training than in use: it drops channels and takes the statistics of its batch."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(6)
        self.body = nn.Sequential(nn.Conv2d(6, 5, 1), nn.BatchNorm2d(5), nn.Dropout(0.9))
        self.body[1].running_mean.uniform_(-1, 1)

    def forward(self, pre, post):
        return Scores(None, self.body(torch.cat([pre, post], dim=1)))


def test_networks_are_written_as_they_are_used():
    network = Restless().train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    graph = ExportGraph(network, SIZE)
    network.train()  # whatever happened to it since
    session = onnxruntime.InferenceSession(traced(graph).SerializeToString(), providers=["CPUExecutionProvider"])
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    images = np.random.default_rng(7).integers(0, 256, (2, 1, 3, *SIZE), dtype=np.uint8)
    with torch.no_grad():
        (expected,) = graph.eval()(*(torch.from_numpy(image) for image in images))
    (found,) = session.run(None, {"pre": images[0], "post": images[1]})
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-5)


def test_nothing_is_said_to_people():
    """What the exporter warns of is either meant or of no use to them."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        traced(ExportGraph(DecidedNetwork(1, 4), SIZE, margin=8))
