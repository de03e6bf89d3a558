"""Boxes of a page, against the sheet itself."""

from __future__ import annotations

from itertools import combinations

import pytest

from xview2_qgis.map_layout.page.box import Box
from xview2_qgis.map_layout.page.page_plan import PAPERS, page_plan

PLANS = [(paper, landscape) for paper in PAPERS for landscape in (True, False)]


@pytest.mark.parametrize(("paper", "landscape"), PLANS)
def test_everything_is_on_the_sheet_and_nothing_lies_on_another(paper, landscape):
    plan = page_plan(paper, landscape)
    assert sorted((plan.width, plan.height)) == sorted(PAPERS[paper])
    assert plan.landscape == landscape
    boxes = [plan.header, plan.badge, plan.map, plan.strip, *plan.columns]
    for box in boxes:
        assert box.x >= 5
        assert box.y >= 5
        assert box.right <= plan.width - 5
        assert box.bottom <= plan.height - 5
    for one, other in combinations(boxes, 2):
        assert not one.overlaps(other), (one, other)
    # what the sheet is for
    assert plan.map.width * plan.map.height > 0.45 * plan.width * plan.height


@pytest.mark.parametrize("landscape", [True, False])
def test_a3_is_a4_enlarged(landscape):
    small, large = page_plan("A4", landscape), page_plan("A3", landscape)
    assert large.type_size > 1.2 * small.type_size
    assert large.map.width > 1.3 * small.map.width


def test_mirrored_boxes_keep_their_size_and_their_distance_from_the_other_edge():
    box = Box(10, 20, 30, 40)
    other = box.mirrored(200)
    assert (other.width, other.height, other.y) == (30, 40, 20)
    assert other.right == 190
    assert other.mirrored(200) == box
