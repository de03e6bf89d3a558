"""What libraries raise becomes one line of the engine, with what to do."""

import onnx
import pytest
import torch
from onnx import TensorProto, helper
from torch import nn

from export.foreign_errors import foreign_errors
from export.graph.export_graph import ExportGraph
from export.graph.simplification import simplified
from export.graph.tracing import traced
from export.sessions.image_pairs import drawn_pair
from export.sessions.session import open_file, run_file
from training.networks.scores import Scores
from xview2_qgis.engine.errors import InputError, ModelError, RuntimeFailure

SIZE = (64, 64)


def raised(error):
    with pytest.raises((ModelError, RuntimeFailure)) as caught, foreign_errors("it failed", "do this"):
        raise error
    assert caught.value.__cause__ is error
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("first\n  second"), "it failed (first second): do this"),
        (AssertionError(), "it failed (AssertionError): do this"),
        (RuntimeError("x" * 500), f"it failed ({'x' * 200}…): do this"),
    ],
)
def test_one_line(error, said):
    found = raised(error)
    assert isinstance(found, ModelError)
    assert str(found) == said


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("[enforce fail at alloc_cpu.cpp:124] DefaultCPUAllocator: can't allocate memory: you tried"),
        RuntimeError("[ONNXRuntimeError] : 6 : Failed to allocate memory for requested buffer of size 17179869184"),
        RuntimeError("std::bad_alloc"),
    ],
)
def test_want_of_memory_is_no_fault_of_the_model(error):
    found = raised(error)
    assert isinstance(found, RuntimeFailure)
    assert str(found) == "it failed: there is too little memory: close other programs, or use smaller images"


@pytest.mark.parametrize("error", [InputError("a", "b", "c"), FileNotFoundError(2, "none"), KeyboardInterrupt()])
def test_what_says_enough_passes(error):
    with pytest.raises(type(error)) as caught, foreign_errors("it failed", "do this"):
        raise error
    assert caught.value is error


def model_of(*nodes, outputs):
    images = [helper.make_tensor_value_info("pre", TensorProto.UINT8, [1, 3, *SIZE])]
    said = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
    graph = helper.make_graph(list(nodes), "trial", images, said)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def test_runtime_fails_while_running(tmp_path):
    # the shape is what the image says, so that only a run can fail
    count = helper.make_node("Cast", ["pre"], ["count"], to=TensorProto.INT64)
    most = helper.make_node("ReduceMax", ["count"], ["most"], keepdims=0)
    axes = helper.make_node("Constant", [], ["axes"], value_ints=[0])
    shape = helper.make_node("Unsqueeze", ["most", "axes"], ["shape"])
    reshape = helper.make_node("Reshape", ["count", "shape"], ["flat"])
    cast = helper.make_node("Cast", ["flat"], ["building"], to=TensorProto.FLOAT)
    onnx.save(model_of(count, most, axes, shape, reshape, cast, outputs=["building"]), tmp_path / "net.onnx")
    with pytest.raises(ModelError, match=r"net\.onnx failed while running \(\[ONNXRuntimeError\].*: export the model"):
        list(run_file(tmp_path / "net.onnx", [drawn_pair(SIZE)]))


def test_runtime_refuses(tmp_path):
    (tmp_path / "net.onnx").write_bytes(b"none")
    with pytest.raises(ModelError, match=r"ONNX Runtime refuses net\.onnx \(\[ONNXRuntimeError\]"):
        open_file(tmp_path / "net.onnx")
    unknown = helper.make_node("Cast", ["nowhere"], ["building"], to=TensorProto.FLOAT)
    with pytest.raises(ModelError, match=r"ONNX Runtime cannot simplify the network .*not exportable"):
        simplified(model_of(unknown, outputs=["building"]))


class Spectral(nn.Module):
    """Says what the exporter has no operator for."""

    def forward(self, pre, post):
        return Scores(torch.linalg.eigvals(pre).abs()[:, :1, :, None].expand(-1, -1, -1, pre.shape[-1]), None)


def test_torch_cannot_export():
    with pytest.raises(ModelError, match=r"PyTorch cannot export the network .*eigvals.*not exportable") as caught:
        traced(ExportGraph(Spectral(), SIZE))
    assert "\n" not in str(caught.value)
