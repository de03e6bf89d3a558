"""Pieces of a stream of the engine, whatever they hold. These run without QGIS, whose Python has no hypothesis."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from xview2_qgis.engine_process.line_splitter import LineSplitter


@given(st.binary(max_size=200), st.lists(st.integers(1, 50), max_size=20))
def test_any_bytes_in_any_pieces_are_the_same_lines(data, sizes):
    splitter, lines, rest = LineSplitter(), [], data
    for size in sizes:
        lines += splitter.feed(rest[:size])
        rest = rest[size:]
    lines += splitter.feed(rest) + splitter.finish()
    whole = (line.decode("utf-8", errors="replace").strip() for line in data.split(b"\n"))
    assert lines == [line for line in whole if line]
