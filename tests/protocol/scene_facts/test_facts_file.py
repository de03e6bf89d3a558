from __future__ import annotations

import json

import pytest

from xview2_qgis.protocol.scene_facts import EventFacts, FactsFault, ImageFacts, SceneFacts
from xview2_qgis.protocol.scene_facts.facts_file import facts_from_json, facts_to_json, is_inline

FACTS = SceneFacts(EventFacts(name="Türkiye", glide="EQ-2023-000015-TUR"), post=ImageFacts(gsd_m=0.5))


def test_the_file_holds_what_is_known_and_nothing_else():
    text = facts_to_json(FACTS)
    assert json.loads(text) == {
        "event": {"name": "Türkiye", "glide": "EQ-2023-000015-TUR"}, "post": {"gsd_m": 0.5},
    }  # fmt: skip
    assert "Türkiye" in text  # for people, too
    assert facts_from_json("\ufeff" + text) == FACTS
    assert facts_from_json("{}") == SceneFacts()
    assert facts_from_json('{"pre": null, "event": {"name": null}}') == SceneFacts()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"evnt": {}}', 'unknown name "evnt": known are event, pre, post'),
        ('{"event": {"GLIDE": "x"}}', 'unknown name "GLIDE" in event: known are name, type, date, glide'),
        ('{"post": {"gsd": 0.5}}', 'unknown name "gsd" in post: known are source, sensor, acquired, gsd_m'),
        ('{"post": {"off_nadir_deg": 91}}', 'post.off_nadir_deg is "91": give a number from 0 to 90'),
        ('{"event": {"date": "yesterday"}}', 'event.date is "yesterday": give a day such as 2023-02-06'),
        ('{"event": {"name": "a", "name": "b"}}', 'the name "name" is there twice'),
        ('{"event": []}', "event has no names"),
        ("[]", "it has no names"),
        ('{"event": {', "it is no JSON (line 1)"),
        ("[" * 100_000, "it is no JSON"),
        ('{"event": {"name": {"a": 1}}}', "event.name is no text"),
    ],
)
def test_faults_are_one_clear_line(text, told):
    with pytest.raises(FactsFault) as fault:
        facts_from_json(text)
    assert str(fault.value).startswith(told)
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize(
    ("given", "inline"), [('{"event": {}}', True), (' \n{"event": {}}', True), ("event.json", False), (None, False)]
)
def test_json_in_place_of_a_file(given, inline):
    assert is_inline(given) is inline
