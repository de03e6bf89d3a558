"""What is read back is what was appended, under each number in the order in which it came."""

import numpy as np
import pytest
from shapely.geometry import MultiPolygon, box

from xview2_qgis.engine.output.outline_spool import OutlineSpool

HOUSE = box(0.1, 1 / 3, 1e6, 2e7)
YARD = MultiPolygon([box(0, 0, 9, 9) - box(3, 3, 4, 4), box(20, 0, 21, 1)])


def test_outlines_come_back_exactly_and_in_order(tmp_path):
    spool = OutlineSpool(tmp_path / "outlines")
    spool.append(7, [HOUSE, YARD], np.array([255, 1], np.uint8))
    spool.append(-2, [YARD], np.array([4], np.uint8))
    spool.append(7, [box(5, 5, 6, 6)], np.array([3], np.uint8))
    found = [(outlines, values.tolist()) for outlines, values in spool.read(7)]
    assert found == [([HOUSE, YARD], [255, 1]), ([box(5, 5, 6, 6)], [3])]
    assert [outlines for outlines, _ in spool.read(-2)] == [[YARD]]


def test_nothing_is_read_where_nothing_was_appended(tmp_path):
    spool = OutlineSpool(tmp_path / "missing" / "outlines")
    assert list(spool.read(0)) == []
    with pytest.raises(OSError, match="missing"):
        spool.append(0, [HOUSE], np.array([1], np.uint8))
