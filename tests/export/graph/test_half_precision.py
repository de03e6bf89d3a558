"""Half precision: which numbers are 16 bits, which are not, and that the answer stays the same."""

from collections import Counter

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from export.graph.half_precision import in_half_precision
from tests.export.graph.test_regions import SIZE, drawn_graph
from xview2_qgis.engine.errors import ModelError

SINGLE, HALF = TensorProto.FLOAT, TensorProto.FLOAT16


def answers(model, names=None):
    images = np.random.default_rng(3).integers(0, 256, (2, 2, 3, SIZE, SIZE), dtype=np.uint8)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(names, {info.name: image for info, image in zip(session.get_inputs(), images, strict=False)})


def types(model):
    """Types of all values, as ONNX itself infers them."""
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True).graph
    return {v.name: v.type.tensor_type.elem_type for v in (*inferred.input, *inferred.value_info, *inferred.output)}


def weights(model):
    return {tensor.name: tensor for tensor in model.graph.initializer}


@pytest.mark.parametrize("images", [("pre",), ("pre", "post")])
def test_the_answer_stays_the_same_but_for_its_last_digits(images):
    model = drawn_graph(images)
    halved = in_half_precision(model).model
    assert list(halved.graph.input) == list(model.graph.input)
    assert list(halved.graph.output) == list(model.graph.output)
    for single, half in zip(answers(model), answers(halved), strict=True):
        assert half.dtype == np.float32
        assert single.std() > 0.01
        assert 0 < np.abs(single - half).max() < 2e-3


def test_the_body_is_half_and_the_ends_are_not():
    found = types(in_half_precision(drawn_graph()).model)
    half = {"pre.first", "post.first", "sum", "active", "features", "joined"}
    single = {"pre.unit", "post.unit", "grown", "building.scores", "damage.scores", "building", "damage"}
    assert {name for name in half | single if found[name] == HALF} == half
    assert {name for name in half | single if found[name] == SINGLE} == single
    assert found["edges"] == TensorProto.INT64


def test_weights_are_rounded_where_they_are_used():
    model = drawn_graph()
    before, after = weights(model), weights(in_half_precision(model).model)
    assert {name for name, tensor in after.items() if tensor.data_type == HALF} == {"first.float16", "body.float16"}
    for name in ("first", "body"):
        expected = numpy_helper.to_array(before[name]).astype(np.float16)
        np.testing.assert_array_equal(numpy_helper.to_array(after[f"{name}.float16"]), expected)
        assert name not in after
    for name in ("scale", "factors", "two", "four", "building.weights", "damage.weights"):
        assert after[name] == before[name]


def test_weights_of_body_and_heads_are_kept_twice():
    model = drawn_graph(shared=True)
    halved = in_half_precision(model).model
    assert {"body", "body.float16"} <= weights(halved).keys()
    assert weights(halved)["body"] == weights(model)["body"]
    for single, half in zip(answers(model), answers(halved), strict=True):
        assert np.abs(single - half).max() < 2e-3


def test_a_value_is_cast_once_however_often_it_is_used():
    model = drawn_graph()
    # three nodes that stay in single precision take the same half-precision features
    after = [node.name for node in model.graph.node].index("grow")
    for name in ("larger", "largest"):
        node = helper.make_node("Resize", ["joined", "", "factors"], [f"{name}.out"], name, mode="nearest")
        model.graph.node.insert(after, node)
    halved = in_half_precision(model).model
    casts = Counter(node.input[0] for node in halved.graph.node if node.op_type == "Cast")
    assert casts == {"pre": 1, "post": 1, "pre.unit": 1, "post.unit": 1, "joined": 1}
    assert len({node.name for node in halved.graph.node}) == len(halved.graph.node)


def test_half_values_are_named_with_the_node_that_gives_them():
    model = drawn_graph()
    found = in_half_precision(model).values
    assert found == {
        "pre.unit": "pre.scale",
        "pre.first": "pre.convolution",
        "post.unit": "post.scale",
        "post.first": "post.convolution",
        "sum": "sum",
        "active": "relu",
        "features": "body",
        "joined": "join",
    }
    order = [name for node in model.graph.node for name in node.output]
    assert list(found) == sorted(found, key=order.index)


def test_the_graph_that_was_given_stays_as_it_is():
    model = drawn_graph()
    before = model.SerializeToString()
    halved = in_half_precision(model).model
    assert model.SerializeToString() == before
    assert [n.name for n in halved.graph.node if n.name in {m.name for m in model.graph.node}] == [
        node.name for node in model.graph.node
    ]


@pytest.mark.parametrize(("name", "refused"), [("body", True), ("building.weights", False)])
def test_large_weights_are_refused_only_where_they_are_rounded(name, refused):
    model = drawn_graph()
    values = numpy_helper.to_array(weights(model)[name]).copy()
    values[0, 0, 0, 0] = -1e5
    weights(model)[name].CopyFrom(numpy_helper.from_array(values, name))
    if refused:
        with pytest.raises(ModelError, match=f"the weights {name} reach 100,000"):
            in_half_precision(model)
    else:
        assert numpy_helper.to_array(weights(in_half_precision(model).model)[name]).min() == -1e5
