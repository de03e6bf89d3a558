"""The header of an ONNX file: what goes in, what comes out, and what a runtime must know.

An ONNX file is a protobuf message (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). A handful of its fields is
enough to check a network before it is loaded, so they are read here without the ``onnx`` package, which users of the
engine do not need otherwise. Read means: as a runtime would read them, or not at all. What could be understood in two
ways, lies outside the file or belongs to another library is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from .onnx_message import Message, RefusedNetworkError, read_message

Value = TypeVar("Value")

#: Names of TensorProto.DataType numbers that a network of ours may use at its ends.
_DTYPES = {1: "float32", 2: "uint8", 10: "float16"}
_LARGEST_INT64 = 2**63 - 1
#: Files that begin so are read by ONNX Runtime in a format of its own, whatever else they are.
_RUNTIME_FORMAT = slice(4, 8), b"ORTM"


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
    """The declarations of an ONNX file.

    Attributes:
        ir_version: version of the file format.
        opsets: version of each operator set, by domain (``""`` is ONNX's own).
        domains: domains of the operators that the graph and the graphs inside it really use.
        inputs: inputs that must be given.
        outputs: outputs.
        metadata: ``metadata_props``.
    """

    ir_version: int
    opsets: dict[str, int]
    domains: frozenset[str]
    inputs: tuple[TensorInfo, ...]
    outputs: tuple[TensorInfo, ...]
    metadata: dict[str, str]


def read_header(content: bytes | memoryview) -> OnnxHeader:
    """Read the header of an ONNX file.

    Args:
        content: all its bytes.

    Raises:
        ValueError: it is no network for use; the text follows the name of the file.
    """
    try:
        return _header(memoryview(content))
    except RefusedNetworkError:
        raise
    except UnicodeDecodeError as error:
        raise ValueError("is no readable ONNX file (a name is not UTF-8)") from error
    except ValueError as error:
        raise ValueError(f"is no readable ONNX file ({error})") from error


def _header(content: memoryview) -> OnnxHeader:
    if not content:
        raise ValueError("empty file")
    place, mark = _RUNTIME_FORMAT
    if content[place] == mark:
        raise ValueError("the format of ONNX Runtime itself")
    model = read_message(content)
    graph, ir_version = model.one("graph"), model.number("ir_version")
    opsets = _pairs(model, "opset_import", "domain", lambda entry: _signed(entry.number("version")))
    if graph is None or not opsets or not 0 < ir_version <= _LARGEST_INT64:
        raise ValueError("no ONNX graph inside")
    inputs = tuple(_tensor(info) for info in graph.many("input"))
    outputs = tuple(_tensor(info) for info in graph.many("output"))
    for infos in (inputs, outputs):
        if len({info.name for info in infos}) != len(infos):
            raise ValueError("an input or output stands twice")
    # old files list their weights among the inputs
    initialized = {tensor.text("name") for tensor in graph.many("initializer")}
    return OnnxHeader(
        ir_version=ir_version,
        opsets=opsets,
        domains=frozenset(_domains(graph)),
        inputs=tuple(info for info in inputs if info.name not in initialized),
        outputs=outputs,
        metadata=_pairs(model, "metadata_props", "key", lambda entry: entry.text("value")),
    )


def _domains(graph: Message) -> Iterator[str]:
    """Yield the domain of every node, those of graphs inside nodes (branches, loops) included."""
    for node in graph.many("node"):
        yield node.text("domain")
        for attribute in node.many("attribute"):
            for inner in (*attribute.many("g"), *attribute.many("graphs")):
                yield from _domains(inner)


def _pairs(model: Message, name: str, key: str, value: Callable[[Message], Value]) -> dict[str, Value]:
    """Return entries of a key and a value; of two with the same key each reader takes the one it likes."""
    pairs: dict[str, Value] = {}
    for entry in model.many(name):
        if entry.text(key) in pairs:
            raise ValueError(f"{name} says {entry.text(key)[:40]!r} twice")
        pairs[entry.text(key)] = value(entry)
    return pairs


def _tensor(info: Message) -> TensorInfo:
    """Read a ValueInfoProto: name, type → tensor_type → elem_type, shape → dim → dim_value."""
    kind = info.one("type")
    tensor = kind and kind.one("tensor_type")
    if not tensor:
        raise ValueError("an input or output has no tensor type")
    shape = tensor.one("shape")
    lengths = [_signed(axis.number("dim_value")) for axis in shape.many("dim")] if shape else []
    return TensorInfo(
        info.text("name"),
        _DTYPES.get(tensor.number("elem_type"), "other"),
        tuple(length if length > 0 else None for length in lengths),
    )


def _signed(number: int) -> int:
    return number if number <= _LARGEST_INT64 else number - 2**64
