"""Lines of the engine, whatever they hold. These run without QGIS, whose Python has no hypothesis."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from xview2_qgis.engine_process.events import LineSplitter, Noise, Progress, parse_event

VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.integers(10**300, 10**310)
    | st.text(st.characters(categories=["L", "Cs", "Cc"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
KEYS = st.sampled_from(["event", "stage", "done", "total", "eta_s", "code", "message", "hint", "counts", "buildings"])
NAMES = st.sampled_from(["started", "progress", "warning", "result", "error", "cancelled"])


@given(st.dictionaries(KEYS | st.text(max_size=3), VALUES, max_size=6), NAMES)
@settings(max_examples=200)
def test_any_facts_are_an_event_that_can_be_shown(facts, name):
    event = parse_event(json.dumps(facts | {"event": name}))
    assert not isinstance(event, Noise)
    for value in vars(event).values():
        str(value).encode("utf-8")
    if isinstance(event, Progress):
        assert 0.0 <= event.fraction <= 1.0
        assert event.eta_s is None or abs(event.eta_s) < 1e16


@given(st.text())
def test_any_line_is_an_event(line):
    str(vars(parse_event(line))).encode("utf-8")


@given(st.binary(max_size=200), st.lists(st.integers(1, 50), max_size=20))
def test_any_bytes_in_any_pieces_are_the_same_lines(data, sizes):
    splitter, lines, rest = LineSplitter(), [], data
    for size in sizes:
        lines += splitter.feed(rest[:size])
        rest = rest[size:]
    lines += splitter.feed(rest) + splitter.finish()
    whole = (line.decode("utf-8", errors="replace").strip() for line in data.split(b"\n"))
    assert lines == [line for line in whole if line]
