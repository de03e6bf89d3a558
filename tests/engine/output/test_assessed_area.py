import numpy as np
import pytest
from rasterio.crs import CRS
from shapely import affinity
from shapely.geometry import MultiPolygon, box

from tests.engine.probability_scene import ORIGIN, UTM, make_grid, make_raster
from xview2_qgis.engine.output.assessed_area import assessed_area
from xview2_qgis.engine.scene.area_of_interest import AreaOfInterest


@pytest.mark.parametrize("degrees", [0.0, 25.0])
def test_a_small_scene_is_exact(tmp_path, degrees):
    post = np.ones((60, 80), bool)
    post[20:40, 30:50] = False
    grid = make_grid(80, 60, degrees=degrees)
    with make_raster(tmp_path / "p.tif", grid, np.zeros((60, 80), np.uint8), post_valid=post) as raster:
        area = assessed_area(raster)
    truth = box(0, -30, 40, 0) - box(15, -20, 25, -10)
    truth = affinity.translate(affinity.rotate(truth, degrees, origin=(0, 0)), *ORIGIN)
    assert isinstance(area, MultiPolygon)
    assert area.is_valid
    assert area.symmetric_difference(truth).area < 0.1


def test_a_large_scene_is_about_right_and_stays_on_the_grid(tmp_path):
    grid = make_grid(5003, 4001)
    with make_raster(tmp_path / "p.tif", grid, np.zeros((1001, 1503), np.uint8), at=(3000, 3500)) as raster:
        area = assessed_area(raster)
    x, y = ORIGIN
    truth = box(x + 1750, y - 2000.5, x + 2501.5, y - 1500)
    assert area.symmetric_difference(truth).area < 0.005 * truth.area
    assert area.difference(truth.buffer(1e-6)).area < 0.005 * truth.area
    assert truth.bounds[2] >= area.bounds[2]


def test_it_is_cut_to_the_area_of_interest_and_may_be_empty(tmp_path):
    x, y = ORIGIN
    asked = AreaOfInterest(box(x + 10, y - 100, x + 20, y + 100), UTM).in_crs(CRS.from_epsg(4326))
    with make_raster(tmp_path / "p.tif", make_grid(80, 60), np.zeros((60, 80), np.uint8)) as raster:
        assert assessed_area(raster, asked).area == pytest.approx(300, rel=1e-4)
    nowhere = np.zeros((60, 80), bool)
    with make_raster(tmp_path / "q.tif", make_grid(80, 60), np.zeros((60, 80), np.uint8), post_valid=nowhere) as raster:
        assert assessed_area(raster, asked).is_empty
        assert assessed_area(raster).is_empty


@pytest.mark.parametrize("size", [(80, 60), (5003, 2100)])
def test_a_scene_without_gaps_is_its_frame(tmp_path, size):
    width, height = size
    with make_raster(tmp_path / "p.tif", make_grid(width, height), np.zeros((height, width), np.uint8)) as raster:
        area = assessed_area(raster)
    x, y = ORIGIN
    assert area.equals(box(x, y - height / 2, x + width / 2, y))
