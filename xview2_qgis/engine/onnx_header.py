"""The header of an ONNX file: what goes in, what comes out, and what a runtime must know.

An ONNX file is a protobuf message (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). A handful of its fields is
enough to check a network before it is loaded, so they are read here without the ``onnx`` package, which users of the
engine do not need otherwise: nothing is built, nothing is run, weights are stepped over.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Field numbers in onnx.proto. ModelProto:
_IR_VERSION, _GRAPH, _OPSET_IMPORT, _METADATA = 1, 7, 8, 14
# GraphProto:
_NODE, _INITIALIZER, _INPUT, _OUTPUT = 1, 5, 11, 12
_DATA_LOCATION, _EXTERNAL = 14, 1  # TensorProto.data_location and its value EXTERNAL

#: Names of TensorProto.DataType numbers that a network of ours may use at its ends.
_DTYPES = {1: "float32", 2: "uint8", 10: "float16"}


@dataclass(frozen=True)
class TensorInfo:
    """An input or output of a network.

    Attributes:
        name: its name.
        dtype: ``uint8``, ``float16``, ``float32`` or ``other``.
        shape: lengths of its axes, None where the network takes any.
    """

    name: str
    dtype: str
    shape: tuple[int | None, ...]


@dataclass(frozen=True)
class OnnxHeader:
    """What an ONNX file says about itself.

    Attributes:
        ir_version: version of the file format.
        opsets: version of each operator set, by domain (``""`` is ONNX's own).
        inputs: inputs that must be given.
        outputs: outputs.
        metadata: ``metadata_props``.
        external_data: whether weights lie in other files.
    """

    ir_version: int
    opsets: dict[str, int]
    inputs: tuple[TensorInfo, ...]
    outputs: tuple[TensorInfo, ...]
    metadata: dict[str, str]
    external_data: bool


def read_header(path: Path) -> OnnxHeader:
    """Read the header of an ONNX file.

    Raises:
        ValueError: this is not an ONNX file, or it is cut off.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        if path.stat().st_size == 0:
            raise ValueError("empty file")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped, memoryview(mapped) as content:
            return _model(content)


def _model(content: memoryview) -> OnnxHeader:
    ir_version, graph = 0, None
    opsets: dict[str, int] = {}
    metadata: dict[str, str] = {}
    for number, value in _fields(content):
        if number == _IR_VERSION and isinstance(value, int):
            ir_version = value
        elif number == _GRAPH and isinstance(value, tuple):
            graph = value
        elif number == _OPSET_IMPORT and isinstance(value, tuple):
            entry = dict(_fields(content, *value))
            opsets[_text(content, entry.get(1))] = _number(entry.get(2))
        elif number == _METADATA and isinstance(value, tuple):
            entry = dict(_fields(content, *value))
            metadata[_text(content, entry.get(1))] = _text(content, entry.get(2))
    if graph is None or not opsets or not ir_version:
        raise ValueError("no ONNX graph inside")

    inputs: list[TensorInfo] = []
    outputs: list[TensorInfo] = []
    initialized: set[str] = set()
    external = False
    for number, value in _fields(content, *graph):
        if not isinstance(value, tuple):
            continue
        if number == _INPUT:
            inputs.append(_tensor(content, value))
        elif number == _OUTPUT:
            outputs.append(_tensor(content, value))
        elif number == _INITIALIZER:
            entry = dict(_fields(content, *value))
            initialized.add(_text(content, entry.get(8)))
            external |= entry.get(_DATA_LOCATION) == _EXTERNAL
        elif number == _NODE:
            external |= _node_has_external_data(content, value)
    # old files list their weights among the inputs
    needed = tuple(info for info in inputs if info.name not in initialized)
    return OnnxHeader(ir_version, opsets, needed, tuple(outputs), metadata, external)


def _node_has_external_data(content: memoryview, node: tuple[int, int]) -> bool:
    """Look into the attributes of a node (NodeProto 5): constants (AttributeProto 5) and graphs inside it (6)."""
    for number, value in _fields(content, *node):
        if number != 5 or not isinstance(value, tuple):
            continue
        for kind, inner in _fields(content, *value):
            if not isinstance(inner, tuple):
                continue
            if kind == 5 and dict(_fields(content, *inner)).get(_DATA_LOCATION) == _EXTERNAL:
                return True
            if kind == 6 and _graph_has_external_data(content, inner):
                return True
    return False


def _graph_has_external_data(content: memoryview, graph: tuple[int, int]) -> bool:
    for number, value in _fields(content, *graph):
        if not isinstance(value, tuple):
            continue
        if number == _INITIALIZER and dict(_fields(content, *value)).get(_DATA_LOCATION) == _EXTERNAL:
            return True
        if number == _NODE and _node_has_external_data(content, value):
            return True
    return False


def _tensor(content: memoryview, span: tuple[int, int]) -> TensorInfo:
    """Read a ValueInfoProto: name (1), type (2) → tensor_type (1) → elem_type (1), shape (2) → dim (1) → value (1)."""
    info = dict(_fields(content, *span))
    kind = dict(_fields(content, *_inner(info.get(2))))
    tensor = dict(_fields(content, *_inner(kind.get(1))))
    shape: list[int | None] = []
    if isinstance(tensor.get(2), tuple):
        for number, value in _fields(content, *_inner(tensor[2])):
            if number == 1:
                length = dict(_fields(content, *_inner(value))).get(1)
                shape.append(length if isinstance(length, int) and length > 0 else None)
    return TensorInfo(_text(content, info.get(1)), _DTYPES.get(_number(tensor.get(1)), "other"), tuple(shape))


def _fields(content: memoryview, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int | tuple[int, int]]]:
    """Yield the fields of a protobuf message: number and value, or number and (start, end) of a nested message.

    The wire format is described at https://protobuf.dev/programming-guides/encoding/.
    """
    position, end = start, len(content) if end is None else end
    while position < end:
        key, position = _varint(content, position, end)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, position = _varint(content, position, end)
            yield number, value
            continue
        if wire == 2:
            length, position = _varint(content, position, end)
        elif wire in (1, 5):
            length = 8 if wire == 1 else 4
        else:
            raise ValueError("not a protobuf message")
        if number == 0 or position + length > end:
            raise ValueError("cut off or not a protobuf message")
        yield number, (position, position + length)
        position += length


def _varint(content: memoryview, position: int, end: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if position >= end:
            raise ValueError("cut off")
        byte = content[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
    raise ValueError("not a protobuf message")


def _inner(value: int | tuple[int, int] | None) -> tuple[int, int]:
    if not isinstance(value, tuple):
        raise ValueError("an input or output has no tensor type")
    return value


def _number(value: int | tuple[int, int] | None) -> int:
    return value if isinstance(value, int) else 0


def _text(content: memoryview, value: int | tuple[int, int] | None) -> str:
    return bytes(content[value[0] : value[1]]).decode("utf-8") if isinstance(value, tuple) else ""
