from __future__ import annotations

import json

from xview2_qgis.engine_process.line_splitter import LONGEST_LINE, LineSplitter
from xview2_qgis.protocol.events import Warned, decode


def test_lines_are_put_together_from_any_pieces():
    text = "".join(
        json.dumps({"event": "warning", "message": "Gebäude ß 建物"}, ensure_ascii=False) + "\r\n" for _ in range(5)
    )
    data = text.encode()
    for size in (1, 2, 7, 1000):
        splitter = LineSplitter()
        lines = [line for start in range(0, len(data), size) for line in splitter.feed(data[start : start + size])]
        assert len(lines) == 5
        assert all(decode(line) == Warned("", "Gebäude ß 建物") for line in lines)
        assert splitter.finish() == []


def test_the_last_line_needs_no_end():
    splitter = LineSplitter()
    assert splitter.feed(b"a\nb") == ["a"]
    assert splitter.finish() == ["b"]


def test_an_endless_line_does_not_fill_the_memory():
    splitter = LineSplitter()
    lines = []
    for _ in range(30):
        lines += splitter.feed(b"x" * 100_000)
    assert len(lines) >= 2
    assert max(map(len, lines)) <= LONGEST_LINE
