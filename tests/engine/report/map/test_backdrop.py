"""The picture of a report: small, in its place to a fraction of a pixel, and of the post-event image."""

import numpy as np
import pytest
import rasterio
from affine import Affine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasterio.crs import CRS
from rasterio.windows import Window

from tests.engine.drawn_rasters import MARKS, centred_transform, draw, mark_errors_m
from xview2_qgis.engine.geo.grid import Grid
from xview2_qgis.engine.radiometry.stretch import Stretch
from xview2_qgis.engine.raster.opening import open_source
from xview2_qgis.engine.raster.source import RasterSource
from xview2_qgis.engine.report.map import backdrop
from xview2_qgis.engine.report.map.backdrop import small_picture
from xview2_qgis.engine.scene.pair_images import PairImages, Shift

UTM16 = CRS.from_epsg(32616)
PLAIN = Stretch(), Stretch()
LONGEST = 1100  # pixels
SOUTH_UP = Affine.translation(0, 440) @ Affine.scale(1, -1)


def grid_around(width, height, gsd=0.5, **options):
    return Grid(UTM16, centred_transform("EPSG:32616", gsd, width, height, **options), width, height, gsd)


def picture_of(pre, post, grid, stretches=PLAIN, shift=Shift()):  # noqa: B008 - frozen
    return small_picture(PairImages(open_source(str(pre)), open_source(str(post)), stretches, shift), grid)


def errors_m(picture, gsd):
    _, height, width = picture.image.shape
    grid = Grid(picture.crs, picture.transform, width, height, gsd)
    return mark_errors_m(picture.image, np.ones((height, width), bool), grid)


def test_a_small_scene_is_the_image_after_the_event_pixel_for_pixel(tmp_path):
    pre, post = draw(tmp_path / "a.tif"), draw(tmp_path / "b.tif", displaced=(5.0, 5.0))
    with rasterio.open(post) as file:
        grid = Grid(UTM16, file.transform, file.width, file.height, 0.5)
        picture = picture_of(pre, post, grid)
        np.testing.assert_array_equal(picture.image, file.read())
        assert (picture.transform, picture.crs) == (file.transform, file.crs)


@pytest.mark.parametrize("turned", [0.0, 30.0], ids=["north-up grid", "turned grid"])
@pytest.mark.parametrize(
    "post",
    [
        {"crs": "EPSG:32616"},
        {"crs": "EPSG:4326"},
        {"crs": "EPSG:32617", "rotation": 75.0},
        {"crs": "EPSG:3857", "transform": centred_transform("EPSG:3857", 0.25, 480, 440) @ SOUTH_UP},
    ],
    ids=["same zone", "degrees", "zone 17", "south-up"],
)
def test_marks_of_a_reduced_scene_lie_where_they_belong(tmp_path, post, turned):
    post = {"gsd": 0.25, "size": (480, 440), "displaced": (3.3, -1.7)} | post
    post = draw(tmp_path / "b.tif", **post)
    grid = grid_around(2750, 1000, 0.25, rotation=turned)
    picture = picture_of(draw(tmp_path / "a.tif"), post, grid, shift=Shift(-3.3, 1.7))
    assert picture.image.shape == (3, 400, LONGEST)
    errors = errors_m(picture, 0.625)
    assert len(errors) == len(MARKS)
    # a quarter of a pixel
    assert max(errors) < 0.16, errors


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    return open_source(draw(tmp_path_factory.mktemp("pair") / "a.tif", size=(120, 110)))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(width=st.integers(1, 5000), height=st.integers(1, 5000))
def test_any_grid_is_covered_by_few_square_pixels(pair, width, height):
    grid = grid_around(width, height)
    picture = small_picture(PairImages(pair, pair, PLAIN), grid)
    _, rows, columns = picture.image.shape
    # the corners of the picture in pixels of the grid
    step = ~grid.transform @ picture.transform
    assert (step.c, step.f, step.b, step.d) == pytest.approx((0, 0, 0, 0), abs=1e-6)
    assert step.a == pytest.approx(step.e)
    right, bottom = step @ (columns, rows)
    assert width - 1e-6 <= right <= width + step.a + 1e-6
    assert height - 1e-6 <= bottom <= height + step.e + 1e-6
    longest = min(max(width, height), LONGEST)
    # rounding may add a row or column
    assert longest <= max(rows, columns) <= longest + 1


def test_where_the_image_after_has_no_data_the_one_before_shows(tmp_path):
    pre = draw(tmp_path / "a.tif", dtype="uint16", scale=2550.0)
    post = draw(tmp_path / "b.tif", nodata=0, hole=lambda c, r: c < 100)
    stretches = Stretch((0.0,) * 3, (5100.0,) * 3, identity=False), Stretch((0.0,) * 3, (510.0,) * 3, identity=False)
    picture = picture_of(pre, post, grid_around(240, 220), stretches)
    with rasterio.open(pre) as before, rasterio.open(post) as after:
        expected = np.where(np.arange(240) < 100, before.read() / 20.0, after.read() / 2.0)
    np.testing.assert_allclose(picture.image, expected, atol=0.51)


def test_the_picture_of_a_huge_scene_is_that_of_its_parts(tmp_path, monkeypatch):
    grid = grid_around(400, 380)
    pre, post = draw(tmp_path / "a.tif", size=(400, 380)), draw(tmp_path / "b.tif", size=(400, 380))
    monkeypatch.setattr(backdrop, "_LONGEST_SIDE", 100)
    whole = picture_of(pre, post, grid)
    monkeypatch.setattr(backdrop, "_HUGE", 1.0)
    np.testing.assert_array_equal(picture_of(pre, post, grid).image, whole.image)


def test_of_a_huge_sparse_scene_hardly_anything_is_read(tmp_path, monkeypatch):
    path = tmp_path / "a.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=60_000, height=60_000, count=3, dtype="uint8", crs=UTM16, nodata=0,
        transform=centred_transform("EPSG:32616", 0.5, 60_000, 60_000), tiled=True, compress="deflate", sparse_ok=True,
    ) as file:  # fmt: skip
        file.write(np.full((3, 700, 700), 90, np.uint8), window=Window(31_000, 12_000, 700, 700))
    source = open_source(str(path))
    seen = []
    read = RasterSource.read
    monkeypatch.setattr(RasterSource, "read", lambda self, *part: seen.append(part) or read(self, *part))
    picture = small_picture(PairImages(source, source, PLAIN), grid_around(60_000, 60_000)).image
    assert len(seen) <= 8
    assert 100 < np.count_nonzero(picture[0] == 90) < 300


def test_without_any_data_there_is_no_picture(tmp_path):
    pre = draw(tmp_path / "a.tif", nodata=0, hole=lambda c, r: c < 300)
    assert picture_of(pre, pre, grid_around(240, 220)) is None
    away = grid_around(240, 220, offset=(10_000.0, 0.0))
    assert picture_of(draw(tmp_path / "b.tif"), pre, away) is None


@pytest.mark.parametrize("which", ["a.tif", "b.tif"])
def test_a_raster_that_is_damaged_meanwhile_is_drawn_where_it_can_be_read(tmp_path, which):
    # more than the samples of opening, which GDAL keeps
    layout = {"tiled": True, "blockxsize": 64, "blockysize": 64, "size": (900, 900)}
    pre, post = (open_source(draw(tmp_path / name, **layout)) for name in ("a.tif", "b.tif"))
    path = tmp_path / which
    path.write_bytes(path.read_bytes()[:60_000])
    assert small_picture(PairImages(pre, post, PLAIN), grid_around(900, 900)) is not None
    assert (pre if which == "a.tif" else post).unreadable.first is not None
