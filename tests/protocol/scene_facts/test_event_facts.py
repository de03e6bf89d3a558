from __future__ import annotations

import pytest

from xview2_qgis.protocol.scene_facts import EVENT_TYPES, EventFacts, FactsFault


def test_values_have_one_spelling():
    event = EventFacts(
        name=" Kahramanmaraş earthquakes ", type="Volcanic_Eruption", date="2023-02-06 04:17+03:00",
        glide="eq-2023-000015-tur",
    )  # fmt: skip
    assert event.name == "Kahramanmaraş earthquakes"
    assert (event.type, event.date, event.glide) == ("volcanic eruption", "2023-02-06T01:17:00Z", "EQ-2023-000015-TUR")


@pytest.mark.parametrize("word", EVENT_TYPES)
def test_every_type_is_one(word):
    assert EventFacts(type=word).type == word


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2023-02-06", "2023-02-06"),
        ("2023-02-06T01:17", "2023-02-06T01:17:00Z"),
        ("2023-02-06T01:17:34.5Z", "2023-02-06T01:17:34Z"),
        ("2023-02-06 01:17 UTC", "2023-02-06T01:17:00Z"),
        ("2023-01-01T00:30:00-0930", "2023-01-01T10:00:00Z"),
        ("2023-01-01T00:30:00+01:00", "2022-12-31T23:30:00Z"),
    ],
)
def test_moments_are_in_utc(text, written):
    assert EventFacts(date=text).date == written


@pytest.mark.parametrize(
    ("field", "value", "hint"),
    [
        ("date", "06.02.2023", "2023-02-06"),
        ("date", "2023-02-30", "2023-02-06"),
        ("date", "2023-02-06T25:00", "2023-02-06"),
        ("date", "2023-02-06T01:00+99:00", "2023-02-06"),
        ("date", "0001-01-01T00:00+02:00", "2023-02-06"),
        ("glide", "EQ-2023-15-TUR", "EQ-2023-000015-TUR"),
        ("glide", "EQ-2023-000015-TUR\n", "EQ-2023-000015-TUR"),
        ("type", "quake", "earthquake"),
        ("name", "two\nlines", "plain line"),
        ("contact", "x" * 301, "shorten"),
        ("country", 792, "quotation marks"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_give(field, value, hint):
    if field == "glide" and str(value).endswith("\n"):
        assert EventFacts(glide=value).glide == "EQ-2023-000015-TUR"  # blanks around it count for nothing
        return
    with pytest.raises(FactsFault) as fault:
        EventFacts(**{field: value})
    assert fault.value.field == field
    assert hint in fault.value.hint
    assert "\n" not in str(fault.value)
