from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from xview2_qgis.protocol.scene_facts import EVENT_TYPES, EventFacts, ImageFacts, SceneFacts
from xview2_qgis.protocol.scene_facts.facts_file import facts_from_json, facts_to_json
from xview2_qgis.protocol.scene_facts.scene_facts import COLUMNS, NUMBER_COLUMNS

WORDS = st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=20)
MOMENT = st.dates().map(str) | st.datetimes().map(lambda moment: f"{moment.replace(microsecond=0).isoformat()}Z")
EVENT = st.builds(
    EventFacts, WORDS, st.sampled_from(["", *EVENT_TYPES]), st.just("") | MOMENT,
    st.sampled_from(["", "EQ-2023-000015-TUR"]), WORDS, WORDS, WORDS,
)  # fmt: skip
IMAGE = st.builds(
    ImageFacts, WORDS, WORDS, st.just("") | MOMENT, st.none() | st.floats(0.01, 1000), st.none() | st.floats(0, 90),
    WORDS, WORDS,
)  # fmt: skip
FACTS = st.builds(SceneFacts, EVENT, IMAGE, IMAGE)


def test_columns_of_the_table_run():
    assert COLUMNS[:8] == (
        "event_name", "event_type", "event_date", "event_glide", "event_area", "event_country", "event_contact",
        "pre_source",
    )  # fmt: skip
    assert COLUMNS[-7:] == (
        "post_source", "post_sensor", "post_acquired", "post_gsd_m", "post_off_nadir_deg", "post_licence",
        "post_credit",
    )  # fmt: skip
    assert {"pre_gsd_m", "pre_off_nadir_deg", "post_gsd_m", "post_off_nadir_deg"} == NUMBER_COLUMNS


@given(FACTS)
def test_columns_and_file_give_the_facts_back(facts):
    row = facts.to_columns()
    assert tuple(row) == COLUMNS
    assert SceneFacts.from_columns(row) == facts
    assert facts_from_json(facts_to_json(facts)) == facts


def test_rows_of_older_versions_and_of_other_programs():
    assert SceneFacts.from_columns({"run_id": "1"}) == SceneFacts()
    row = {"event_glide": "none", "event_name": "Ida", "post_gsd_m": "wide", "post_off_nadir_deg": 0.0, "pre_credit": 3}
    found = SceneFacts.from_columns(row)
    assert found == SceneFacts(EventFacts(name="Ida"), post=ImageFacts(off_nadir_deg=0.0))


@given(FACTS, FACTS)
def test_what_is_given_comes_before_what_is_found(given_facts, found):
    joined = given_facts.completed(found).to_columns()
    own, other = given_facts.to_columns(), found.to_columns()
    assert joined == {name: other[name] if own[name] is None else own[name] for name in own}
