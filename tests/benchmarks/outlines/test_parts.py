import numpy as np
from shapely.geometry import box

from benchmarks.outlines.parts import Parts, count_parts


def counted(found, labels):
    parts = count_parts(np.array(found, dtype=object), np.array(labels, dtype=object))
    return parts.labels, parts.merged, parts.split


ROW = [box(left, 0, left + 10, 10) for left in (0, 12, 24)]


def test_a_polygon_over_two_labels_merges_both():
    assert counted(ROW, ROW) == (3, 0, 0)
    assert counted([box(0, 0, 22, 10), ROW[2]], ROW) == (3, 2, 0)
    assert counted([box(0, 0, 34, 10)], ROW) == (3, 3, 0)
    assert counted([box(0, 0, 16, 10), ROW[2]], ROW) == (3, 0, 0)  # holds less than half of the second one
    assert counted([box(0, 0, 17, 10), ROW[2]], ROW) == (3, 2, 0)


def test_a_label_in_parts_is_split():
    hall = box(0, 0, 60, 30)
    thirds = [box(0, 0, 20, 30), box(20, 0, 40, 30), box(41, 0, 60, 30)]
    assert counted(thirds, [hall]) == (1, 0, 1)
    assert counted(thirds[:1], [hall]) == (1, 0, 0)
    # two sheds hold too little of it
    assert counted([box(0, 0, 10, 10), box(50, 0, 60, 10)], [hall]) == (1, 0, 0)
    # what reaches in from outside is no part of it
    assert counted([hall, box(-30, 0, 5, 30)], [hall]) == (1, 0, 0)


def test_nothing_to_count():
    assert counted([], ROW) == (3, 0, 0)
    assert counted(ROW, []) == (0, 0, 0)
    total = Parts(3, 1, 0)
    total.include(Parts(4, 2, 5))
    assert total == Parts(7, 3, 5)
