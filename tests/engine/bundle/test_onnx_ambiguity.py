"""No bytes are read by the header reader in one way and by ``onnx`` or ONNX Runtime in another."""

import onnx
import onnxruntime
import pytest
from google.protobuf.message import DecodeError
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

from tests.engine.bundle.onnx_bytes import model, outside, part, tiny, varint
from xview2_qgis.engine.bundle import onnx_message
from xview2_qgis.engine.bundle.onnx_fields import MESSAGES
from xview2_qgis.engine.bundle.onnx_header import read_header
from xview2_qgis.engine.bundle.protobuf_wire import wire_fields


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
