"""Streams of the Arrow C data interface, read without a library: numbers, texts and bytes, one batch after the other.

pyogrio gives such a stream of a layer. It is the one way to read a layer once, in pages, with whole numbers of 64 bits
beside missing ones and with texts as they are in the file; pyarrow, which usually reads it, weighs more than the rest
of the engine. https://arrow.apache.org/docs/format/CDataInterface.html and CStreamInterface.html describe the layout.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Value = int | float | bytes | bool | None
_Kind = type[np.integer[Any]] | type[np.floating[Any]]


class _Schema(ctypes.Structure):
    """``struct ArrowSchema``."""


class _Array(ctypes.Structure):
    """``struct ArrowArray``."""


class _Stream(ctypes.Structure):
    """``struct ArrowArrayStream``."""


_Pointer = Any  # to a stream: the types of ctypes for pointers are no types at run time

_Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_void_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(_Schema))),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Schema))),
    ("private_data", ctypes.c_void_p),
]
_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Array))),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Array))),
    ("private_data", ctypes.c_void_p),
]
_Stream._fields_ = [
    ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Schema))),
    ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Array))),
    ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.POINTER(_Stream))),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]

_pointer_in_capsule: Callable[[object, bytes], int] = ctypes.PYFUNCTYPE(
    ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p
)(("PyCapsule_GetPointer", ctypes.pythonapi))

_NUMBERS: dict[bytes, _Kind] = {
    b"c": np.int8, b"C": np.uint8, b"s": np.int16, b"S": np.uint16, b"i": np.int32, b"I": np.uint32, b"l": np.int64,
    b"L": np.uint64, b"f": np.float32, b"g": np.float64,
}  # fmt: skip
_BYTES: dict[bytes, _Kind] = {
    b"u": np.int32,
    b"z": np.int32,
    b"U": np.int64,
    b"Z": np.int64,
}  # the type of their offsets


class ArrowSource(Protocol):
    """What gives an Arrow stream, as pyogrio's ``open_arrow`` does."""

    def __arrow_c_stream__(self) -> object:
        """Return a capsule with the stream."""


class ArrowStreamError(ValueError):
    """The stream broke off; the text is what its source says."""


@dataclass(frozen=True)
class Column:
    """One column of a batch.

    Attributes:
        name: its name; that of the number of a feature may be the name of a field, too.
        binary: its values are bytes that are no text.
        values: one a row, None where there is none. Texts come as bytes, because they may be no UTF-8. A type that is
            neither number, text nor bytes (dates, lists) comes as None throughout.
    """

    name: str
    binary: bool
    values: list[Value]


def batches(source: ArrowSource) -> Iterator[list[Column]]:
    """Yield the batches of a stream, each with its columns in their order; empty ones are left out.

    Raises:
        ArrowStreamError: the source cannot be read to its end.
    """
    capsule = source.__arrow_c_stream__()  # frees the stream when it goes
    stream = ctypes.cast(_pointer_in_capsule(capsule, b"arrow_array_stream"), ctypes.POINTER(_Stream))
    formats = _formats(stream)
    while True:
        batch = _Array()
        _check(stream, stream.contents.get_next(stream, ctypes.byref(batch)))
        if not batch.release:  # the end, by definition
            break
        try:
            columns = [
                Column(
                    name, form in (b"z", b"Z"),
                    _values(form, batch.children[index].contents, batch.offset, batch.length),
                )
                for index, (name, form) in enumerate(formats)
            ]  # fmt: skip
        finally:
            batch.release(ctypes.byref(batch))
        if columns and columns[0].values:
            yield columns
    del capsule


def _formats(stream: _Pointer) -> list[tuple[str, bytes]]:
    schema = _Schema()
    _check(stream, stream.contents.get_schema(stream, ctypes.byref(schema)))
    try:
        columns = [schema.children[index].contents for index in range(schema.n_children)]
        return [((column.name or b"").decode(errors="replace"), bytes(column.format)) for column in columns]
    finally:
        schema.release(ctypes.byref(schema))


def _check(stream: _Pointer, code: int) -> None:
    if code:
        message = stream.contents.get_last_error(stream) or b""
        raise ArrowStreamError(message.decode(errors="replace") or f"error {code}")


def _values(form: bytes, array: _Array, batch_offset: int, length: int) -> list[Value]:
    start = batch_offset + array.offset
    if form in _NUMBERS:
        values: list[Value] = _buffer(array.buffers[1], _NUMBERS[form], start, length).tolist()
    elif form == b"b":
        packed = _buffer(array.buffers[1], np.uint8, 0, (start + length + 7) // 8)
        values = np.unpackbits(packed, bitorder="little")[start:][:length].astype(bool).tolist()
    elif form in _BYTES:
        values = _bytes(array, _BYTES[form], start, length)
    else:
        return [None] * length
    if array.null_count and array.buffers[0]:
        packed = _buffer(array.buffers[0], np.uint8, 0, (start + length + 7) // 8)
        for row in np.flatnonzero(np.unpackbits(packed, bitorder="little")[start:][:length] == 0).tolist():
            values[row] = None
    return values


def _bytes(array: _Array, kind: _Kind, start: int, length: int) -> list[Value]:
    ends = _buffer(array.buffers[1], kind, start, length + 1).tolist() if length else [0]
    first = ends[0]
    data = ctypes.string_at(array.buffers[2] + first, ends[-1] - first) if ends[-1] > first else b""
    return [data[begin:end] for begin, end in pairwise(place - first for place in ends)]


def _buffer(address: int | None, kind: _Kind, start: int, length: int) -> NDArray[Any]:
    """Return a copy of a part of a buffer, (length,); the buffer goes with its batch."""
    if not length or address is None:
        return np.zeros(length, kind)
    width = np.dtype(kind).itemsize
    return np.frombuffer(ctypes.string_at(address + start * width, length * width), kind)
