"""Planes give what ONNX Runtime's own softmax gives, and nothing else of a graph changes."""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from export.graph.plane_softmax import softmax_by_planes
from export.graph.simplification import simplified

SIZE = 8


def network(channels=4, axis=1):
    """Scores → softmax → probabilities, images of 8 × 8."""
    shape = ["batch", channels, SIZE, SIZE]
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("scores", "shares")]
    node = helper.make_node("Softmax", ["scores"], ["shares"], name="softmax", axis=axis)
    graph = helper.make_graph([node], "softmax", values[:1], values[1:])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def run(model, scores):
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"scores": scores})[0]


@pytest.mark.parametrize("channels", [2, 4, 5])
@pytest.mark.parametrize("axis", [1, -3])
def test_the_same_shares(channels, axis):
    scores = np.random.default_rng(0).normal(0, 4, (3, channels, SIZE, SIZE)).astype(np.float32)
    scores[0, 0], scores[1], scores[2, 1] = 1e4, -1e4, -3e38  # beyond what an exponential holds
    model = simplified(network(channels, axis))
    assert "Softmax" not in {node.op_type for node in model.graph.node}
    shares = run(model, scores)
    np.testing.assert_allclose(shares, run(network(channels, axis), scores), atol=1e-6)
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize(("channels", "axis"), [(17, 1), (4, 2), (4, -1), (1, 1)])
def test_what_gains_nothing_stays(channels, axis):
    before = network(channels, axis)
    assert simplified(before).graph.node[0].op_type == "Softmax"


def test_unknown_shapes_stay():
    assert softmax_by_planes(network(), {}).graph.node[0].op_type == "Softmax"
