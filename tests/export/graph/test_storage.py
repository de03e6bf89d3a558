"""Storing in half precision: smaller files, the rounded weights, the same arithmetic."""

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from export.graph.storage import LARGEST_HALF, refuse_large, store_half
from xview2_qgis.engine.errors import ModelError


def product(weights, **more):
    """A graph that multiplies its input by ``weights`` and adds what else it is given."""
    tensors = {"weights": weights, **more}
    nodes = [helper.make_node("Mul", ["x", "weights"], ["y" if not more else "y0"])]
    for number, name in enumerate(more):
        last = number == len(more) - 1
        nodes.append(helper.make_node("Add", [f"y{number}", name], ["y" if last else f"y{number + 1}"]))
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, list(weights.shape)) for name in "xy"]
    initializers = [numpy_helper.from_array(array, name) for name, array in tensors.items()]
    graph = helper.make_graph(nodes, "product", ends[:1], ends[1:], initializers)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def answer(model, x):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0]


WEIGHTS = np.random.default_rng(0).normal(0, 1, (128, 128)).astype(np.float32)


def test_weights_are_rounded_once_and_the_arithmetic_is_not():
    stored = store_half(product(WEIGHTS))
    x = np.full_like(WEIGHTS, np.float32(1 + 2**-20))  # a number that 16 bits do not have
    np.testing.assert_array_equal(answer(stored, x), x * WEIGHTS.astype(np.float16).astype(np.float32))


def test_files_are_half_as_large():
    model = product(np.tile(WEIGHTS, (2, 2)))
    assert store_half(model).ByteSize() < 0.51 * model.ByteSize()


def test_the_graph_that_was_given_stays_as_it_is():
    model = product(WEIGHTS)
    before = model.SerializeToString()
    stored = store_half(model)
    assert model.SerializeToString() == before
    onnx.checker.check_model(stored, full_check=True)
    assert stored.graph.input == model.graph.input
    assert stored.graph.output == model.graph.output


@pytest.mark.parametrize(("size", "kind"), [(16_383, TensorProto.FLOAT), (16_384, TensorProto.FLOAT16)])
def test_small_arrays_keep_their_digits(size, kind):
    stored = store_half(product(np.full(size, 0.1, np.float32)))
    (tensor,) = stored.graph.initializer
    assert tensor.data_type == kind
    assert len(stored.graph.node) == (2 if kind == TensorProto.FLOAT16 else 1)


def test_other_types_are_left_alone():
    model = product(WEIGHTS)
    more = [numpy_helper.from_array(np.arange(20_000), "whole"), numpy_helper.from_array(np.ones(20_000), "double")]
    model.graph.initializer.extend(more)
    kept = {tensor.name: tensor for tensor in store_half(model).graph.initializer}
    assert [kept["whole"], kept["double"]] == more


@pytest.mark.parametrize("value", [65504.0, -65504.0, 0.0, float("nan")])
def test_what_fits_passes(value):
    refuse_large("weights", np.array([1.0, value], np.float32))


@pytest.mark.parametrize("value", [65520.0, -1e6, float("inf"), -float("inf")])
def test_what_does_not_fit_is_named(value):
    with pytest.raises(ModelError, match=r"the weights layer\.3 reach .*, 16-bit numbers end at 65,504: keep float32"):
        refuse_large("layer.3", np.array([[1.0, value]], np.float32))
    with pytest.raises(ModelError, match=r"the weights bias reach"):
        store_half(product(WEIGHTS, bias=np.full((128, 128), value, np.float32)))


def test_nothing_is_not_large():
    refuse_large("weights", np.zeros((0, 3), np.float32))


@given(st.lists(st.floats(width=32, allow_nan=False), min_size=1, max_size=8))
def test_nothing_that_passes_becomes_infinite(values):
    array = np.array(values, np.float32)
    try:
        refuse_large("weights", array)
    except ModelError:
        assert np.abs(array).max() > LARGEST_HALF
    else:
        assert np.isfinite(array.astype(np.float16)).all()
