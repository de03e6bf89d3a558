"""Which nodes keep their digits: found on a graph that was drawn by hand."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from export.graph.export_graph import ExportGraph
from export.graph.regions import early_nodes, sensitive_nodes
from export.graph.tracing import traced
from tests.export.decided_network import DecidedNetwork

SIZE = 8


def drawn_graph(images=("pre", "post"), outputs=("building", "damage"), shared=False):
    """A network with one branch for every image, a body, and one head for every output.

    Args:
        images: inputs.
        outputs: outputs; each head is a convolution and a sigmoid.
        shared: the heads and the body have the same weights.
    """
    rng = np.random.default_rng(2)

    def weights(name, outputs, inputs):
        return numpy_helper.from_array(rng.normal(0, 0.3, (outputs, inputs, 3, 3)).astype(np.float32), name)

    node = helper.make_node
    tensors = [numpy_helper.from_array(np.float32(1 / 255), "scale")]
    nodes = []
    for image in images:
        nodes += [
            node("Cast", [image], [f"{image}.float"], f"{image}.cast", to=TensorProto.FLOAT),
            node("Mul", [f"{image}.float", "scale"], [f"{image}.unit"], f"{image}.scale"),
            node("Conv", [f"{image}.unit", "first"], [f"{image}.first"], f"{image}.convolution", pads=[1] * 4),
        ]
    nodes += [
        node("Sum", [f"{image}.first" for image in images], ["sum"], "sum"),
        node("Relu", ["sum"], ["active"], "relu"),
        node("Conv", ["active", "body"], ["features"], "body", pads=[1] * 4),
        node("Add", ["features", "active"], ["joined"], "join"),
        node("Resize", ["joined", "", "factors"], ["grown"], "grow", mode="nearest"),
        node("Shape", [images[0]], ["shape"], "shape"),
        node("Slice", ["shape", "two", "four"], ["edges"], "edges"),
    ]
    tensors += [weights("first", 4, 3), weights("body", 4, 4)]
    tensors += [
        numpy_helper.from_array(np.array([1, 1, 2, 2], np.float32), "factors"),
        numpy_helper.from_array(np.array([2], np.int64), "two"),
        numpy_helper.from_array(np.array([4], np.int64), "four"),
    ]
    for output in outputs:
        own = "body" if shared else f"{output}.weights"
        nodes += [
            node("Conv", ["grown", own], [f"{output}.scores"], f"{output}.head", pads=[1] * 4),
            node("Sigmoid", [f"{output}.scores"], [output], f"{output}.sigmoid"),
        ]
        tensors += [] if shared else [weights(own, 4, 4)]
    inputs = [helper.make_tensor_value_info(name, TensorProto.UINT8, ["batch", 3, SIZE, SIZE]) for name in images]
    said = [helper.make_tensor_value_info(n, TensorProto.FLOAT, ["batch", 4, 2 * SIZE, 2 * SIZE]) for n in outputs]
    graph = helper.make_graph(nodes, "drawn", inputs, said, tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model


@pytest.mark.parametrize("images", [("pre",), ("pre", "post")])
@pytest.mark.parametrize("outputs", [("building",), ("building", "damage")])
def test_normalisation_and_heads_and_nothing_between(images, outputs):
    found = sensitive_nodes(drawn_graph(images, outputs))
    assert found == sorted(
        [f"{image}.{part}" for image in images for part in ("cast", "scale")]
        + [f"{output}.{part}" for output in outputs for part in ("head", "sigmoid")]
    )


def test_what_only_asks_for_a_shape_is_no_normalisation():
    found = sensitive_nodes(drawn_graph())
    assert "shape" not in found
    assert "edges" not in found


def test_a_head_reaches_back_over_everything_but_convolutions():
    """Between the last convolution and the output all is head, also what joins two branches."""
    model = drawn_graph(outputs=("building",))
    model.graph.node[-1].output[0] = "soft"
    model.graph.node.append(helper.make_node("Mul", ["soft", "grown"], ["building"], "gate"))
    found = sensitive_nodes(model)
    assert {"gate", "building.sigmoid", "building.head", "grow", "join", "relu", "sum"} <= set(found)
    # the convolutions at which it stops belong to it, those in front of them do not
    assert {"body", "pre.convolution", "post.convolution"} <= set(found)
    assert len(found) == len(set(found))


def test_a_network_of_one_convolution_is_all_head():
    model = drawn_graph(("pre",), ("building",))
    kept = [n for n in model.graph.node if n.name in ("pre.cast", "pre.scale", "pre.convolution")]
    kept[-1].output[0] = "building"
    del model.graph.node[:]
    model.graph.node.extend(kept)
    assert sensitive_nodes(model) == ["pre.cast", "pre.convolution", "pre.scale"]


def test_a_traced_network():
    model = traced(ExportGraph(DecidedNetwork(1, 4), (32, 32)))
    found = set(sensitive_nodes(model))
    convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
    assert len(convolutions) == 4  # both images, the body, the head
    assert [node.name in found for node in convolutions] == [False, False, False, True]
    ends = {name for node in model.graph.node if node.name in found for name in (*node.input, *node.output)}
    assert {"pre", "post", "building", "damage"} <= ends


def deepening(size):
    """A network whose strides are 2, 8, 16, and 8 again where it joins what it had there."""
    node = helper.make_node
    steps = [("image.float", "a", 2), ("a", "b", 4), ("b", "c", 2)]
    nodes = [node("Cast", ["image"], ["image.float"], "cast", to=TensorProto.FLOAT)]
    tensors = []
    for given, result, stride in steps:
        tensors.append(numpy_helper.from_array(np.ones((3, 3, 1, 1), np.float32), f"{result}.weights"))
        nodes.append(node("Conv", [given, f"{result}.weights"], [result], f"{result}.conv", strides=[stride] * 2))
    nodes += [
        node("Relu", ["b"], ["b.active"], "b.relu"),
        node("Relu", ["c"], ["c.active"], "c.relu"),
        node("Resize", ["c.active", "", "factors"], ["grown"], "grow", mode="nearest"),
        node("Add", ["grown", "b.active"], ["answer"], "join"),
    ]
    tensors.append(numpy_helper.from_array(np.array([1, 1, 2, 2], np.float32), "factors"))
    ends = [helper.make_tensor_value_info("image", TensorProto.UINT8, ["batch", 3, *size])]
    said = [helper.make_tensor_value_info("answer", TensorProto.FLOAT, None)]
    graph = helper.make_graph(nodes, "deepening", ends, said, tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


@pytest.mark.parametrize("size", [(64, 64), ("height", "width")])
def test_early_is_what_the_images_reach_down_to_a_stride_of_8(size):
    assert early_nodes(deepening(size), (64, 64)) == ["a.conv", "b.conv", "b.relu", "cast"]


def test_a_shallow_network_has_no_early_part():
    assert early_nodes(drawn_graph(), (SIZE, SIZE)) == []
