"""Masks against areas computed by hand."""

import json

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from training.labels import SUBTYPES, LabelledBuilding, draw_mask, read_label

VALUES = st.sampled_from(sorted(SUBTYPES.values()))


def write(path, *features):
    entries = [{"properties": {"uid": str(i), **p}, "wkt": w} for i, (w, p) in enumerate(features)]
    path.write_text(json.dumps({"features": {"xy": entries}}))
    return path


def test_holes_are_cut_and_unclassified_is_ignored(tmp_path):
    label = write(
        tmp_path / "label.json",
        ("POLYGON ((2 2, 12 2, 12 12, 2 12, 2 2), (5 5, 9 5, 9 9, 5 9, 5 5))", {"subtype": "major-damage"}),
        ("POLYGON ((20 20, 24 20, 24 24, 20 24, 20 20))", {"subtype": "un-classified"}),
    )
    mask = draw_mask(read_label(label), 32, 32)
    assert np.count_nonzero(mask == 3) == 10 * 10 - 4 * 4
    assert np.count_nonzero(mask == 255) == 16
    assert mask[6, 6] == 0


def test_smaller_of_two_overlapping_buildings_wins(tmp_path):
    small = ("POLYGON ((4 4, 6 4, 6 6, 4 6, 4 4))", {"subtype": "destroyed"})
    large = ("POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0))", {"subtype": "no-damage"})
    for order in ((small, large), (large, small)):
        mask = draw_mask(read_label(write(tmp_path / "label.json", *order)), 10, 10)
        assert np.count_nonzero(mask == 4) == 4
        assert np.count_nonzero(mask == 1) == 96


def test_pre_label_without_class_is_a_building(tmp_path):
    label = write(tmp_path / "label.json", ("POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))", {}))
    assert np.count_nonzero(draw_mask(read_label(label), 4, 4)) == 4


def test_lines_of_a_repaired_outline_are_not_drawn(tmp_path):
    spike = ("POLYGON ((0 0, 4 0, 4 4, 8 4, 4 4, 4 8, 0 8, 0 0))", {})
    assert np.count_nonzero(draw_mask(read_label(write(tmp_path / "label.json", spike)), 10, 10)) == 32


def test_all_parts_of_a_multipolygon_are_drawn(tmp_path):
    parts = ("MULTIPOLYGON (((0 0, 2 0, 2 2, 0 2, 0 0)), ((4 4, 7 4, 7 7, 4 7, 4 4)))", {})
    assert np.count_nonzero(draw_mask(read_label(write(tmp_path / "label.json", parts)), 10, 10)) == 4 + 9


def test_outlines_without_area_are_left_out(tmp_path):
    label = write(tmp_path / "label.json", *((w, {}) for w in ("POLYGON EMPTY", "POLYGON ((1 1, 5 5, 3 3, 1 1))")))
    assert read_label(label) == []


RECTANGLES = st.lists(
    st.tuples(st.integers(-4, 14), st.integers(-4, 14), st.integers(1, 12), st.integers(1, 12), VALUES),
    max_size=8,
    unique_by=lambda r: r[2] * r[3],
)


@settings(deadline=None)
@given(RECTANGLES, st.randoms(use_true_random=False))
def test_every_pixel_belongs_to_the_smallest_building_over_it(rectangles, random):
    expected = np.zeros((16, 16), np.uint8)
    for y, x in np.ndindex(16, 16):
        over = [(h * w, value) for left, top, w, h, value in rectangles if 0 <= x - left < w and 0 <= y - top < h]
        expected[y, x] = min(over)[1] if over else 0
    random.shuffle(rectangles)
    buildings = [
        LabelledBuilding(shapely.box(left, top, left + w, top + h), value) for left, top, w, h, value in rectangles
    ]
    np.testing.assert_array_equal(draw_mask(buildings, 16, 16), expected)
