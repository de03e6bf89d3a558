"""The tiny network as bytes and as a message, and pieces of protobuf."""

import functools
import tempfile
from pathlib import Path

import onnx
from onnx import TensorProto

from tests.engine.tiny_bundle import write_tiny_bundle


@functools.cache
def tiny() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return (write_tiny_bundle(Path(folder), 64, 8) / "joint.onnx").read_bytes()


def model() -> onnx.ModelProto:
    return onnx.load_model_from_string(tiny())


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


def outside(name: str = "w") -> TensorProto:
    """A tensor whose bytes lie in another file."""
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, data_location=TensorProto.EXTERNAL)
    for key, value in (("location", "secret.bin"), ("offset", "0"), ("length", "4")):
        entry = tensor.external_data.add()
        entry.key, entry.value = key, value
    return tensor
