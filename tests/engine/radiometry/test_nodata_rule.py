import numpy as np
import pytest

from xview2_qgis.engine.radiometry.nodata_rule import NodataRule


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", NodataRule(((0, 0),))),
        (" 0, 255", NodataRule(((0, 0), (255, 255)))),
        ("-99:-90.5,none", NodataRule(((-99, -90.5),), declared=False)),
        ("None", NodataRule((), declared=False)),
        ("-inf:-1e30", NodataRule(((-np.inf, -1e30),))),
    ],
)
def test_rules_are_read_and_written(text, expected):
    assert NodataRule.parse(text) == expected
    assert NodataRule.parse(str(expected)) == expected


@pytest.mark.parametrize("text", ["", " , ", "white", "5:3", "nan", "1:2:3"])
def test_what_is_no_rule(text):
    with pytest.raises(ValueError, match=r"."):
        NodataRule.parse(text)


def test_a_pixel_has_no_data_where_all_its_bands_are_in_one_range():
    values = np.array([[[0, 255, 255, 91]], [[0, 255, 10, 95]], [[0, 255, 255, 99]]], np.uint8)
    valid = np.ones((1, 4), bool)
    NodataRule.parse("255,90:99").mark(valid, values)
    assert valid.tolist() == [[True, False, True, False]]
