"""Collars of any value: what is masked, and what is not."""

import numpy as np
import pytest
import rasterio
from rasterio.windows import Window

from tests.engine.photo_rasters import photo, write_raster
from xview2_qgis.engine.radiometry.fill import BLACK
from xview2_qgis.engine.raster.opening import open_source

ROWS, COLUMNS = np.mgrid[:400, :500]
SHAPES = {
    "wedge": COLUMNS + 0.3 * ROWS > 420,
    "triangle": COLUMNS + ROWS < 160,
    "strip": COLUMNS >= 480,
    "frame": (ROWS < 30) | (ROWS >= 370) | (COLUMNS < 30) | (COLUMNS >= 470),
    "nearly all": (ROWS > 120) | (COLUMNS > 200),
}


def seen(path):
    return [fill.values for fill in open_source(path).fill if fill.seen]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    "colour", [(0, 0, 0), (1, 1, 1), (254, 254, 254), (128, 128, 128), (255, 255, 255), (10, 200, 90)]
)
def test_a_collar_is_found_whatever_its_value_and_shape(tmp_path, shape, colour):
    values = photo()
    values[:, SHAPES[shape]] = np.array(colour, np.uint8)[:, None]
    assert seen(write_raster(tmp_path / "a.tif", values)) == [colour]


@pytest.mark.parametrize(
    ("dtype", "fill"), [("uint16", 1), ("uint16", 65535), ("int16", 7), ("float32", 0.25), ("float32", 1e9)]
)
def test_a_collar_of_other_types(tmp_path, dtype, fill):
    values = photo().astype(dtype)
    values = values / 255 if dtype == "float32" else values * 40
    values = values.astype(dtype)
    values[:, SHAPES["wedge"]] = fill
    assert seen(write_raster(tmp_path / "a.tif", values)) == [(fill,) * 3]


def test_a_picture_without_collar(tmp_path):
    assert open_source(write_raster(tmp_path / "a.tif", photo())).fill == (BLACK,)


@pytest.mark.parametrize("value", [255, 200])
def test_a_roof_and_a_cloud_at_the_border_are_no_collar(tmp_path, value):
    values = photo()
    values[:, 100:180, :60] = value  # 40 m × 30 m
    values[:, 330:, 200:260] = value
    assert seen(write_raster(tmp_path / "a.tif", values)) == []


def test_a_large_hall_at_the_border_is_no_collar(tmp_path):
    values = photo(1000, 1000)
    values[:, :110, 300:430] = 255  # 65 m × 55 m
    assert seen(write_raster(tmp_path / "a.tif", values)) == []


@pytest.mark.parametrize("value", [0, 1, 255])
def test_collars_of_dim_bytes(tmp_path, value):
    values = (photo() // 20).astype(np.uint8)
    values[:, SHAPES["wedge"]] = value
    source = open_source(write_raster(tmp_path / "a.tif", values))
    assert [(fill.values, fill.least) for fill in source.fill] == [((value,) * 3, 101)]
    assert source.low_contrast


def test_a_smooth_sea_at_the_border_is_no_collar(tmp_path):
    """Of one value here and there, and fading into the next one."""
    values = photo()
    values[:, :, 250:] = np.array([20, 40, 60], np.uint8)[:, None, None] + (np.arange(250) // 40).astype(np.uint8)
    assert seen(write_raster(tmp_path / "a.tif", values)) == []


def test_a_collar_inside_a_frame_of_declared_nodata(tmp_path):
    """As after gdalwarp with a turn: nodata outside, and the old collar, moved to 1, between it and the picture."""
    values = photo()
    values[:, (ROWS < 60) | (COLUMNS < 80)] = 1
    values[:, (ROWS < 20) | (COLUMNS < 30)] = 0
    assert seen(write_raster(tmp_path / "a.tif", values, nodata=0)) == [(1, 1, 1)]


def test_a_collar_of_a_jpeg(tmp_path):
    values = photo()
    values[:, SHAPES["wedge"]] = 255
    path = write_raster(tmp_path / "a.tif", values, compress="jpeg", photometric="ycbcr", tiled=True, blockxsize=256,
                        blockysize=256)  # fmt: skip
    assert seen(path) == [(255, 255, 255)]


@pytest.mark.parametrize("value", [1, 128, 254])
def test_a_collar_of_a_good_jpeg_rings_where_it_ends(tmp_path, value):
    values = photo()
    values[:, SHAPES["triangle"]] = value
    path = write_raster(tmp_path / "a.tif", values, compress="jpeg", photometric="ycbcr", jpeg_quality=95, tiled=True,
                        blockxsize=256, blockysize=256)  # fmt: skip
    assert seen(path) == [(value,) * 3]


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_a_wide_gap_inside_counts_and_a_roof_does_not(tmp_path, dtype):
    values = photo(600, 600).astype(dtype)
    values[:, 180:420, 180:420] = 77  # 120 m
    values[:, 20:70, 20:80] = 33  # 25 m × 30 m
    assert seen(write_raster(tmp_path / "a.tif", values)) == [(77, 77, 77)]


@pytest.mark.parametrize("layout", [{"tiled": True, "blockxsize": 256, "blockysize": 256}, {}])
def test_little_of_a_huge_raster_is_read(tmp_path, layout):
    """20 000 × 20 000 pixels with a photograph in the middle of nothing but ones."""
    path = tmp_path / "a.tif"
    with rasterio.open(path, "w", driver="GTiff", width=20_000, height=20_000, count=3, dtype="uint8", nodata=255,
                       crs="EPSG:32616", transform=rasterio.Affine(0.5, 0, 620_000, 0, -0.5, 3_340_000),
                       sparse_ok=True, compress="deflate", **layout) as file:  # fmt: skip
        file.write(np.ones((3, 600, 20_000), np.uint8), window=Window(0, 0, 20_000, 600))
    # blocks that were never written hold the nodata value: most of the border is declared, the top is not
    assert seen(str(path)) == [(1, 1, 1)]


def test_overviews_show_what_lies_between_the_samples(tmp_path):
    values = photo(1600, 1600)
    values[:, :160, 320:480] = 7  # 80 m wide, which no sample covers
    path = write_raster(tmp_path / "a.tif", values, tiled=True, blockxsize=256, blockysize=256)
    with rasterio.open(path, "r+") as file:
        file.build_overviews([2], rasterio.enums.Resampling.average)
    assert seen(path) == [(7, 7, 7)]


def test_bytes_scaled_too_far_have_no_collar_of_their_ground(tmp_path):
    values = (photo() // 40).astype(np.uint8)
    assert open_source(write_raster(tmp_path / "a.tif", values)).fill == ()


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (2, 2)])
def test_rasters_of_hardly_any_pixels(tmp_path, shape):
    assert seen(write_raster(tmp_path / "a.tif", photo(*shape))) == []
    assert seen(write_raster(tmp_path / "b.tif", np.zeros((3, *shape), np.uint8))) in ([], [(0, 0, 0)])
