import pytest
from affine import Affine
from rasterio.crs import CRS

from xview2_qgis.engine.geo.grid import Grid
from xview2_qgis.engine.scene.comparison.spread import spread_windows


def windows(width, height, side, least=1):
    grid = Grid(CRS.from_epsg(32616), Affine(0.5, 0, 0, 0, -0.5, 0), width, height, 0.5)
    return [(w.col_off, w.row_off, w.width, w.height) for w in spread_windows(grid, side, least)]


def test_side_by_side_in_the_middle():
    # 1100 holds four of 256 and 76 are left, 38 on either side
    assert sorted(windows(1100, 512, 256)) == [
        (38 + 256 * i, 256 * j, 256, 256) for i in range(4) for j in range(2)
    ]  # fmt: skip


def test_few_windows_overlap_by_half():
    assert sorted(windows(1024, 1024, 512, 16)) == [(256 * i, 256 * j, 512, 512) for i in range(3) for j in range(3)]
    # 900 - 512 = 388 takes two steps of at most 256
    assert {w[0] for w in windows(900, 512, 512, 16)} == {0, 194, 388}
    assert len(windows(2048, 2048, 512, 16)) == 16


@pytest.mark.parametrize("least", [1, 16])
def test_all_lie_inside(least):
    for left, top, width, height in windows(777, 1333, 300, least):
        assert 0 <= left <= 777 - width
        assert 0 <= top <= 1333 - height


def test_the_first_few_are_spread_and_not_all_of_a_mosaic():
    found = windows(51_200, 51_200, 512)
    assert len(found) == len(set(found)) == 240
    # a quarter of the scene on each side of the middle lines
    for quarter in ((0, 0), (0, 1), (1, 0), (1, 1)):
        assert any((left >= 25_600, top >= 25_600) == quarter for left, top, _, _ in found[:16])
