"""The rule for values without data: read and written."""

from __future__ import annotations

import math

import pytest

from xview2_qgis.protocol.options.nodata_rule import NodataRule


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", NodataRule(((0, 0),))),
        (" 0, 255", NodataRule(((0, 0), (255, 255)))),
        ("-99:-90.5,none", NodataRule(((-99, -90.5),), declared=False)),
        ("None", NodataRule((), declared=False)),
        ("-inf:-1e30", NodataRule(((-math.inf, -1e30),))),
    ],
)
def test_rules_are_read_and_written(text, expected):
    assert NodataRule.parse(text) == expected
    assert NodataRule.parse(str(expected)) == expected


@pytest.mark.parametrize("text", ["", " , ", "white", "5:3", "nan", "1:2:3"])
def test_what_is_no_rule(text):
    with pytest.raises(ValueError, match=r"."):
        NodataRule.parse(text)
