"""Reading around damage: every pixel of a good block is read, none of a bad one; known from the blocks overwritten."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
import rasterio.shutil
from rasterio.windows import Window

from tests.engine.drawn_rasters import draw
from tests.engine.raster.damage.damaged_files import damage_blocks
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.geo.pixel_box import PixelBox
from xview2_qgis.engine.raster.opening import open_source

BLOCKS = [(2, 3), (2, 4), (3, 3), (6, 6)]


def make(path, **layout):
    layout = {"tiled": True, "blockxsize": 64, "blockysize": 64, "compress": "deflate", **layout}
    draw(path, size=(500, 450), interleave="pixel", **layout)
    with rasterio.open(path) as file:
        return file.read()


def truth(windows, shape=(450, 500)):
    good = np.ones(shape, bool)
    for w in windows:
        good[w.row_off : w.row_off + w.height, w.col_off : w.col_off + w.width] = False
    return good


@pytest.mark.parametrize("compress", ["deflate", "lzw", "zstd", "jpeg", "lerc"])
def test_only_the_bad_blocks_are_lost(tmp_path, compress):
    path = tmp_path / "a.tif"
    before = make(path, compress=compress)
    good = truth(damage_blocks(path, BLOCKS))
    with open_source(str(path)) as source:
        values, valid = source.read_around_damage(Window(0, 0, 500, 450))
        boxes = source.unreadable.boxes
    np.testing.assert_array_equal(valid, good)
    np.testing.assert_array_equal(values[:, good], before[:, good])
    assert not values[:, ~good].any()
    # neighbours are joined
    assert sorted(boxes, key=lambda b: (b.top, b.left)) == [
        PixelBox(128, 192, 192, 320), PixelBox(192, 192, 256, 256), PixelBox(384, 384, 448, 448),
    ]  # fmt: skip


def test_a_window_across_blocks(tmp_path):
    path = tmp_path / "a.tif"
    before = make(path)
    good = truth(damage_blocks(path, BLOCKS))
    part = np.s_[100:333, 177:401]
    with open_source(str(path)) as source:
        values, valid = source.read_around_damage(Window(177, 100, 224, 233))
    np.testing.assert_array_equal(valid, good[part])
    np.testing.assert_array_equal(values[:, valid], before[:, *part][:, valid])


@pytest.mark.parametrize("reduce", [2, 3, 5])
def test_averages_leave_out_what_bad_blocks_have_a_part_in(tmp_path, reduce):
    path = tmp_path / "a.tif"
    before = make(path)
    good = truth(damage_blocks(path, BLOCKS))
    height, width = 420 // reduce, 480 // reduce
    window = Window(0, 0, width * reduce, height * reduce)
    with open_source(str(path)) as source:
        values, valid = source.read_around_damage(window, (height, width))
    squares = good[: height * reduce, : width * reduce].reshape(height, reduce, width, reduce)
    np.testing.assert_array_equal(valid, squares.all(axis=(1, 3)))
    means = before[:, : height * reduce, : width * reduce].reshape(3, height, reduce, width, reduce).mean(axis=(2, 4))
    assert np.abs(values - means)[:, valid].max() <= 0.51


def test_strips_are_lost_by_a_few_rows(tmp_path):
    path = tmp_path / "a.tif"
    draw(path, size=(500, 450), interleave="pixel", compress="deflate", blockysize=1)
    with rasterio.open(path) as file:
        before = file.read()
    damage_blocks(path, [(100, 0), (101, 0)])
    with open_source(str(path)) as source:
        values, valid = source.read_around_damage(Window(0, 0, 500, 450))
        assert source.unreadable.boxes == (PixelBox(96, 0, 128, 500),)
    np.testing.assert_array_equal(valid, truth([Window(0, 96, 500, 32)]))
    np.testing.assert_array_equal(values[:, valid], before[:, valid])


def test_a_damaged_overview_costs_no_ground(tmp_path):
    path = tmp_path / "a.tif"
    before = make(path)
    with rasterio.Env(TIFF_USE_OVR="YES", COMPRESS_OVERVIEW="DEFLATE"), rasterio.open(path, "r+") as file:
        file.build_overviews([2], rasterio.enums.Resampling.average)
    damage_blocks(tmp_path / "a.tif.ovr", [(0, 0)])
    with open_source(str(path)) as source:
        with pytest.raises(InputError):
            source.read(Window(0, 0, 500, 450), (225, 250))
        values, valid = source.read_around_damage(Window(0, 0, 500, 450), (225, 250))
        assert source.unreadable.boxes == ()
    assert valid.all()
    assert np.abs(values - before.reshape(3, 225, 2, 250, 2).mean(axis=(2, 4))).max() <= 1.01


def test_a_damaged_mask_hides_what_it_should_tell_of(tmp_path):
    path = tmp_path / "a.tif"
    make(path)
    mask = np.full((450, 500), 255, np.uint8)
    mask[:50] = 0
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=False, TIFF_USE_OVR=False), rasterio.open(path, "r+") as file:
        file.write_mask(mask)
    beside = tmp_path / "a.tif.msk"
    with rasterio.open(beside) as file:
        blocks = list(file.block_windows(1))
    damage_blocks(beside, [blocks[-1][0]])
    lost = blocks[-1][1]
    with open_source(str(path)) as source:
        _, valid = source.read_around_damage(Window(0, 0, 500, 450))
        assert source.unreadable.first is not None
    assert not valid[:50].any()
    assert not valid[lost.row_off :, lost.col_off :].any()
    assert valid.any() or lost == Window(0, 0, 500, 450)


@pytest.fixture
def mosaic(tmp_path):
    """A virtual raster of two images side by side."""
    for name in ("left.tif", "right.tif"):
        before = make(tmp_path / name)
    with rasterio.open(tmp_path / "left.tif") as file:
        crs, place = file.crs.to_wkt(), file.transform
    bands = "".join(
        f'<VRTRasterBand dataType="Byte" band="{band}"><ColorInterp>{colour}</ColorInterp>'
        + "".join(
            f'<SimpleSource><SourceFilename relativeToVRT="1">{name}</SourceFilename><SourceBand>{band}</SourceBand>'
            f'<SrcRect xOff="0" yOff="0" xSize="500" ySize="450"/>'
            f'<DstRect xOff="{at}" yOff="0" xSize="500" ySize="450"/></SimpleSource>'
            for name, at in (("left.tif", 0), ("right.tif", 500))
        )
        + "</VRTRasterBand>"
        for band, colour in ((1, "Red"), (2, "Green"), (3, "Blue"))
    )
    (tmp_path / "a.vrt").write_text(
        f'<VRTDataset rasterXSize="1000" rasterYSize="450"><SRS>{crs.replace(chr(34), "&quot;")}</SRS>'
        f"<GeoTransform>{', '.join(map(repr, place.to_gdal()))}</GeoTransform>{bands}</VRTDataset>"
    )
    return tmp_path / "a.vrt", before


def test_a_damaged_block_in_a_mosaic(mosaic):
    path, before = mosaic
    bad = damage_blocks(path.with_name("right.tif"), [(2, 2)])
    good = np.hstack([np.ones((450, 500), bool), truth(bad)])
    for _ in range(3):  # GDAL tells it every time
        with open_source(str(path)) as source:
            values, valid = source.read_around_damage(Window(0, 0, 1000, 450))
            rows, columns = source.block_shape
        assert not valid[~good].any()
        np.testing.assert_array_equal(values[:, valid], np.concatenate([before, before], axis=2)[:, valid])
        # no more is lost than the blocks of the mosaic around it
        lost = np.argwhere(~valid)
        assert lost.min(axis=0).tolist() >= [128 - rows, 628 - columns]
        assert (~valid).sum() <= 4 * rows * columns


@pytest.mark.parametrize("content", [None, b"", b"no image", b"II*\0\x08\0\0\0"])
def test_a_file_of_a_mosaic_that_cannot_be_opened_ends_it(mosaic, content):
    """GDAL tells it once or twice, and reads black from then on: nothing of that may get into a result."""
    path, _ = mosaic
    right = path.with_name("right.tif")
    if content is None:
        right.unlink()
    else:
        right.write_bytes(content)
    for _ in range(3):
        with pytest.raises(InputError, match=r"right\.tif is (missing|damaged or no image)") as caught:
            open_source(str(path))
        assert caught.value.code == "raster-read"


def test_what_fails_behind_a_network_is_no_damage(tmp_path, monkeypatch):
    path = tmp_path / "a.tif"
    make(path)
    damage_blocks(path, BLOCKS)
    with open_source(str(path)) as source:
        object.__setattr__(source, "path", "https://tiles.example/a.tif")
        with pytest.raises(InputError):
            source.read_around_damage(Window(0, 0, 500, 450))
        assert source.unreadable.first is not None  # a doubt of the samples
        assert source.unreadable.boxes == ()
