"""The cache gives what the files say, and notices when they change."""

import os

import numpy as np
import pytest

from tests.training.xbd_folder import squares, write_pair
from training.data.cache import cache_folder
from training.data.xbd import list_pairs, read_pair


def test_cached_pairs_equal_the_files(towns, tmp_path):
    for files, cached in zip(list_pairs(towns), cache_folder(towns, tmp_path), strict=True):
        expected, opened = read_pair(files), cached.open()
        assert cached.disaster == files.disaster
        assert cached.shape == expected.damage.shape
        for layer in ("pre", "post", "building", "damage"):
            np.testing.assert_array_equal(getattr(opened, layer), getattr(expected, layer))
        assert cached.classes == tuple(int(c) for c in np.unique(expected.damage) if 1 <= c <= 4)
        for row, column, value in cached.anchors:
            assert expected.damage[row, column] == value


def test_pairs_need_not_be_square(tmp_path):
    mask = np.zeros((40, 64), np.uint8)
    mask[3:9, 50:60] = 4
    write_pair(tmp_path / "folder", "fire_00000001", mask)
    (pair,) = cache_folder(tmp_path / "folder", tmp_path / "cache")
    assert pair.open().pre.shape == (40, 64, 3)
    assert pair.boxes.tolist() == [[50, 3, 60, 9, 4]]


def test_boxes_are_those_of_connected_areas(tmp_path):
    write_pair(tmp_path / "folder", "fire_00000001", squares(64, (0, 0, 2), (8, 8, 2), (40, 30, 2), (20, 50, 3)))
    (pair,) = cache_folder(tmp_path / "folder", tmp_path / "cache")
    assert sorted(pair.boxes.tolist()) == [[0, 0, 16, 16, 2], [30, 40, 38, 48, 2], [50, 20, 58, 28, 3]]


def test_second_look_decodes_nothing(towns, tmp_path):
    first = cache_folder(towns, tmp_path)
    times = {p: p.stat().st_mtime_ns for p in tmp_path.iterdir()}
    assert [p.path for p in cache_folder(towns, tmp_path)] == [p.path for p in first]
    assert {p: p.stat().st_mtime_ns for p in tmp_path.iterdir()} == times


def test_changed_label_and_other_rule_are_other_entries(towns, tmp_path):
    ours = {p.path for p in cache_folder(towns, tmp_path)}
    published = {p.path for p in cache_folder(towns, tmp_path, "second-place")}
    assert not ours & published
    label = list_pairs(towns)[0].label("post")
    os.utime(label, ns=(label.stat().st_mtime_ns + 10**9,) * 2)
    assert len(ours - {p.path for p in cache_folder(towns, tmp_path)}) == 1


def test_interrupted_write_is_not_taken_for_a_pair(towns, tmp_path, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(np, "savez", stop)
        with pytest.raises(KeyboardInterrupt):
            cache_folder(towns, tmp_path)
    assert not list(tmp_path.glob("*.part*"))
    assert len(cache_folder(towns, tmp_path)) == 2
