"""The header reader sees what ``onnx`` and ONNX Runtime see, or refuses the file."""

import functools
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from google.protobuf.message import DecodeError
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import AttributeProto, TensorProto, helper, numpy_helper

from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.bundle import onnx_message
from xview2_qgis.engine.bundle.onnx_fields import MESSAGES
from xview2_qgis.engine.bundle.onnx_header import read_header
from xview2_qgis.engine.bundle.protobuf_wire import wire_fields


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


# --- what a network must not have -----------------------------------------------------------------------------------


@functools.cache
def tiny() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return (write_tiny_bundle(Path(folder), 64, 8) / "joint.onnx").read_bytes()


def model() -> onnx.ModelProto:
    return onnx.load_model_from_string(tiny())


def outside(name: str = "w") -> TensorProto:
    """A tensor whose bytes lie in another file."""
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, data_location=TensorProto.EXTERNAL)
    for key, value in (("location", "secret.bin"), ("offset", "0"), ("length", "4")):
        entry = tensor.external_data.add()
        entry.key, entry.value = key, value
    return tensor


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


# --- two ways to read one file --------------------------------------------------------------------------------------


def varint(number: int, length: int = 0) -> bytes:
    """A number as protobuf writes it, or padded to a length."""
    out = bytearray()
    while number or len(out) < max(length, 1):
        out.append(0x80 | number & 0x7F)
        number >>= 7
    out[-1] &= 0x7F
    return bytes(out)


def part(number: int, payload: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def in_graph(addition: bytes) -> bytes:
    """The tiny network with something at the end of its graph."""
    plain = model()
    graph = plain.graph.SerializeToString()
    plain.ClearField("graph")
    return plain.SerializeToString() + part(7, graph + addition)


TENSOR = helper.make_tensor("w", TensorProto.FLOAT, [1], [1.0]).SerializeToString()
INFO = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (tiny() + part(7, b""), "graph of ModelProto stands twice"),
        (tiny() + part(7, part(5, outside().SerializeToString())), "graph of ModelProto stands twice"),
        (tiny() + b"\x08\x08", "ir_version of ModelProto stands twice"),
        (in_graph(part(5, TENSOR + b"\x70" + varint(2**32 + 1))), "too large a number"),
        (in_graph(part(5, TENSOR + b"\x70" + varint(2**31))), "too large a number"),
        (in_graph(part(5, TENSOR + b"\x70" + varint(1, 10))), "not written as protobuf writes"),
        (in_graph(part(5, TENSOR + b"\x70" + varint(2**64 + 1))), "not written as protobuf writes"),
        (in_graph(part(5, TENSOR + b"\x70\x00\x70\x00")), "data_location of TensorProto stands twice"),
        (in_graph(part(5, TENSOR + part(14, b"\x01"))), "data_location of TensorProto has another type"),
        (in_graph(varint(5 << 3 | 2 | 2**33) + varint(len(TENSOR)) + TENSOR), "not a protobuf message"),
        (in_graph(varint(5 << 3 | 3) + TENSOR + varint(5 << 3 | 4)), "not a protobuf message"),  # a group
        (in_graph(varint(5 << 3 | 0) + b"\x01"), "initializer of GraphProto has another type"),
        (tiny() + part(14, part(1, b"k") + part(2, b"x" * 1_000_001)), "longer than a million"),
        (in_graph(part(99, TENSOR)), "unknown field 99 in GraphProto"),
        (in_graph(part(0, TENSOR)), "not a protobuf message"),
        (
            in_graph(part(12, part(1, b"x") + part(2, INFO.type.SerializeToString()) * 2)),
            "type of ValueInfoProto stands twice",
        ),
        (
            in_graph(part(12, part(1, b"x") + part(2, part(1, b"\x08\x01") + part(4, b"")))),
            "sequence_type of TypeProto stands twice",
        ),
        (
            in_graph(part(12, part(1, b"x") + part(2, part(1, b"\x08\x01" + part(2, part(1, b"\x08\x05\x12\x01N")))))),
            "dim_param of Dimension stands twice",
        ),
        (in_graph(part(12, part(1, b"\xff") + part(2, part(1, b"\x08\x01")))), "not UTF-8"),
        (in_graph(part(12, part(1, b"x"))), "has no tensor type"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(content, told):
    with pytest.raises(ValueError, match=told):
        read_header(content)


def test_a_file_that_onnx_runtime_reads_in_its_own_format():
    """ONNX Runtime looks at four bytes before anything else; they may stand in the name of the producer."""
    changed = b"\x08\x08" + part(2, b"ORTM") + tiny()[2:].replace(b"\x12\x04ORTM", b"")
    assert changed[4:8] == b"ORTM"
    with pytest.raises(ValueError, match="format of ONNX Runtime"):
        read_header(changed)


def test_depth_and_number_have_an_end(monkeypatch):
    deep = part(1, part(5, b""))
    for _ in range(200):
        deep = part(1, part(5, part(6, deep)))
        content = part(7, deep)
    with pytest.raises(ValueError, match="nested too deeply"):
        read_header(content)
    monkeypatch.setattr(onnx_message, "_MOST", 1000)
    with pytest.raises(ValueError, match="more than 1000 entries"):
        read_header(part(7, b"\x0a\x00" * 1001))


# --- the same with bytes nobody thought of --------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_other_bytes_are_refused(content):
    with pytest.raises(ValueError, match=r".+"):
        read_header(content)


def test_cut_off_files_are_refused():
    for length in range(1, len(tiny()) - 1, 37):
        try:
            header = read_header(tiny()[:length])
        except ValueError:
            continue
        # cut between two fields after the graph: what is left is a smaller valid message
        assert [info.name for info in header.outputs] == ["building", "damage"]


def _all_messages(message):
    yield message
    for field, value in message.ListFields():
        if field.message_type:
            for inner in value if field.is_repeated else [value]:
                yield from _all_messages(inner)


PIECES = [b"\x70\x01", b"\x70" + varint(2**32 + 1), part(7, b""), part(15, b""), part(25, b""), part(13, b""), b"\x3b"]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(tiny()) - 1),
            st.integers(0, 3),
            st.one_of(st.binary(max_size=4), st.sampled_from(PIECES)),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_what_onnx_runtime_loads_was_seen(changes):
    """Bytes of a network are replaced, taken out and put in: a file that is read at all is read as by the others."""
    content = bytearray(tiny())
    for place, removed, added in changes:
        content[place : place + removed] = added
    agrees_with_the_others(bytes(content))


def grown(content: bytes, kind: str, wanted: list[int], addition: bytes, at_start: bool) -> bytes:
    """Return a message with something more in one of the messages inside it, which ``wanted`` counts down to."""
    out = bytearray()
    for number, wire, value in wire_fields(memoryview(content), 0, len(content)):
        out += varint(number << 3 | wire)
        if isinstance(value, int):
            out += varint(value)
            continue
        inner = content[value[0] : value[1]]
        if message := MESSAGES[kind][number].message:
            inner = grown(inner, message, wanted, addition, at_start)
        out += (varint(len(inner)) if wire == 2 else b"") + inner
    wanted[0] -= 1
    if wanted[0] == 0:
        return addition + bytes(out) if at_start else bytes(out) + addition
    return bytes(out)


@st.composite
def fields(draw, depth=2):
    """One field of any number and type, its bytes by chance or again fields."""
    number, wire = draw(st.integers(1, 30)), draw(st.sampled_from([0, 1, 2, 2, 2, 5]))
    if wire == 0:
        return varint(number << 3) + varint(draw(st.sampled_from([0, 1, 2, 7, 2**31, 2**32 + 1, 2**64 - 1])))
    if wire == 2:
        payload = draw(st.one_of(st.binary(max_size=6), fields(depth - 1)) if depth else st.binary(max_size=6))
        return part(number, payload)
    return varint(number << 3 | wire) + bytes(8 if wire == 1 else 4)


@settings(max_examples=120, deadline=None)
@given(st.integers(1, 75), st.lists(fields(), min_size=1, max_size=2), st.booleans())
def test_one_field_more_in_any_message(place, additions, at_start):
    """Whatever stands in addition anywhere in a network, by number and type possible or not."""
    agrees_with_the_others(grown(tiny(), "ModelProto", [place], b"".join(additions), at_start))


def agrees_with_the_others(content: bytes) -> None:
    """Make sure that a file which is read at all is read as ``onnx`` and ONNX Runtime read it."""
    try:
        header = read_header(content)
    except ValueError:
        return
    quiet = onnxruntime.SessionOptions()
    quiet.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(content, quiet, providers=["CPUExecutionProvider"])
    except Exception:  # what it refuses is no danger
        session = None
    try:
        proto = onnx.load_model_from_string(content)
    except DecodeError:  # numbers that are packed wrongly, which are not looked at here
        assert session is None
        return
    assert header.opsets == {entry.domain: entry.version for entry in proto.opset_import}
    assert header.metadata == {entry.key: entry.value for entry in proto.metadata_props}
    assert not proto.functions
    everything = list(_all_messages(proto))
    assert header.domains == {message.domain for message in everything if isinstance(message, onnx.NodeProto)}
    for message in everything:
        assert not isinstance(message, onnx.SparseTensorProto)
        if isinstance(message, TensorProto):
            assert message.data_location != TensorProto.EXTERNAL
            assert not message.external_data
    for infos, values in ((header.inputs, proto.graph.input), (header.outputs, proto.graph.output)):
        shapes = {value.name: value.type.tensor_type.shape.dim for value in values}
        for info in infos:
            assert info.shape == tuple(dim.dim_value if dim.dim_value > 0 else None for dim in shapes[info.name])
    if session is None:
        return
    for infos, ends in ((header.inputs, session.get_inputs()), (header.outputs, session.get_outputs())):
        assert [info.name for info in infos] == [end.name for end in ends]
