import pytest

from xview2_qgis.engine.output.plausibility import doubts
from xview2_qgis.engine.output.summary import Summary
from xview2_qgis.protocol.schema import Damage

TOWN_M2 = 630_000.0


def counted(unknown=0, none=0, minor=0, major=0, destroyed=0):
    return Summary(counts=dict(zip(Damage, (unknown, none, minor, major, destroyed), strict=True)))


def codes(summary, assessed_m2=TOWN_M2):
    return [doubt.code for doubt in doubts(summary, assessed_m2)]


@pytest.mark.parametrize(
    ("summary", "wanted"),
    [
        (counted(none=651), ["one-class"]),
        (counted(destroyed=10), ["one-class"]),
        (counted(none=649, minor=2), ["one-class"]),  # a network errs in a few of many
        (counted(unknown=100, none=651), ["one-class"]),
        (counted(none=9), []),  # a hamlet
        (counted(none=640, minor=11), []),
        (counted(none=19, minor=1), []),
        (counted(none=213, minor=173, major=132, destroyed=160, unknown=37), []),
        (counted(), ["nothing-found"]),
        (counted(unknown=4, none=4), []),
        (counted(unknown=5, none=4), ["mostly-unknown"]),
        (counted(unknown=20, none=12), ["mostly-unknown", "one-class"]),
        (counted(unknown=3), ["mostly-unknown"]),
    ],
)
def test_codes(summary, wanted):
    assert codes(summary) == wanted


def test_an_empty_garden_is_no_wonder():
    assert codes(counted(), 900.0) == []


def test_what_to_check():
    [doubt] = doubts(counted(none=1651), TOWN_M2)
    assert doubt.message.startswith("all 1,651 buildings have the class “no damage”: check that")
    for word in ("right order", "dates", "red, green and blue", "nodata", "pixels"):
        assert word in doubt.message
    [doubt] = doubts(counted(), TOWN_M2)
    assert doubt.message.startswith("no building was found on 0.63 km²: check that")
