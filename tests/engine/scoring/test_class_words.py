"""What references call the classes."""

import pytest

from xview2_qgis.engine.scoring.challenge import IGNORED
from xview2_qgis.engine.scoring.class_words import class_of, find_class_field, read_classes


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("no-damage", 1), ("minor-damage", 2), ("Major_Damage", 3), (" destroyed ", 4), ("un-classified", IGNORED),
        ("No visible damage", 1), ("Possibly damaged", 2), ("Damaged", 3), ("Destroyed", 4), ("Not Analysed", IGNORED),
        ("Completely Destroyed", 4), ("Highly Damaged", 3), ("Moderately Damaged", 2),
        (1, 1), (4.0, 4), ("3", 3), (0, IGNORED), (None, IGNORED), (float("nan"), IGNORED), ("", IGNORED),
        (5, None), ("ruin", None), ("very damaged", None), (2.5, None),
    ],
)  # fmt: skip
def test_values(value, expected):
    assert class_of(value) == expected


def test_what_is_not_understood_is_counted():
    field = read_classes("damage", ["destroyed", "ruin", "ruin", None])
    assert field.classes == (4, IGNORED, IGNORED, IGNORED)
    assert dict(field.foreign) == {"ruin": 2}


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"notation": ["a", "b", "c"], "damage_gra": ["Damaged", "Destroyed", "Not Analysed"]}, "damage_gra"),
        ({"fid": [1, 2, 3], "subtype": ["destroyed", "no-damage", "no-damage"]}, "subtype"),
        ({"id": [1, 2, 3], "grade": [1, 4, 4]}, "grade"),
        ({"grade": [1, 4, 4], "state": ["Destroyed", "Damaged", "Damaged"]}, "state"),
        ({"damage_class": ["destroyed"], "final_class": ["minor-damage"]}, "final_class"),
        ({"id": [1, 2, 3]}, None),
        ({"name": ["school", "destroyed", "church"]}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_the_field_is_found_by_what_it_holds(fields, name):
    found = find_class_field(fields)
    assert (found and found.name) == name
