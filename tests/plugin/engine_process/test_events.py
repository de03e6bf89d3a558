from __future__ import annotations

import json

import pytest

from xview2_qgis.assessment.progress import RunProgress, duration_text
from xview2_qgis.engine_process.events import (
    LONGEST_LINE,
    Failed,
    LineSplitter,
    Noise,
    Progress,
    Result,
    Started,
    Stopped,
    Warned,
    parse_event,
)


def test_known_events():
    assert parse_event('{"event":"started","pre":"a.tif"}') == Started({"pre": "a.tif"})
    assert parse_event('{"event":"progress","stage":"infer","done":3,"total":4,"eta_s":1.5}') == Progress(
        "infer", 3, 4, 1.5
    )
    assert parse_event('{"event":"warning","code":"x","message":"y"}') == Warned("x", "y")
    assert parse_event('{"event":"error","code":"x","message":"y","hint":"z"}') == Failed("x", "y", "z")
    assert parse_event('{"event":"cancelled"}') == Stopped()
    result = parse_event('{"event":"result","output":"o.gpkg","buildings":3,"counts":{"destroyed":3},"device":"cpu"}')
    assert result == Result(output="o.gpkg", buildings=3, counts={"destroyed": 3}, device="cpu")


@pytest.mark.parametrize(
    "line",
    ["", "hello", "[1]", "null", "3", '{"event":', '{"no":"event"}', '{"event":"unheard-of"}', "[" * 100000],
)
def test_anything_else_is_noise(line):
    assert parse_event(line) == Noise(line)


def test_wrong_types_become_defaults():
    event = parse_event('{"event":"progress","stage":null,"done":"x","total":NaN,"eta_s":true}')
    assert event == Progress("", 0.0, 0.0, None)
    assert event.fraction == 0.0
    result = parse_event('{"event":"result","buildings":"many","counts":[1],"seconds":Infinity}')
    assert result == Result()


@pytest.mark.parametrize(
    ("line", "event"),
    [
        ('{"event":"result","buildings":' + "9" * 400 + ',"seconds":-' + "9" * 400 + "}", Result()),
        ('{"event":"result","buildings":' + "9" * 5000 + "}", None),
        ('{"event":"result","buildings":1e308,"counts":{"a":1e300,"b":2}}', Result(counts={"b": 2})),
        ('{"event":"warning","code":"\\ud800","message":"a\\udfffb"}', Warned("?", "a?b")),
        ('{"event":"warning","code":"a","code":"b"}', Warned("b", "")),
        ('{"event":"warning","code":' + "[" * 900 + "]" * 900 + ',"message":[]}', Warned("", "")),
        ('{"event":"started","pre":' + '{"a":' * 400 + "1" + "}" * 400 + ',"n":3}', Started({"pre": "", "n": "3"})),
        ('{"event":{"event":"result"}}', None),
        ('{"event":"progress","done":NaN,"total":-Infinity,"eta_s":1e400}', Progress("")),
    ],
    ids=range(9),
)
def test_what_no_engine_says_is_no_error(line, event):
    assert parse_event(line) == (Noise(line) if event is None else event)


@pytest.mark.parametrize("eta", [0, -5, 1e15, 9e15])
@pytest.mark.parametrize("done", [-1, 0, 1e-300, 4, 1e15])
def test_any_progress_can_be_shown(done, eta):
    progress = RunProgress()
    for stage in ("infer", "unheard-of", "objects"):
        progress.update(
            parse_event(json.dumps({"event": "progress", "stage": stage, "done": done, "total": 4, "eta_s": eta}))
        )
        assert 0.0 <= progress.percent <= 100.0
        assert duration_text(progress.seconds_left or 0.0)


def test_lines_are_put_together_from_any_pieces():
    text = "".join(
        json.dumps({"event": "warning", "message": "Gebäude ß 建物"}, ensure_ascii=False) + "\r\n" for _ in range(5)
    )
    data = text.encode()
    for size in (1, 2, 7, 1000):
        splitter = LineSplitter()
        lines = [line for start in range(0, len(data), size) for line in splitter.feed(data[start : start + size])]
        assert len(lines) == 5
        assert all(parse_event(line) == Warned("", "Gebäude ß 建物") for line in lines)
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
