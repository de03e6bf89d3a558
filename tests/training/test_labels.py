"""Masks against areas computed by hand."""

import json

import numpy as np
import pytest

from training.labels import LabelError, draw_mask, read_label


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


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"features": {}}',
        '{"features": {"xy": [{"properties": {"subtype": "burnt"}, "wkt": "POINT (0 0)"}]}}',
    ],
)
def test_bad_label_names_the_file(tmp_path, content):
    path = tmp_path / "bad.json"
    path.write_text(content)
    with pytest.raises(LabelError, match=r"bad\.json"):
        read_label(path)
