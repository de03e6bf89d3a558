from __future__ import annotations

import json

import pytest

from xview2_qgis.engine_events import (
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
