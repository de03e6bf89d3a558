"""Alignment, measured in metres: bright marks at known places have to appear there on the grid."""

from dataclasses import replace

import numpy as np
import pyproj
import pytest
import rasterio
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.warp import Resampling, reproject
from rasterio.windows import Window

from tests.engine.drawn_rasters import (
    CENTRE,
    MARKS,
    centred_transform,
    draw,
    mark_errors_m,
    pixel_positions,
    working_grid,
)
from xview2_qgis.engine.raster.opening import open_source
from xview2_qgis.engine.scene.alignment import AlignedPair
from xview2_qgis.engine.scene.area_of_interest import AreaOfInterest
from xview2_qgis.engine.scene.gating import Gating
from xview2_qgis.engine.scene.pair_images import PairImages, Shift

UTM16 = CRS.from_epsg(32616)
FEET = "EPSG:2238"


def aligned(pre, post, grid, area=None, shift=None):
    images = PairImages.of(pre, post)
    return AlignedPair(images if shift is None else replace(images, shift=shift), grid, Gating(grid, area))


def read_whole(pre, post, **options):
    pre, post = open_source(pre), open_source(post)
    grid = working_grid(pre, post, 0.5)
    with aligned(pre, post, grid, **options) as pair:
        tile = pair.read(grid.window)
    assert tile is not None
    return tile, grid


def check_marks(image, valid, grid, least=5):
    errors = mark_errors_m(image, valid, grid)
    assert len(errors) >= least
    # a quarter of a pixel; half a pixel is what a mix-up of corners and centres would give
    assert max(errors) < 0.125, errors


@pytest.mark.parametrize(
    "post",
    [
        {"crs": "EPSG:32616"},
        {"crs": "EPSG:32617"},
        {"crs": "EPSG:4326"},
        {"crs": "EPSG:3857"},
        {"crs": FEET},
        {"rotation": 25.0},
        {"crs": "EPSG:4326", "rotation": -100.0},
        {"gsd": 0.31, "size": (400, 360)},
        {"gsd": 0.2, "size": (600, 560)},
        {"gsd": 0.12, "size": (1000, 930)},
        {"gsd": 0.9, "size": (140, 130)},
        {"dtype": "uint16", "scale": 2047.0, "crs": "EPSG:32617"},
        {"dtype": "float32", "scale": 1.0, "rotation": 5.0},
    ],
    ids=str,
)
def test_marks_lie_where_they_belong(tmp_path, post):
    tile, grid = read_whole(draw(tmp_path / "a.tif"), draw(tmp_path / "b.tif", **post))
    least = 4 if post.get("rotation") or post.get("gsd") else len(MARKS)
    check_marks(tile.pre, tile.pre_valid, grid)
    check_marks(tile.post, tile.post_valid, grid, least)


@pytest.mark.parametrize(
    "pre", [{"crs": "EPSG:4326"}, {"crs": "EPSG:3857"}, {"rotation": 40.0}, {"crs": FEET}], ids=str
)
def test_marks_of_a_resampled_pre(tmp_path, pre):
    tile, grid = read_whole(draw(tmp_path / "a.tif", **pre), draw(tmp_path / "b.tif", crs="EPSG:4326"))
    check_marks(tile.pre, tile.pre_valid, grid, 4)
    check_marks(tile.post, tile.post_valid, grid, 4)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_control_points(tmp_path):
    path = draw(tmp_path / "b.tif", crs="EPSG:32617", rotation=12.0)
    with rasterio.open(path) as file:
        bands, transform = file.read(), file.transform
    places = [(c, r) for c in (0, 120, 240) for r in (0, 110, 220)]
    gcps = [GroundControlPoint(r, c, *(transform @ (c, r))) for c, r in places]
    with rasterio.open(tmp_path / "c.tif", "w", driver="GTiff", width=240, height=220, count=3, dtype="uint8",
                       photometric="RGB", crs=CRS.from_epsg(32617), gcps=gcps) as file:  # fmt: skip
        file.write(bands)
    tile, grid = read_whole(draw(tmp_path / "a.tif"), str(tmp_path / "c.tif"))
    check_marks(tile.post, tile.post_valid, grid, 4)


def test_post_is_moved_by_the_shift(tmp_path):
    pre, post = draw(tmp_path / "a.tif"), draw(tmp_path / "b.tif", crs="EPSG:32617", displaced=(3.3, -1.7))
    tile, grid = read_whole(pre, post, shift=Shift(-3.3, 1.7))
    check_marks(tile.pre, tile.pre_valid, grid)
    check_marks(tile.post, tile.post_valid, grid, 4)


def test_exact_grid_is_read_bit_for_bit(tmp_path):
    pre = draw(tmp_path / "a.tif", gsd=0.47)
    tile, _ = read_whole(pre, draw(tmp_path / "b.tif", crs="EPSG:32617"))
    with rasterio.open(pre) as file:
        np.testing.assert_array_equal(tile.pre, file.read())
    assert tile.pre_valid.all()


@pytest.mark.parametrize(
    "post", [{"crs": "EPSG:32617"}, {"crs": "EPSG:4326", "gsd": 0.7}, {"gsd": 0.4, "rotation": 33.0}], ids=str
)
def test_agrees_with_the_warper_of_gdal(tmp_path, post):
    path = draw(tmp_path / "b.tif", **post)
    tile, grid = read_whole(draw(tmp_path / "a.tif"), path)
    with rasterio.open(path) as file:
        expected = np.zeros_like(tile.post)
        reproject(file.read(), expected, src_crs=file.crs, src_transform=file.transform, dst_crs=grid.crs,
                  dst_transform=grid.transform, resampling=Resampling.cubic, tolerance=0.001)  # fmt: skip
    inner = tile.post_valid & np.roll(tile.post_valid, (3, 3), (0, 1)) & np.roll(tile.post_valid, (-3, -3), (0, 1))
    difference = np.abs(tile.post.astype(int) - expected)[:, inner]
    assert difference.max() <= 4
    assert difference.mean() < 0.4


@pytest.mark.parametrize("options", [{"nodata": 0}, {"nodata": 65535, "dtype": "uint16", "scale": 900.0}, {}], ids=str)
@pytest.mark.parametrize("crs", ["EPSG:32616", "EPSG:32617"])
def test_nodata_corner(tmp_path, options, crs):
    # the marks are bright, the corner is not, and without a mask resampling would mix them
    post = draw(tmp_path / "b.tif", crs=crs, hole=lambda c, r: c + r < 150, **options)
    clean = draw(tmp_path / "c.tif", **{**options, "crs": crs})
    pre = draw(tmp_path / "a.tif")
    tile, grid = read_whole(pre, post)
    whole, _ = read_whole(pre, clean)
    assert tile.pre_valid.all()
    hole = ~tile.post_valid
    x, y = pixel_positions(grid.crs.to_wkt(), grid.transform, grid.width, grid.height)
    x, y = pyproj.Transformer.from_crs("EPSG:32616", crs, always_xy=True).transform(x, y)
    with rasterio.open(post) as file:
        columns, rows = ~file.transform @ (x, y)
    depth = 150 - np.floor(columns) - np.floor(rows)
    assert hole[depth >= 2].all()
    np.testing.assert_array_equal(hole[depth <= -1], ~whole.post_valid[depth <= -1])
    # missing data looks like pre, never like damage
    np.testing.assert_array_equal(tile.post[:, hole], tile.pre[:, hole])
    # up to the edge pixels look as without the hole (the stretch of the 16-bit image sees other samples)
    difference = np.abs(tile.post.astype(int) - whole.post)[:, tile.post_valid]
    assert difference.max() <= (30 if "dtype" in options else 12)


def test_a_dark_pixel_is_no_hole(tmp_path):
    path = draw(tmp_path / "a.tif", hole=lambda c, r: (abs(c - 100) < 5) & (abs(r - 90) < 40))
    tile, _ = read_whole(path, path)
    assert tile.pre_valid.all()
    large = draw(tmp_path / "b.tif", hole=lambda c, r: (abs(c - 100) < 30) & (abs(r - 90) < 40))
    tile, _ = read_whole(large, large)
    assert (~tile.pre_valid).sum() == 59 * 79
    assert not tile.pre[:, ~tile.pre_valid].any()


def test_windows_beyond_the_grid_and_without_data(tmp_path):
    pre = open_source(draw(tmp_path / "a.tif", hole=lambda c, r: c < 100, nodata=0))
    post = open_source(draw(tmp_path / "b.tif", crs="EPSG:32617"))
    grid = working_grid(pre, post, 0.5)
    with aligned(pre, post, grid) as pair:
        assert pair.read(Window(0, 0, 64, 64)) is None
        assert pair.read(Window(-500, 0, 64, 64)) is None
        assert pair.read(Window(10_000, 10_000, 64, 64)) is None
        tile = pair.read(Window(180, 170, 128, 128))
        whole = pair.read(grid.window)
    assert tile.pre.shape == tile.post.shape == (3, 128, 128)
    for valid in (tile.pre_valid, tile.post_valid):
        assert not valid[grid.height - 170 :].any()
        assert not valid[:, grid.width - 180 :].any()
    size = grid.height - 170, grid.width - 180
    np.testing.assert_array_equal(tile.pre[:, : size[0], : size[1]], whole.pre[:, 170:, 180:])


def test_area_is_not_in_the_masks_but_saves_reading(tmp_path):
    pre = open_source(draw(tmp_path / "a.tif", size=(600, 220)))
    grid = working_grid(pre, pre, 0.5)
    box = shapely.box(CENTRE[0], CENTRE[1], CENTRE[0] + 10, CENTRE[1] + 10)
    with aligned(pre, pre, grid, area=AreaOfInterest(box, UTM16).in_crs(CRS.from_epsg(4326))) as pair:
        assert pair.read(Window(0, 0, 64, 64)) is None
        assert pair.read(Window(110, 0, 64, 64)) is not None  # context of a building that reaches into the area
        tile = pair.read(Window(280, 80, 64, 64))
        assert tile.pre_valid.all()


def test_a_file_that_breaks_later(tmp_path):
    path = tmp_path / "b.tif"
    layout = {"tiled": True, "blockxsize": 64, "blockysize": 64, "size": (900, 900)}
    pre, post = open_source(draw(tmp_path / "a.tif", **layout)), open_source(draw(path, **layout))
    grid = working_grid(pre, post, 0.5)
    path.write_bytes(path.read_bytes()[:60_000])
    with aligned(pre, post, grid) as pair:
        tile = pair.read(grid.window)
    first = post.unreadable.first
    assert first is not None
    assert first.code == "raster-read"
    assert "b.tif at column 0, row 0" in first.message
    # what is left of the file is its beginning, and the samples of its opening, which GDAL keeps
    assert 0.2 < tile.post_valid.mean() < 0.8
    np.testing.assert_array_equal(tile.post[:, ~tile.post_valid], tile.pre[:, ~tile.post_valid])
    assert pre.unreadable.first is None


@pytest.fixture(scope="module")
def pieces(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pieces")
    pre = open_source(draw(folder / "a.tif", crs="EPSG:4326", hole=lambda c, r: c + r < 90, nodata=0))
    fine = {"crs": "EPSG:32617", "gsd": 0.23, "size": (500, 470), "rotation": 7.0, "dtype": "uint16", "scale": 3000.0}
    post = open_source(draw(folder / "b.tif", hole=lambda c, r: (c > 150) & (c < 260) & (r > 200), **fine))
    grid = working_grid(pre, post, 0.5)
    with aligned(pre, post, grid, shift=Shift(0.7, 0.2)) as pair:
        yield pair, grid, pair.read(grid.window)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_pieces_equal_the_whole(pieces, data):
    pair, grid, whole = pieces
    column, row = data.draw(st.integers(0, grid.width - 2)), data.draw(st.integers(0, grid.height - 2))
    width = data.draw(st.integers(1, grid.width - column))
    height = data.draw(st.integers(1, grid.height - row))
    tile = pair.read(Window(column, row, width, height))
    part = (slice(row, row + height), slice(column, column + width))
    if tile is None:
        assert not whole.pre_valid[part].any()
        return
    np.testing.assert_array_equal(tile.pre_valid, whole.pre_valid[part])
    np.testing.assert_array_equal(tile.post_valid, whole.post_valid[part])
    # positions are rounded to 1/32 pixel, and may be rounded the other way in another window
    for image, complete in ((tile.pre, whole.pre), (tile.post, whole.post)):
        assert np.abs(image.astype(int) - complete[(slice(None), *part)]).max() <= 2


def test_footprint_of_a_resampled_raster_is_its_outline(tmp_path):
    transform = centred_transform("EPSG:32616", 0.5, 100, 80, rotation=30.0)
    path = draw(tmp_path / "b.tif", size=(100, 80), transform=transform)
    tile, grid = read_whole(draw(tmp_path / "a.tif"), path)
    outline = shapely.Polygon([transform @ corner for corner in ((0, 0), (100, 0), (100, 80), (0, 80))])
    rows, columns = np.nonzero(tile.post_valid)
    x, y = grid.transform @ (columns + 0.5, rows + 0.5)
    assert shapely.contains_xy(outline.buffer(0.05), x, y).all()
    assert tile.post_valid.sum() * 0.25 == pytest.approx(outline.area, rel=0.005)
