"""Arrow streams of a layer: numbers, texts and bytes as they are in the file, one batch after the other.

pyogrio gives such a stream. It is the one way to read a layer once, in pages, with whole numbers of 64 bits beside
missing ones and with texts as bytes, which may be no UTF-8.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import nanoarrow
import numpy as np
from numpy.typing import NDArray

Value = int | float | bytes | bool | None
_Untyped = Any  # nanoarrow has no types

# formats of https://arrow.apache.org/docs/format/CDataInterface.html: numbers, and texts or bytes by their offsets
_NUMBERS = frozenset("cCsSiIlLfg")
_BYTES: dict[str, type[np.integer[Any]]] = {"u": np.int32, "z": np.int32, "U": np.int64, "Z": np.int64}


class ArrowSource(Protocol):
    """What gives an Arrow stream, as pyogrio's ``open_arrow`` does."""

    def __arrow_c_stream__(self) -> object:
        """Return a capsule with the stream."""


class ArrowStreamError(ValueError):
    """The stream broke off; the text is the message of its source."""


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
    try:
        for batch in nanoarrow.c_array_stream(source):
            columns = [_column(batch.child(index)) for index in range(batch.n_children)]
            if columns and columns[0].values:
                yield columns
    except RuntimeError as error:  # nanoarrow's own kind of it has no public name
        raise ArrowStreamError(str(error)) from error


def _column(array: _Untyped) -> Column:
    form, view = array.schema.format, array.view()
    rows = slice(view.offset, view.offset + view.length)
    if form in _NUMBERS:
        values: list[Value] = np.asarray(view.buffer(1))[rows].tolist()
    elif form == "b":
        values = _bits(view.buffer(1), rows).tolist()
    elif form in _BYTES:
        values = _slices(view, _BYTES[form])
    else:
        values = [None] * view.length
    if array.null_count:
        for row in np.flatnonzero(~_bits(view.buffer(0), rows)).tolist():
            values[row] = None
    return Column(array.schema.name or "", form in ("z", "Z"), values)


def _slices(view: _Untyped, kind: type[np.integer[Any]]) -> list[Value]:
    """Return the texts or bytes of a column: the parts of its third buffer between the places in its second."""
    if not view.length:
        return []
    places = np.frombuffer(view.buffer(1), kind)[slice(view.offset, view.offset + view.length + 1)].tolist()
    data = memoryview(view.buffer(2)).cast("B")
    return [bytes(data[begin:end]) for begin, end in pairwise(places)]


def _bits(buffer: _Untyped, rows: slice) -> NDArray[np.bool_]:
    return np.unpackbits(np.frombuffer(buffer, np.uint8), bitorder="little")[rows].astype(bool)
