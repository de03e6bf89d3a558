"""Where a damaged part of an image lies on the grid: against pyproj."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely

from tests.engine.drawn_rasters import draw, working_grid
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.geo.pixel_box import PixelBox
from xview2_qgis.engine.raster.opening import open_source
from xview2_qgis.engine.scene.damage.image import DamagedImage
from xview2_qgis.engine.scene.pair_images import Shift

FAILURE = InputError("cannot be read", "copy it again", "raster-read")


@pytest.mark.parametrize("crs", ["EPSG:32616", "EPSG:32617", "EPSG:4326"])
def test_outlines_lie_where_the_pixels_do(tmp_path, crs):
    pre = open_source(draw(tmp_path / "a.tif"))
    post = open_source(draw(tmp_path / "b.tif", crs=crs, rotation=20.0))
    grid = working_grid(pre, post, 0.5)
    image = DamagedImage(post, grid, Shift(3.0, -2.0))
    assert image.first is None
    assert image.new_outlines() == []
    box = PixelBox(60, 70, 110, 160)
    post.unreadable.note([box], FAILURE)
    [outline] = image.new_outlines()
    assert image.first is FAILURE
    assert image.new_outlines() == []
    assert image.outlines == [outline]
    to_grid = pyproj.Transformer.from_crs(crs, grid.crs.to_wkt(), always_xy=True)
    corners = [post.transform @ corner for corner in ((70, 60), (160, 60), (160, 110), (70, 110))]
    points = [np.add(to_grid.transform(*corner), (3.0, -2.0)) for corner in corners]
    expected = shapely.Polygon([~grid.transform @ tuple(point) for point in points])
    assert outline.symmetric_difference(expected).area < 1e-3 * expected.area


def test_what_lies_beside_the_grid_is_nothing(tmp_path):
    pre = open_source(draw(tmp_path / "a.tif"))
    post = open_source(draw(tmp_path / "b.tif", size=(500, 500)))
    image = DamagedImage(post, working_grid(pre, post, 0.5), Shift())
    post.unreadable.note([PixelBox(0, 0, 20, 20)], FAILURE)
    assert image.new_outlines() == []
