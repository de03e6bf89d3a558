from __future__ import annotations

import pytest

from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.imagery.event_file import given_facts
from xview2_qgis.protocol.scene_facts import EventFacts, ImageFacts, SceneFacts

FACTS = SceneFacts(
    EventFacts(name="Quake", type="earthquake", date="2023-02-06", country="NO"), post=ImageFacts(gsd_m=0.5)
)
JSON = (
    '{"event": {"name": "Quake", "type": "earthquake", "date": "2023-02-06", "country": "NO"}, "post": {"gsd_m": 0.5}}'
)
YAML = """\
# of the first hour
event:
  name: Quake
  type: Earthquake
  date: 2023-02-06   # no text in YAML, but one here
  country: NO        # Norway, not false
post: {gsd_m: 0.5}
"""


@pytest.mark.parametrize(("name", "text"), [("event.json", JSON), ("event.yaml", YAML), ("EVENT.YML", YAML)])
def test_files(tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert given_facts(str(tmp_path / name)) == FACTS


def test_json_in_place_of_a_file_and_nothing():
    assert given_facts(JSON) == FACTS
    assert given_facts(None) == SceneFacts()


BOMB = "a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nevent: {name: *b}\n"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("event.json", '{"evnt": {}}', 'unknown name "evnt": known are event, pre, post'),
        ("event.yaml", "event:\n  glide: EQ-1\n", 'event.glide is "EQ-1": give a GLIDE number'),
        ("event.yaml", "event: {name: a, name: b}", 'the name "name" is there twice'),
        ("event.yaml", BOMB, "it holds a reference"),
        ("event.yaml", "event: [\n", "it is no YAML (line 2)"),
        ("event.yaml", "event: !!python/object/apply:os.system [x]", "it is no YAML"),
        ("event.yaml", "[" * 5000, "it is no YAML"),
        ("event.yaml", "", "it has no names"),
        ("event.yaml", "? {a: b}\n: c\n", "it is no YAML"),
        ("event.json", b"\xff\xfe{", "it is not written in Unicode"),
        ("event.json", " " * (2**20 + 1), "it is too large"),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path, name, content, told):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError) as error:
        given_facts(str(path))
    assert error.value.code == "event-file"
    assert told in str(error.value)
    assert str(error.value).startswith(name)
    assert str(tmp_path) not in str(error.value)


def test_a_file_that_is_not_there(tmp_path):
    for event in (str(tmp_path / "event.json"), str(tmp_path), "a\0b.json"):
        with pytest.raises(InputError, match="cannot be read"):
            given_facts(event)
