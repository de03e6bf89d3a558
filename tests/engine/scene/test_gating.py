"""What is asked about a tile, against distances that shapely measures."""

from types import SimpleNamespace

import numpy as np
import pytest
import shapely
from rasterio.crs import CRS
from rasterio.windows import Window

from tests.engine.probability_scene import make_grid
from xview2_qgis.engine.footprints.cells import FootprintCells
from xview2_qgis.engine.scene.area_of_interest import AreaOfInterest
from xview2_qgis.engine.scene.gating import AskedPredictor

GRID = make_grid(600, 500, degrees=20.0)
TILES = [SimpleNamespace(window=Window(left, 100, 256, 256)) for left in (0, 256)]


def ask(tiles, *, gates=True, **asked):
    """What the predictor is told about the tiles: whether classes are needed, and where buildings count."""
    told = []
    predictor = SimpleNamespace(
        batch_size=2, gates=gates, predict=lambda tiles, classify, asked: told.append((classify, asked)) or tiles
    )
    asking = AskedPredictor(predictor, GRID, **asked)
    assert asking.batch_size == 2
    assert asking.predict(tiles) == tiles
    return told[0]


def area_of(pixels):
    """The area of interest that covers a polygon given in pixels."""
    placed = shapely.transform(pixels, lambda p: np.column_stack(GRID.transform @ (p[:, 0], p[:, 1])))
    return AreaOfInterest(placed, GRID.crs)


def test_nothing_special():
    assert ask(TILES) == (None, None)


def test_classes_are_asked_for_where_footprints_lie():
    assert ask(TILES, cells=FootprintCells(np.array([[True, False]] * 2))) == ([True, False], None)


@pytest.mark.parametrize("crs", [GRID.crs, CRS.from_epsg(4326)])
def test_buildings_count_in_the_area_and_near_it(crs):
    triangle = shapely.Polygon([(330, 180), (345, 190), (335, 260)])
    _, masks = ask(TILES, area=area_of(triangle).in_crs(crs))
    for tile, mask in zip(TILES, masks, strict=True):
        columns, rows = np.meshgrid(tile.window.col_off + np.arange(256) + 0.5, 100 + np.arange(256) + 0.5)
        # squares around the pixels of a triangle: inside its bounding box grown by the margin, beyond it grown by less
        left, top, right, bottom = triangle.bounds
        beyond = np.maximum(np.maximum(left - columns, columns - right), np.maximum(top - rows, rows - bottom))
        assert not mask[beyond > 130].any()
        near = shapely.distance(triangle, shapely.points(columns, rows)) < 126
        assert mask[near].all()
        assert mask.any()


def test_an_area_elsewhere_and_one_around_everything():
    _, masks = ask(TILES, area=area_of(shapely.box(5000, 0, 5100, 100)))
    assert not np.any(masks)
    _, masks = ask(TILES, area=area_of(shapely.box(-1000, -1000, 2000, 2000)))
    assert np.all(masks)


def test_no_mask_is_made_where_nothing_is_spared():
    assert ask(TILES, gates=False, area=area_of(shapely.box(0, 0, 9, 9))) == (None, None)
