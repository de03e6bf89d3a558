"""The header reader agrees with the onnx package and refuses everything that is no ONNX file."""

import numpy as np
import onnx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.onnx_header import read_header


@pytest.mark.parametrize("kind", ["joint", "separate"])
@pytest.mark.parametrize("fixed_batch", [None, 4])
def test_agrees_with_onnx(tmp_path, kind, fixed_batch):
    folder = write_tiny_bundle(tmp_path / "b", 64, 8, kind=kind, fixed_batch=fixed_batch)
    for path in folder.glob("*.onnx"):
        header, model = read_header(path), onnx.load(path)
        assert header.ir_version == model.ir_version
        assert header.opsets == {entry.domain: entry.version for entry in model.opset_import}
        assert header.metadata == {entry.key: entry.value for entry in model.metadata_props}
        assert not header.external_data
        for infos, values in ((header.inputs, model.graph.input), (header.outputs, model.graph.output)):
            assert [info.name for info in infos] == [value.name for value in values]
            for info, value in zip(infos, values, strict=True):
                tensor = value.type.tensor_type
                assert np.dtype(info.dtype) == helper.tensor_dtype_to_np_dtype(tensor.elem_type)
                assert info.shape == tuple(dim.dim_value or None for dim in tensor.shape.dim)


def test_weights_in_other_files_are_noticed(tmp_path):
    weights = numpy_helper.from_array(np.zeros((64, 64), np.float32), "w")
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [64, 64])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [64, 64])
    graph = helper.make_graph([helper.make_node("Add", ["x", "w"], ["y"])], "g", [x], [y], [weights])
    path = tmp_path / "external.onnx"
    onnx.save(helper.make_model(graph), path, save_as_external_data=True, location="w.bin", size_threshold=0)
    assert read_header(path).external_data


def test_weights_listed_as_inputs_need_not_be_given(tmp_path):
    weights = numpy_helper.from_array(np.zeros(4, np.float32), "w")
    infos = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [4]) for name in "xwy"]
    graph = helper.make_graph([helper.make_node("Add", ["x", "w"], ["y"])], "g", infos[:2], infos[2:], [weights])
    onnx.save(helper.make_model(graph), tmp_path / "old.onnx")
    assert [info.name for info in read_header(tmp_path / "old.onnx").inputs] == ["x"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_other_bytes_are_refused(tmp_path, content):
    path = tmp_path / "noise.onnx"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r".+"):
        read_header(path)


def test_cut_off_files_are_refused(tmp_path):
    content = (write_tiny_bundle(tmp_path / "b", 64, 8) / "joint.onnx").read_bytes()
    path = tmp_path / "short.onnx"
    for length in range(1, len(content) - 1, 37):
        path.write_bytes(content[:length])
        try:
            header = read_header(path)
        except ValueError:
            continue
        # cut between two fields after the graph: what is left is a smaller valid message
        assert [info.name for info in header.outputs] == ["building", "damage"]
