"""Outputs of another shape than promised end the run with a model error, they are never spread over a tile."""

import numpy as np
import onnx
import pytest
from onnx import helper

from tests.engine.tiny_bundle import seal_bundle, write_tiny_bundle
from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.errors import ModelError
from xview2_qgis.engine.inference.devices import RuntimeOptions, open_networks
from xview2_qgis.engine.inference.network_outputs import checked_outputs

SIZE = 64


def _lying(folder, output, operator, **attributes):
    """A bundle whose network computes ``output``, and gives it back after one more operator."""
    write_tiny_bundle(folder, SIZE, 8)
    model = onnx.load(folder / "joint.onnx")
    graph = model.graph
    last = next(node for node in graph.node if output in node.output)
    last.output[0] = "honest"
    for node in graph.node:
        node.input[:] = ["honest" if name == output else name for name in node.input]
    inputs = ["honest", "honest"] if operator == "Concat" else ["honest"]
    graph.node.append(helper.make_node(operator, inputs, [output], **attributes))
    shape = next(info for info in graph.output if info.name == output).type.tensor_type.shape
    for axis in (2, 3):  # rows and columns may be left open
        shape.dim[axis].dim_param = "HW"[axis - 2]
    onnx.save(model, folder / "joint.onnx")
    return seal_bundle(folder)


@pytest.mark.parametrize(
    ("output", "operator", "attributes", "told"),
    [
        ("damage", "GlobalAveragePool", {}, "damage as 1×4×1×1 numbers instead of 1×4×64×64"),
        ("building", "GlobalAveragePool", {}, "building as 1×1×1×1 numbers instead of 1×1×64×64"),
        ("damage", "Concat", {"axis": 0}, "damage as 2×4×64×64"),
        ("building", "Concat", {"axis": 0}, "building as 2×1×64×64"),
        ("damage", "AveragePool", {"kernel_shape": [2, 2], "strides": [2, 2]}, "damage as 1×4×32×32"),
        ("building", "Concat", {"axis": 2}, "building as 1×1×128×64"),
        ("damage", "Flatten", {}, "damage as 1×16384"),
    ],
)
def test_other_shapes_are_told_with_file_and_output(tmp_path, output, operator, attributes, told):
    bundle = open_bundle(_lying(tmp_path / "b", output, operator, **attributes))
    images = np.zeros((1, 3, SIZE, SIZE), np.uint8)
    with pytest.raises(ModelError) as caught:
        open_networks(bundle, RuntimeOptions(device="cpu", batch_size=1), events=None).sessions[0].run(
            {"pre": images, "post": images}
        )
    assert caught.value.message.startswith("joint.onnx")
    assert told in caught.value.message
    assert caught.value.exit_code == 4


@pytest.mark.parametrize("values", [None, [np.zeros(1)], np.zeros((1, 4, 8, 8), np.int64), np.array("text")])
def test_what_is_no_tensor_of_numbers(tmp_path, values):
    (network,) = open_bundle(write_tiny_bundle(tmp_path / "b", SIZE, 8)).networks
    building = np.zeros((1, 1, 8, 8), np.float16)
    with pytest.raises(ModelError, match=r"joint\.onnx returns damage as"):
        checked_outputs(network, [building, values], (1, 3, 8, 8))


def test_half_precision_becomes_single_and_numbers_that_are_none_pass(tmp_path):
    (network,) = open_bundle(write_tiny_bundle(tmp_path / "b", SIZE, 8)).networks
    damage = np.full((2, 4, 8, 8), np.nan, np.float16)  # judged elsewhere
    checked = checked_outputs(network, [np.ones((2, 1, 8, 8), np.float16), damage], (2, 3, 8, 8))
    assert {name: values.dtype for name, values in checked.items()} == {"building": np.float32, "damage": np.float32}
    assert np.isnan(checked["damage"]).all()
