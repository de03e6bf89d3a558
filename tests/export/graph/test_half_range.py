"""Numbers that 16 bits cannot hold: found inside a network, in its weights, and on which images."""

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import nn

from export.bundle.bundle_plan import BundlePlan, Part
from export.bundle.card import default_card
from export.bundle.form import Form
from export.bundle.writer import write_bundle
from export.graph.export_graph import ExportGraph
from export.graph.half_precision import in_half_precision
from export.graph.half_range import HalfRange, measure_range
from export.graph.parity import measure_parity
from export.graph.storage import store_half
from export.graph.tracing import traced
from export.sessions.image_pairs import Checks, ImagePair, drawn_pair
from tests.export.decided_network import DecidedNetwork
from training.networks.scores import Scores
from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.errors import ModelError

SIZE = (64, 64)
HALF, SINGLE_HALF = Form(SIZE, "fp16"), Form(SIZE, "fp32", "half")


class Amplified(nn.Module):
    """Makes its features ``factor`` times as large on the way, and as small again."""

    def __init__(self, factor):
        super().__init__()
        torch.manual_seed(5)
        self.factor = factor
        self.rise = nn.Conv2d(6, 24, 3, padding=1)
        self.fall = nn.Conv2d(24, 24, 3, padding=1)
        self.head = nn.Conv2d(24, 5, 1)
        with torch.no_grad():
            self.fall.weight /= factor

    def forward(self, pre, post):
        # no module does this, so that nothing that watches modules sees it
        large = self.rise(torch.cat([pre, post], dim=1)) * self.factor
        x = self.head(torch.relu(self.fall(torch.relu(large)))) * 40
        return Scores(x[:, :1], x[:, 1:])


def write(folder, network, form, *pairs):
    plan = BundlePlan(default_card("trial").card, (Part("net", lambda: network),), form, ObjectVote(), overlap=16)
    lines = []
    write_bundle(folder, plan, Checks(pairs, "drawn"), lines.append)
    return lines


def largest_inside(network, pair):
    """What torch has after the multiplication, (largest magnitude)."""
    graph = ExportGraph(network, SIZE)
    images = [graph._prepared(torch.from_numpy(image)[None]) for image in (pair.pre, pair.post)]
    with torch.no_grad():
        return float((network.rise(torch.cat(images, dim=1)) * network.factor).abs().max())


def test_parity_alone_does_not_see_it(tmp_path):
    network, pair = Amplified(2e5), drawn_pair(SIZE)
    graph = ExportGraph(network, SIZE)
    onnx.save(in_half_precision(traced(graph)).model, tmp_path / "net.onnx")
    measure_parity(tmp_path / "net.onnx", graph, [pair]).check("net", rounded=True)
    assert largest_inside(network, pair) > 1e5


def test_large_numbers_are_refused_and_named(tmp_path):
    network, pair = Amplified(2e5), drawn_pair(SIZE)
    with pytest.raises(ModelError) as caught:
        write(tmp_path / "trial", network, HALF, pair)
    said = str(caught.value)
    assert said.startswith("net: /network/")
    assert f"gives numbers up to {largest_inside(network, pair):,.0f}, 16-bit numbers end at 65,504" in said
    assert "--precision fp32" in said
    assert list(tmp_path.iterdir()) == []
    # the same arithmetic in 32 bits is fine, however the weights are stored
    write(tmp_path / "trial", network, SINGLE_HALF, pair)
    assert open_bundle(tmp_path / "trial").precision == "fp32"


def test_numbers_that_fit_are_said(tmp_path):
    network, pair = Amplified(1e3), drawn_pair(SIZE)
    model = traced(ExportGraph(network, SIZE))
    found = measure_range("net", model, in_half_precision(model), [pair])
    assert found.largest == pytest.approx(largest_inside(network, pair), rel=1e-4)
    (line,) = write(tmp_path / "trial", network, HALF, pair)
    assert "against torch (on the CPU, whose convolutions are in 32 bits): largest difference" in line
    assert line.endswith(f"largest 16-bit number inside {found.largest:,.3g} of 65,504")


def test_every_pair_counts():
    network, dull = Amplified(1e4), ImagePair(*(np.full((3, *SIZE), 120, np.uint8) for _ in range(2)))
    bright = ImagePair(np.full((3, *SIZE), 255, np.uint8), np.zeros((3, *SIZE), np.uint8))
    model = traced(ExportGraph(network, SIZE))
    halved = in_half_precision(model)
    values = [measure_range("net", model, halved, [pair]).largest for pair in (dull, bright)]
    assert values == pytest.approx([largest_inside(network, pair) for pair in (dull, bright)], rel=1e-4)
    assert max(values) == measure_range("net", model, halved, [bright, dull]).largest
    assert values[0] < values[1]


def test_without_pairs_nothing_is_claimed(tmp_path):
    (line,) = write(tmp_path / "trial", Amplified(1e3), HALF)
    assert line.endswith("whether the numbers inside fit into 16 bits was not looked at")
    assert HalfRange().largest is None


def test_all_values_of_the_halved_graph_are_looked_at():
    model = traced(ExportGraph(DecidedNetwork(1, 5), SIZE))
    halved = in_half_precision(model)
    # what ONNX itself says is float16, casts by the name of what they cast
    types = onnx.shape_inference.infer_shapes(halved.model).graph.value_info
    half = {v.name.removesuffix(".float16") for v in types if v.type.tensor_type.elem_type == onnx.TensorProto.FLOAT16}
    assert half == set(halved.values)
    givers = {name: node.name for node in model.graph.node for name in node.output}
    assert {value: givers[value] for value in half} == halved.values


def test_large_weights_are_refused(tmp_path):
    network = DecidedNetwork(1, 4)
    with torch.no_grad():
        network.body[0].weight[0, 0, 0, 0] = -70_000.0
        network.body[1].running_var[:] = 1 - network.body[1].eps  # normalisation leaves the weights as they are
    with pytest.raises(ModelError, match=r"the weights \S+ reach 70,000, 16-bit numbers end at 65,504: keep float32"):
        write(tmp_path / "trial", network, HALF, drawn_pair(SIZE))
    assert list(tmp_path.iterdir()) == []


def test_small_arrays_stay_as_they_are():
    # they are not stored in 16 bits, so they may be as large as they like
    bias = onnx.numpy_helper.from_array(np.full(4, 1e6, np.float32), "bias")
    node = onnx.helper.make_node("Add", ["x", "bias"], ["y"])
    ends = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [4]) for name in "xy"]
    graph = onnx.helper.make_graph([node], "sum", ends[:1], ends[1:], [bias])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)
    session = onnxruntime.InferenceSession(store_half(model).SerializeToString(), providers=["CPUExecutionProvider"])
    assert session.run(None, {"x": np.zeros(4, np.float32)})[0].tolist() == [1e6] * 4
