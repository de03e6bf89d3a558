import pytest

from xview2_qgis.engine.raster.shown_bands import shown_bands_count


@pytest.mark.parametrize(
    ("shown", "stated", "expected"),
    [
        ((3, 2, 1), None, True),  # nothing is said: what somebody looked at
        ((4, 3, 2), None, True),
        ((3, 2, 1), (1, 2, 3), True),  # the same three put right
        ((4, 3, 2), (1, 2, 3), False),  # infrared as red
        ((1, 1, 2), None, False),
        ((1, 2, 9), None, False),
    ],
)
def test_when_bands_that_are_shown_count(shown, stated, expected):
    assert shown_bands_count(shown, stated, count=4) is expected
