"""What has no data is unknown, and never damage."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
import rasterio.shutil

from tests.engine.assessment.runs import in_metres, run
from tests.engine.drawn_houses import HOUSES, draw_houses
from xview2_qgis.engine.errors import InputError


def test_buildings_without_post_pixels_are_unknown(tmp_path, model):
    pre = draw_houses(tmp_path / "pre.tif", False)
    post = draw_houses(tmp_path / "post.tif", True, hole=lambda east, north: east < -35)
    result = in_metres(run(tmp_path, model, pre, post))
    for house in HOUSES:
        mine = result[result.intersects(house.polygon.centroid)].iloc[0]
        assert mine.damage == (0 if house.east < -35 else house.damage)
        assert mine.damage_class == "unknown" or mine.valid_fraction == pytest.approx(1)


@pytest.mark.parametrize("kind", ["full alpha", "other nodata", "white"])
def test_a_collar_that_nobody_declared_is_no_damage(tmp_path, model, kind):
    pre, post = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    with rasterio.open(post) as file:
        pixels, profile = file.read(), file.profile
    pixels[:, :, :160] = 255 if kind == "white" else 0
    if kind == "full alpha":
        pixels = np.concatenate([pixels, np.full((1, *pixels.shape[1:]), 255, np.uint8)])
        profile.update(count=4, alpha="YES")
    elif kind == "other nodata":
        profile.update(nodata=255)
    with rasterio.open(post, "w", **profile) as file:
        file.write(pixels)
    result = in_metres(run(tmp_path, model, pre, post))
    edge = -200 * 0.5 + 160 * 0.5  # metres east of the centre
    for house in HOUSES:
        mine = result[result.intersects(house.polygon.centroid)].iloc[0]
        assert mine.damage == (0 if house.east < edge else house.damage)


def test_roofs_and_clouds_may_be_white(tmp_path, model):
    pre, post = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    with rasterio.open(pre, "r+") as file:
        pixels = file.read()
        pixels[1:, pixels[0] == 255] = 255  # the roofs
        pixels[:, :70, 330:] = pixels[:, 270:, :70] = 255  # clouds at the border
        file.write(pixels)
    result = in_metres(run(tmp_path, model, pre, post))
    for house in HOUSES:
        assert result[result.intersects(house.polygon.centroid)].damage.tolist() == [house.damage]


@pytest.mark.parametrize("empty", ["pre", "post"])
def test_an_image_without_data_is_told(tmp_path, model, empty):
    hole = {empty: lambda east, north: east < 1000}
    pre = draw_houses(tmp_path / "pre.tif", False, hole=hole.get("pre"))
    post = draw_houses(tmp_path / "post.tif", True, hole=hole.get("post"))
    before = {p.name for p in tmp_path.iterdir()}
    with pytest.raises(InputError) as caught:
        run(tmp_path, model, pre, post)
    assert caught.value.code == "no-valid-pixels"
    assert {p.name for p in tmp_path.iterdir()} == before


@pytest.mark.parametrize("value", [1e20, -1e30, float(np.finfo(np.float64).max), float(np.finfo(np.float64).min)])
def test_fill_of_absurd_numbers_is_no_data(tmp_path, model, value):
    pre, post = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    plain = run(tmp_path, model, pre, post)
    with rasterio.open(post) as file:
        pixels, profile = file.read().astype(np.float64), file.profile
    pixels[:, :, :20] = value
    profile.update(dtype="float64")
    with rasterio.open(post, "w", **profile) as file:
        file.write(pixels)
    filled = run(tmp_path, model, pre, post, overwrite=True)
    assert len(filled) == len(plain)
