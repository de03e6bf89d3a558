"""One raster on the grid: marks in metres, pixels against rasterio, and what has no data stays out."""

from contextlib import contextmanager

import numpy as np
import pyproj
import pytest
import rasterio
from affine import Affine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasterio.crs import CRS
from rasterio.windows import Window

from tests.engine.drawn_rasters import centred_transform, draw, mark_errors_m
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.geo.grid import Grid
from xview2_qgis.engine.radiometry.stretch import Stretch
from xview2_qgis.engine.raster.opening import open_source
from xview2_qgis.engine.scene.reader import GridReader

UTM16 = CRS.from_epsg(32616)
SOUTH_UP = Affine.translation(0, 220) @ Affine.scale(1, -1)


def grid_around(width=240, height=220, gsd=0.5, **options):
    return Grid(UTM16, centred_transform("EPSG:32616", gsd, width, height, **options), width, height, gsd)


@contextmanager
def view(path, grid=None, stretch=None, **options):
    with open_source(str(path)) as source:
        yield GridReader(source, grid or grid_around(), stretch or Stretch(), **options)


def write(path, bands, transform=None, crs="EPSG:32616", **profile):
    transform = transform or centred_transform(crs, 0.5, bands.shape[2], bands.shape[1])
    with rasterio.open(path, "w", driver="GTiff", width=bands.shape[2], height=bands.shape[1], count=3, crs=crs,
                       dtype=bands.dtype, transform=transform, photometric="RGB", **profile) as file:  # fmt: skip
        file.write(bands)
    return path


def noise(height, width, seed=0):
    return np.random.default_rng(seed).integers(1, 255, (3, height, width)).astype(np.uint8)


@pytest.mark.parametrize("turned", [0.0, -35.0], ids=["north-up grid", "turned grid"])
@pytest.mark.parametrize(
    "source",
    [
        {"crs": "EPSG:32617"},
        {"crs": "EPSG:4326"},
        {"crs": "EPSG:2238", "rotation": 60.0},
        {"transform": centred_transform("EPSG:4326", 0.4, 300, 220) @ SOUTH_UP, "crs": "EPSG:4326", "size": (300, 220)},
        {"gsd": 0.13, "size": (900, 860), "rotation": 170.0},
    ],
    ids=["zone 17", "degrees", "feet", "south-up", "fine"],
)
@pytest.mark.parametrize("displaced", [(0.0, 0.0), (3.3, -1.7)], ids=["true", "displaced"])
def test_marks_lie_where_they_belong(tmp_path, turned, source, displaced):
    grid = grid_around(rotation=turned)
    path = draw(tmp_path / "a.tif", displaced=displaced, **source)
    # moved back to where it belongs, east and north whatever the direction of the grid
    with view(path, grid, shift_m=(-displaced[0], -displaced[1])) as image:
        assert not image.exact
        errors = mark_errors_m(*image.read(grid.window), grid)
    assert len(errors) >= 3
    assert max(errors) < 0.125, errors


@pytest.fixture(scope="module")
def scattered(tmp_path_factory):
    """Noise with nodata on the whole pixels of a grid that begins 17 columns and 9 rows further on."""
    bands = noise(90, 130)
    bands[:, 40:60, 30:45] = 0
    path = write(tmp_path_factory.mktemp("exact") / "a.tif", bands, nodata=0)
    grid = Grid(UTM16, open_source(str(path)).transform @ Affine.translation(17, 9), 60, 50, 0.5)
    with view(path, grid) as image:
        yield bands, image


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(column=st.integers(-90, 160), row=st.integers(-90, 120), width=st.integers(1, 90), height=st.integers(1, 90))
def test_pixels_of_the_grid_come_out_untouched(scattered, column, row, width, height):
    bands, image = scattered
    assert image.exact
    around = np.pad(bands, ((0, 0), (90, 200), (90, 200)))
    expected = around[:, row + 99 : row + 99 + height, column + 107 : column + 107 + width]
    got = image.read(Window(column, row, width, height))
    if got is None:
        assert not expected.any()
        return
    np.testing.assert_array_equal(got[0], expected)
    np.testing.assert_array_equal(got[1], expected.any(axis=0))


def test_a_hundredth_of_a_pixel_is_not_resampled_and_more_is(tmp_path):
    path = write(tmp_path / "a.tif", noise(220, 240))
    for moved, exact in ((0.009, True), (0.02, False)):
        grid = grid_around(offset=(moved * 0.5, 0.0))
        with view(path, grid) as image:
            assert image.exact is exact
    for larger, exact in ((2e-5, True), (1e-4, False)):  # a hundredth of a pixel over 240 is 4e-5
        with view(path, Grid(UTM16, grid_around().transform @ Affine.scale(1 + larger), 240, 220, 0.5)) as image:
            assert image.exact is exact
    with view(path, shift_m=(0.5, 0.0)) as image:
        assert not image.exact


@pytest.mark.parametrize(
    ("change", "order"),
    [
        (SOUTH_UP, (slice(None), slice(None, None, -1))),
        (Affine.translation(240, 0) @ Affine.scale(-1, 1), (slice(None), slice(None), slice(None, None, -1))),
    ],
    ids=["south-up", "mirrored"],
)
def test_a_raster_stored_the_other_way_round_looks_the_same(tmp_path, change, order):
    bands = noise(220, 240)
    path = write(tmp_path / "a.tif", bands[order], grid_around().transform @ change)
    with view(path) as image:
        got, valid = image.read(Window(0, 0, 240, 220))
    np.testing.assert_array_equal(got, bands)
    assert valid.all()


def test_pieces_of_a_resampled_raster_equal_the_whole(tmp_path):
    bands = noise(540, 600)
    path = write(tmp_path / "a.tif", bands, centred_transform("EPSG:4326", 0.25, 600, 540), "EPSG:4326")
    with view(path) as image:
        whole, valid = image.read(Window(0, 0, 240, 220))
        for column, row, width, height in ((90, 80, 1, 1), (77, 101, 40, 9), (64, 64, 64, 64), (129, 63, 3, 50)):
            part = slice(row, row + height), slice(column, column + width)
            got = image.read(Window(column, row, width, height))
            np.testing.assert_array_equal(got[1], valid[part])
            # positions are rounded to 1/32 pixel, and may be rounded the other way in another window
            assert np.abs(got[0].astype(int) - whole[(slice(None), *part)]).max() <= 8


def test_a_finer_raster_is_averaged_and_stretched(tmp_path):
    fine = np.random.default_rng(1).integers(100, 1100, (3, 320, 480)).astype(np.uint16)
    path = write(tmp_path / "a.tif", fine, centred_transform("EPSG:32616", 0.125, 480, 320))
    stretch = Stretch((100.0,) * 3, (1120.0,) * 3, identity=False)  # four values to a grey
    grid = grid_around(120, 80)
    with view(path, grid, stretch) as image:
        got, valid = image.read(grid.window)
    assert valid.all()
    mean = fine.reshape(3, 80, 4, 120, 4).mean(axis=(2, 4))
    np.testing.assert_allclose(got, (mean - 100) / 4, atol=1)


@pytest.mark.parametrize("moved", [0.0, 0.25], ids=["exact", "resampled"])
def test_wide_black_and_a_white_collar_are_no_data_but_shadows_and_roofs_are(tmp_path, moved):
    bands = noise(400, 420)
    bands[:, 50:64, 200:300] = 0  # a shadow, 14 pixels wide
    bands[:, 80:110, 200:230] = 0  # a gap
    bands[:, 200:280, 200:280] = 255  # a roof
    bands[:, :, :70] = 255  # a collar
    grid = grid_around(420, 400)
    path = write(tmp_path / "a.tif", bands, grid.transform @ Affine.translation(moved, 0.0))
    expected = np.ones((400, 420), bool)
    expected[80:110, 200:230] = expected[:, :70] = False
    with view(path, grid) as image:
        assert image.exact is (moved == 0.0)
        got, valid = image.read(grid.window)
        part = image.read(Window(190, 40, 60, 80))[1]
    np.testing.assert_array_equal(valid, expected)
    assert not got[:, ~valid].any()
    np.testing.assert_array_equal(part, valid[40:120, 190:250])


def test_a_white_collar_inside_declared_nodata_is_no_data(tmp_path):
    """As narrow as a roof: it goes on under what is declared."""
    bands = noise(400, 420)
    bands[:, :, :100] = 255
    bands[:, :, :60] = 7
    bands[:, 200:280, 200:280] = 255  # a roof
    grid = grid_around(420, 400)
    with view(write(tmp_path / "a.tif", bands, grid.transform, nodata=7), grid) as image:
        valid = image.read(grid.window)[1]
    expected = np.ones((400, 420), bool)
    expected[:, :100] = False
    np.testing.assert_array_equal(valid, expected)


def test_nothing_is_found_where_nothing_is(tmp_path):
    path = draw(tmp_path / "a.tif", crs="EPSG:32617", hole=lambda c, r: c < 120, nodata=0)
    far = Grid(UTM16, Affine(0.5, 0, 200_000, 0, -0.5, 9e6), 100, 100, 0.5)
    with view(path) as image:
        assert image.read(Window(-5000, 0, 100, 100)) is None
        assert image.read(Window(10, 60, 64, 64)) is None
        got, valid = image.read(Window(100, 60, 64, 64))
        assert 0.2 < valid.mean() < 1
        assert not got[:, ~valid].any()
    with view(path, far) as image:
        assert image.read(far.window) is None


@pytest.mark.parametrize("longitude", [179.9995, -180.0005], ids=["beyond 180", "before -180"])
def test_both_sides_of_the_antimeridian_are_seen(tmp_path, longitude):
    bands = np.full((3, 80, 200), 60, np.uint8)
    bands[:, 20:25, 30:35] = bands[:, 50:55, 150:155] = 200  # one mark on either side
    path = write(tmp_path / "a.tif", bands, Affine(5e-6, 0, longitude, 0, -5e-6, -17.0), "EPSG:4326")
    for epsg in (32760, 32701):
        to_grid = pyproj.Transformer.from_crs(4326, epsg, always_xy=True)
        x, y = to_grid.transform(180.0, -17.0002)
        grid = Grid(CRS.from_epsg(epsg), Affine(0.5, 0, x - 60, 0, -0.5, y + 30), 240, 120, 0.5)
        with view(path, grid) as image:
            got, _ = image.read(grid.window)
        for column, row in ((32.5, 22.5), (152.5, 52.5)):
            mark = to_grid.transform(longitude + column * 5e-6, -17.0 - row * 5e-6)
            centre = ~grid.transform @ mark
            rows, columns = np.nonzero(got[0] > 130)
            near = np.hypot(columns + 0.5 - centre[0], rows + 0.5 - centre[1]) < 12
            found = columns[near].mean() + 0.5, rows[near].mean() + 0.5
            assert 0.5 * np.hypot(*np.subtract(found, centre)) < 0.125


def test_a_raster_that_is_damaged_meanwhile_has_no_data_and_one_that_is_gone_is_read(tmp_path):
    path = tmp_path / "a.tif"
    # more than the samples of opening, which GDAL keeps
    draw(path, crs="EPSG:32617", tiled=True, blockxsize=64, blockysize=64, size=(900, 900))
    window = Window(200, 200, 240, 220)
    with view(path) as image:
        path.unlink()
        assert image.read(window) is not None
    draw(path, crs="EPSG:32617", tiled=True, blockxsize=64, blockysize=64, size=(900, 900))
    with view(path) as image:
        path.write_bytes(path.read_bytes()[:60_000])
        got, valid = image.read(window)
    assert 0.0 < valid.mean() < 1.0  # GDAL keeps samples of the opening
    assert not got[:, ~valid].any()


def test_a_closed_view_reads_no_more(tmp_path):
    with view(draw(tmp_path / "a.tif")) as image:
        assert image.read(Window(0, 0, 8, 8)) is not None
    with pytest.raises(InputError):
        image.read(Window(0, 0, 8, 8))
