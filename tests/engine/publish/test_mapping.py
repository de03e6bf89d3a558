"""The table of classes, row by row as the handbook of the project states it, and the rules beside it."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.publish.published_scenes import reviewed_town
from xview2_qgis.engine.publish.mapping import (
    FOREIGN_WORDS,
    cautious_damage,
    cems_grades,
    det_methods,
    final_confidence,
    unosat_codes,
    words_of,
)
from xview2_qgis.engine.scoring.challenge import IGNORED
from xview2_qgis.engine.scoring.class_words import class_of, read_classes
from xview2_qgis.engine.stored.building_fields import BUILDING_FIELDS
from xview2_qgis.engine.stored.result import StoredResult
from xview2_qgis.protocol.schema import Damage

TABLE = {
    0: ("un-classified", "Not Analysed", None, "Unknown", None, -1),
    1: ("no-damage", "No visible damage", 6, "No Damage", "none", 0),
    2: ("minor-damage", "Possibly damaged", 4, "Minor", "minimal", 1),
    3: ("major-damage", "Damaged", 2, "Major", "significant", 2),
    4: ("destroyed", "Destroyed", 1, "Destroyed", "complete", 3),
}


@pytest.mark.parametrize("damage", list(Damage))
def test_the_table(damage):
    words = FOREIGN_WORDS[damage]
    assert (words.xbd, words.cems, words.unosat, words.fema, words.osm, words.hot) == TABLE[damage]


@pytest.mark.parametrize("damage", list(Damage))
def test_what_is_published_is_read_as_what_it_was(damage):
    words, expected = FOREIGN_WORDS[damage], int(damage) or IGNORED
    assert {class_of(words.xbd), class_of(words.cems), class_of(words.fema)} == {expected}
    if words.unosat is not None:
        assert read_classes("Main_Damage_Site_Class", [words.unosat]).classes == (expected,)


def frame(**columns):
    count = len(next(iter(columns.values())))
    values = {name: columns.get(name, [None] * count) for name in BUILDING_FIELDS}
    table = pd.DataFrame(values)
    table["final_damage"] = pd.array(columns["final_damage"], "Int64")
    for name in ("confidence", "adapted_confidence"):
        table[name] = table[name].astype(float)
    return table


@given(st.integers(0, 4), st.floats(0, 1), st.floats(0, 1), st.booleans())
def test_low_confidence_pulls_down_and_never_up(damage, confidence, limit, reviewed):
    words = ("unknown", "no-damage", "minor-damage", "major-damage", "destroyed")
    one = frame(
        final_damage=[damage], confidence=[confidence], final_class=[words[damage]], damage_class=[words[damage]],
        review_class=[words[damage] if reviewed else None],
    )  # fmt: skip
    [found] = cautious_damage(one, limit).tolist()
    if damage > 2 and confidence < limit and not reviewed:
        assert found == 2
    else:
        assert found == damage


def test_an_adapted_class_has_the_confidence_of_the_adaptation():
    two = frame(
        final_damage=[4, 4], confidence=[0.9, 0.2], adapted_class=["destroyed", None], adapted_confidence=[0.3, None],
        final_class=["destroyed"] * 2, damage_class=["destroyed"] * 2,
    )  # fmt: skip
    assert final_confidence(two).tolist() == [0.3, 0.2]
    assert cems_grades(two, 0.25).tolist() == ["Destroyed", "Possibly damaged"]
    assert cems_grades(two, 0.5).tolist() == ["Possibly damaged"] * 2
    assert cems_grades(two, 0.0).tolist() == ["Destroyed"] * 2
    assert unosat_codes(two, 0.25).tolist() == [1, 4]


def test_reviews(tmp_path):
    [found] = StoredResult(reviewed_town(tmp_path)).buildings()
    numbers = found["building_id"].tolist()
    assert numbers == [1, 2, 3, 4, 5, 6, 8, 9, 10]
    methods = dict(zip(numbers, det_methods(found).tolist(), strict=True))
    assert methods.pop(3) == "Photo-interpretation"
    assert methods.pop(5) == "Semi-automatic extraction"
    assert set(methods.values()) == {"Automatic extraction"}
    codes = dict(zip(numbers, unosat_codes(found, 0.9).tolist(), strict=True))
    # 0.7 is below 0.9, but what people decided stays; minor damage that they have seen is moderate
    assert codes == {1: 0, 2: 0, 3: 1, 4: 6, 5: 3, 6: 4, 8: 4, 9: 4, 10: 4}
    assert words_of(found, "hot").tolist() == [-1, -1, 3, 0, 1, 1, 2, 3, 3]
    assert words_of(found, "osm").tolist()[:3] == [None, None, "complete"]


def test_seen_but_without_a_class_is_semi_automatic():
    one = frame(
        final_damage=[2], confidence=[0.4], final_class=["minor-damage"], damage_class=["minor-damage"],
        reviewed_at=["2026-02-04"], building_id=[1],
    )  # fmt: skip
    assert det_methods(one).tolist() == ["Semi-automatic extraction"]
