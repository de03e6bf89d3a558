"""The frame of a map where no scene gives it."""

import numpy as np
import pyproj
import pytest
import shapely
from rasterio.crs import CRS

from xview2_qgis.engine.report.map.frame import frame_of

DEGREES = CRS.from_epsg(4326)


def metres_of(grid, corners):
    move = pyproj.Transformer.from_crs("EPSG:4326", grid.crs.to_wkt(), always_xy=True)
    return np.array([move.transform(*corner) for corner in corners])


@pytest.mark.parametrize("west", [37.0, 179.995, -0.001])
@pytest.mark.parametrize("south", [37.6, -41.2, 83.9])
def test_the_frame_holds_all_with_a_margin_in_metres(west, south):
    area = shapely.box(west, south, west + 0.01, south + 0.004)
    grid = frame_of([area], DEGREES)
    inverse = ~grid.transform
    pixels = np.array([inverse @ tuple(point) for point in metres_of(grid, area.exterior.coords)])
    assert pixels.min() > 5
    assert (pixels[:, 0] < grid.width - 5).all()
    assert (pixels[:, 1] < grid.height - 5).all()
    assert max(grid.width, grid.height) in (1100, 1101)
    assert grid.crs.linear_units == "metre"


def test_a_single_house_has_ground_around_it():
    grid = frame_of([shapely.box(0, 0, 8, 8)], CRS.from_epsg(32637))
    assert grid.width * grid.gsd_m == pytest.approx(50, abs=1)


def test_scenes_on_two_continents_fit_on_one_map():
    grid = frame_of([shapely.box(37, 37, 37.1, 37.1), shapely.box(-85, 30, -84.9, 30.1)], DEGREES)
    assert "laea" in grid.crs.to_proj4()


def test_nothing_has_no_frame():
    assert frame_of([], DEGREES) is None
    assert frame_of([shapely.Polygon()], DEGREES) is None


def test_scenes_on_both_sides_of_the_antimeridian_lie_beside_each_other():
    frame = frame_of(
        [shapely.box(179.99, -17.01, 180, -17), shapely.box(-180, -17.01, -179.99, -17)], CRS.from_epsg(4326)
    )
    assert frame is not None
    assert frame.width * frame.gsd_m == pytest.approx(2_200, rel=0.1)
