"""What is asked about a window, against distances that shapely measures."""

import numpy as np
import pytest
import shapely
from rasterio.crs import CRS
from rasterio.windows import Window

from tests.engine.probability_scene import make_grid
from xview2_qgis.engine.footprints.cells import FootprintCells
from xview2_qgis.engine.scene.area_of_interest import AreaOfInterest
from xview2_qgis.engine.scene.gating import Gating

GRID = make_grid(600, 500, degrees=20.0)
WINDOWS = [Window(left, 100, 256, 256) for left in (0, 256)]


def area_of(pixels):
    """The area of interest that covers a polygon given in pixels."""
    placed = shapely.transform(pixels, lambda p: np.column_stack(GRID.transform @ (p[:, 0], p[:, 1])))
    return AreaOfInterest(placed, GRID.crs)


def test_nothing_special():
    gating = Gating(GRID)
    for window in WINDOWS:
        assert gating.reaches(window)
        assert gating.asked(window) is None
        assert not gating.has_footprints(window)


def test_classes_are_asked_for_where_footprints_lie():
    gating = Gating(GRID, cells=FootprintCells(np.array([[True, False]] * 2)))
    assert [gating.has_footprints(window) for window in WINDOWS] == [True, False]


@pytest.mark.parametrize("crs", [GRID.crs, CRS.from_epsg(4326)])
def test_buildings_count_in_the_area_and_near_it(crs):
    triangle = shapely.Polygon([(330, 180), (345, 190), (335, 260)])
    gating = Gating(GRID, area_of(triangle).in_crs(crs))
    for window in WINDOWS:
        mask = gating.asked(window)
        columns, rows = np.meshgrid(window.col_off + np.arange(256) + 0.5, 100 + np.arange(256) + 0.5)
        # squares around the pixels of a triangle: inside its bounding box grown by the margin, beyond it grown by less
        left, top, right, bottom = triangle.bounds
        beyond = np.maximum(np.maximum(left - columns, columns - right), np.maximum(top - rows, rows - bottom))
        assert not mask[beyond > 130].any()
        near = shapely.distance(triangle, shapely.points(columns, rows)) < 126
        assert mask[near].all()
        assert mask.any()
        assert gating.reaches(window)


def test_an_area_elsewhere_and_one_around_everything():
    elsewhere = Gating(GRID, area_of(shapely.box(5000, 0, 5100, 100)))
    around = Gating(GRID, area_of(shapely.box(-1000, -1000, 2000, 2000)))
    for window in WINDOWS:
        assert not elsewhere.asked(window).any()
        assert not elsewhere.reaches(window)
        assert around.asked(window) is None
