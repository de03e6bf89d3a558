"""The header reader sees what ``onnx`` sees, and refuses what a network must not have."""

import numpy as np
import onnx
import pytest
from onnx import AttributeProto, TensorProto, helper, numpy_helper

from tests.engine.bundle.onnx_bytes import model, outside, tiny
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.bundle.onnx_header import read_header


@pytest.mark.parametrize("kind", ["joint", "separate"])
@pytest.mark.parametrize("fixed_batch", [None, 4])
def test_agrees_with_onnx(tmp_path, kind, fixed_batch):
    folder = write_tiny_bundle(tmp_path / "b", 64, 8, kind=kind, fixed_batch=fixed_batch)
    for path in folder.glob("*.onnx"):
        header, model = read_header(path.read_bytes()), onnx.load(path)
        assert header.ir_version == model.ir_version
        assert header.opsets == {entry.domain: entry.version for entry in model.opset_import}
        assert header.metadata == {entry.key: entry.value for entry in model.metadata_props}
        assert header.domains == {""}
        for infos, values in ((header.inputs, model.graph.input), (header.outputs, model.graph.output)):
            assert [info.name for info in infos] == [value.name for value in values]
            for info, value in zip(infos, values, strict=True):
                tensor = value.type.tensor_type
                assert np.dtype(info.dtype) == helper.tensor_dtype_to_np_dtype(tensor.elem_type)
                assert info.shape == tuple(dim.dim_value or None for dim in tensor.shape.dim)


def test_weights_listed_as_inputs_need_not_be_given():
    weights = numpy_helper.from_array(np.zeros(4, np.float32), "w")
    infos = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [4]) for name in "xwy"]
    graph = helper.make_graph([helper.make_node("Add", ["x", "w"], ["y"])], "g", infos[:2], infos[2:], [weights])
    header = read_header(helper.make_model(graph).SerializeToString())
    assert [info.name for info in header.inputs] == ["x"]


def sparse() -> onnx.SparseTensorProto:
    values = helper.make_tensor("s", TensorProto.FLOAT, [1], [1.0])
    return helper.make_sparse_tensor(values, helper.make_tensor("i", TensorProto.INT64, [1], [0]), [4])


def constant(**attribute) -> onnx.NodeProto:
    node = onnx.NodeProto(op_type="Constant", output=["k"])
    node.attribute.add(name="value", **attribute)
    return node


def branch(tensor: TensorProto) -> onnx.GraphProto:
    """A graph inside a node, which has a graph inside a node, which holds a tensor."""
    ends = [helper.make_tensor_value_info("k", TensorProto.FLOAT, [])]
    inner = helper.make_graph([constant(t=tensor, type=AttributeProto.TENSOR)], "inner", [], ends)
    node = helper.make_node("If", ["c"], ["k"], then_branch=inner, else_branch=inner)
    return helper.make_graph([node], "outer", [], ends)


def with_initializer(m):
    m.graph.initializer.append(outside())


def with_entries_only(m):
    """External data without a data_location: some readers look at one, some at the other."""
    tensor = outside()
    tensor.ClearField("data_location")
    m.graph.initializer.append(tensor)


def with_location_only(m):
    tensor = outside()
    del tensor.external_data[:]
    m.graph.initializer.append(tensor)


def with_constant(m):
    m.graph.node.append(constant(t=outside(), type=AttributeProto.TENSOR))


def with_tensor_under_another_type(m):
    m.graph.node.append(constant(t=outside(), type=AttributeProto.INT))


def with_tensors(m):
    m.graph.node.append(constant(tensors=[outside()], type=AttributeProto.TENSORS))


def with_branch(m):
    m.graph.node.append(constant(g=branch(outside()), type=AttributeProto.GRAPH))


def with_graphs(m):
    m.graph.node.append(constant(graphs=[branch(outside())], type=AttributeProto.GRAPHS))


def with_sparse_initializer(m):
    m.graph.sparse_initializer.append(sparse())


def with_sparse_constant(m):
    m.graph.node.append(constant(sparse_tensor=sparse(), type=AttributeProto.SPARSE_TENSOR))


def with_sparse_constants(m):
    m.graph.node.append(constant(sparse_tensors=[sparse()], type=AttributeProto.SPARSE_TENSORS))


def with_function(m):
    body = [constant(t=outside(), type=AttributeProto.TENSOR)]
    m.functions.append(helper.make_function("local", "K", [], ["k"], body, [helper.make_opsetid("", 17)]))


def with_training(m):
    m.training_info.add().algorithm.CopyFrom(branch(outside()))


def with_segment(m):
    m.graph.initializer[0].segment.begin = 1


def with_reference(m):
    m.graph.node[0].attribute[0].ref_attr_name = "x"


def with_overload(m):
    m.graph.node[0].overload = "other"


def with_devices(m):
    m.configuration.add().name = "all"


def with_metadata_twice(m):
    m.metadata_props.append(m.metadata_props[0])


def with_opset_twice(m):
    m.opset_import.append(helper.make_opsetid("", 11))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (with_initializer, "weights in other files"),
        (with_entries_only, "weights in other files"),
        (with_location_only, "weights in other files"),
        (with_constant, "weights in other files"),
        (with_tensor_under_another_type, "weights in other files"),
        (with_tensors, "weights in other files"),
        (with_branch, "weights in other files"),
        (with_graphs, "weights in other files"),
        (with_sparse_initializer, "sparse"),
        (with_sparse_constant, "sparse"),
        (with_sparse_constants, "sparse"),
        (with_function, "functions of its own"),
        (with_training, "training"),
        (with_segment, "in pieces"),
        (with_reference, "functions of its own"),
        (with_overload, "functions of its own"),
        (with_devices, "devices"),
        (with_metadata_twice, "metadata_props says 'contract' twice"),
        (with_opset_twice, "opset_import says '' twice"),
    ],
)
def test_what_a_network_must_not_have(change, told):
    changed = model()
    change(changed)
    with pytest.raises(ValueError, match=told):
        read_header(changed.SerializeToString())


def test_said_emptiness_is_nothing():
    """Programs that take external data into a file leave the field with its default value."""
    changed = model()
    changed.graph.initializer[0].data_location = TensorProto.DEFAULT
    changed.graph.node[0].overload = ""
    assert b"\x70\x00" in changed.graph.initializer[0].SerializeToString()
    assert read_header(changed.SerializeToString()) == read_header(tiny())
