"""Lines of events: byte for byte as documented, and read whatever they hold."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xview2_qgis.protocol.events import (
    Failed,
    ImageFacts,
    Noise,
    PairFacts,
    Progress,
    Result,
    Started,
    Stopped,
    Warned,
    decode,
)

VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.integers(10**300, 10**310)
    | st.text(st.characters(categories=["L", "Cs", "Cc"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
KEYS = st.sampled_from(
    ["event", "stage", "done", "total", "eta_s", "code", "message", "hint", "counts", "buildings", "layers", "name"]
)
NAMES = st.sampled_from(["started", "progress", "warning", "result", "error", "cancelled"])
LINES = [
    (
        Started("a.tif", "b.tif", "o.gpkg", "compact", "auto"),
        '{"event": "started", "pre": "a.tif", "post": "b.tif", "output": "o.gpkg", "model": "compact", '
        '"device": "auto"}',
    ),
    (
        Progress("infer", 3, 4),
        '{"event": "progress", "stage": "infer", "done": 3, "total": 4, "eta_s": null}',
    ),
    (
        Warned("low-contrast", "建物\nß"),
        '{"event": "warning", "code": "low-contrast", "message": "\\u5efa\\u7269\\n\\u00df"}',
    ),
    (
        Result(
            "o.gpkg", ["damage", "assessed_area"], 3, {"no-damage": 1, "destroyed": 2}, "cpu", "CPUExecutionProvider",
            "fp32", 1.5, 0.25, "1, 2, 3 (by their names)", "1, 2, 3 (by their names)", {"labels": 50, "gain": 0.25},
        ),
        '{"event": "result", "output": "o.gpkg", "layers": ["damage", "assessed_area"], "buildings": 3, '
        '"counts": {"no-damage": 1, "destroyed": 2}, "device": "cpu", "provider": "CPUExecutionProvider", '
        '"precision": "fp32", "seconds": 1.5, "pairs_per_second": 0.25, "pre_bands": "1, 2, 3 (by their names)", '
        '"post_bands": "1, 2, 3 (by their names)", "figures": {"labels": 50, "gain": 0.25}}',
    ),
    (
        ImageFacts("pre", 1800, 1500, 4, "3, 2, 1", "colour interpretation", "uint8", 0.5, "2023-02-01", "file name",
                   "Maxar", gsd_m=0.34, described_by="a.IMD"),
        '{"event": "image", "role": "pre", "width": 1800, "height": 1500, "band_count": 4, "bands": "3, 2, 1", '
        '"bands_by": "colour interpretation", "dtype": "uint8", "pixel_size_m": 0.5, "acquired": "2023-02-01", '
        '"acquired_by": "file name", "source": "Maxar", "sensor": "", "gsd_m": 0.34, "off_nadir_deg": null, '
        '"licence": "", "credit": "", "described_by": "a.IMD"}',
    ),
    (
        PairFacts(630000.0, 0.97, 0.5),
        '{"event": "pair", "overlap_m2": 630000.0, "overlap_share": 0.97, "model_gsd_m": 0.5}',
    ),
    (
        Failed("no-overlap", "what", "do"),
        '{"event": "error", "code": "no-overlap", "message": "what", "hint": "do", "kept_rows": 0, "rows": 0}',
    ),
    (Stopped(12, 40), '{"event": "cancelled", "kept_rows": 12, "rows": 40}'),
]  # fmt: skip


@pytest.mark.parametrize(("event", "line"), LINES, ids=[event.name for event, _ in LINES])
def test_an_event_is_its_line_and_the_line_is_the_event(event, line):
    assert event.encode() == line
    assert decode(line) == event


@pytest.mark.parametrize(
    "line",
    ["", "hello", "[1]", "null", "3", '"event"', '{"event":', '{"no":"event"}', '{"event":"unheard-of"}', "[" * 100000],
)
def test_anything_else_is_noise(line):
    assert decode(line) == Noise(line)


def test_wrong_types_become_defaults():
    event = decode('{"event":"progress","stage":null,"done":"x","total":NaN,"eta_s":true}')
    assert event == Progress("", 0.0, 0.0, None)
    assert event.fraction == 0.0
    assert decode('{"event":"result","buildings":"many","counts":[1],"seconds":Infinity,"layers":"damage"}') == Result()


@pytest.mark.parametrize(
    ("line", "event"),
    [
        ('{"event":"result","buildings":' + "9" * 400 + ',"seconds":-' + "9" * 400 + "}", Result()),
        ('{"event":"result","buildings":' + "9" * 5000 + "}", None),
        ('{"event":"result","buildings":1e308,"counts":{"a":1e300,"b":2}}', Result(counts={"b": 2})),
        ('{"event":"warning","code":"\\ud800","message":"a\\udfffb"}', Warned("?", "a?b")),
        ('{"event":"warning","code":"a","code":"b"}', Warned("b", "")),
        ('{"event":"warning","code":' + "[" * 900 + "]" * 900 + ',"message":[]}', Warned("", "")),
        (
            '{"event":"started","pre":' + '{"a":' * 400 + "1" + "}" * 400 + ',"model":3,"n":3}',
            Started(pre="", model="3"),
        ),
        ('{"event":{"event":"result"}}', None),
        ('{"event":"progress","done":NaN,"total":-Infinity,"eta_s":1e400}', Progress("")),
    ],
    ids=range(9),
)
def test_what_no_engine_says_is_no_error(line, event):
    assert decode(line) == (Noise(line) if event is None else event)


@given(st.dictionaries(KEYS | st.text(max_size=3), VALUES, max_size=6), NAMES)
@settings(max_examples=200)
def test_any_facts_are_an_event_that_can_be_shown(facts, name):
    event = decode(json.dumps(facts | {"event": name}))
    assert event.name == name
    for value in vars(event).values():
        str(value).encode("utf-8")
    if isinstance(event, Progress):
        assert 0.0 <= event.fraction <= 1.0
        assert event.eta_s is None or abs(event.eta_s) < 1e16


@given(st.text())
def test_any_line_is_an_event(line):
    str(vars(decode(line))).encode("utf-8")


@pytest.mark.parametrize(
    ("code", "concerns"), [("one-class", True), ("device-fallback", False), ("unfinished-run", False)]
)
def test_warnings_of_the_machine_do_not_concern_the_result(code, concerns):
    assert Warned(code).concerns_result is concerns
