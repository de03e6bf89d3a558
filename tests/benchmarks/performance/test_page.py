"""The page made of a record."""

import pytest

from benchmarks.performance.page import MissingPlaceError, filled
from benchmarks.performance.suite import PARTS
from tests.checkout import ROOT

from .records import LOST, NONE, WALL, record

NAMES = ["machine", "limits", "wall", "memory", "deepness"]
PAGE = "# Performance\n\nProse.\n\n" + "\n".join(
    f"## {name}\n\n<!-- figures of {name}: made by `make bench` -->\nOld.\n<!-- end of {name} -->\nMore.\n"
    for name in NAMES
)


def lines_of(page, name):
    return (
        page.split(f"<!-- figures of {name}: made by `make bench` -->\n")[1]
        .split(f"<!-- end of {name}")[0]
        .splitlines()
    )


def test_figures_stand_in_their_places_and_prose_stays():
    page = filled(PAGE, record(WALL, LOST, NONE))
    assert "Old." not in page
    assert page.count("Prose.") == 1
    assert page.count("More.") == 5
    wall = lines_of(page, "wall")
    assert wall[0] == "`python -m benchmarks --only wall`, 60 s"
    assert "| pair | 1.04 | 1.05 | median of 7 |" in wall
    assert "| tiles | 36 | – |  |" in wall
    assert "| one \\| two | 12.3 |" in wall
    assert "| three | 1 234 |" in wall
    assert wall[-1] == "* A remark."


def test_limits_that_are_not_kept_stand_out_and_lost_parts_are_among_them():
    limits = lines_of(filled(PAGE, record(WALL, LOST, NONE)), "limits")
    assert limits[2:] == [
        "| pair | 1.04 | 1.05 | yes | `python -m benchmarks --only wall` |",
        "| alone | 1.25 | 1.05 | **no** | `python -m benchmarks --only wall` |",
        "| Memory | – | – | failed: no room | `python -m benchmarks --only memory` |",
        "| Deepness | – | – | not measured: it is not installed | `python -m benchmarks --only deepness` |",
    ]


def test_the_machine_tells_what_figures_depend_on():
    machine = lines_of(filled(PAGE, record(WALL)), "machine")[0]
    for word in ("A processor (avx2), 2 cores, 16 GB", "python 3.12.1", "No GPU", "1 minutes on 2026-11-30", "abc1234"):
        assert word in machine


def test_a_page_can_be_filled_again_and_again():
    once = filled(PAGE, record(WALL, LOST, NONE))
    assert filled(once, record(WALL, LOST, NONE)) == once
    assert lines_of(filled(once, record(WALL)), "memory") == ["Not measured yet."]


def test_a_part_without_a_place_is_told():
    with pytest.raises(MissingPlaceError, match="no place for memory"):
        filled(PAGE.replace("memory", "colour"), record(WALL, LOST))


def test_the_page_has_a_place_for_every_part():
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    for name in ("machine", "limits", *(part.name for part in PARTS)):
        assert page.count(f"<!-- figures of {name}: made by `make bench` -->") == 1
        assert page.count(f"<!-- end of {name} -->") == 1
