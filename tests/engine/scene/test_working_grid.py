import numpy as np
import pyproj
import pytest
import rasterio
import shapely
from affine import Affine
from rasterio.crs import CRS
from rasterio.windows import Window

from tests.engine.drawn_rasters import CENTRE, centred_transform, draw, working_grid
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.geo.grid import Grid
from xview2_qgis.engine.raster.opening import open_source
from xview2_qgis.engine.scene.area_of_interest import AreaOfInterest

UTM16 = CRS.from_epsg(32616)
FEET = "EPSG:2238"  # Florida North, US survey feet


def source(path, **options):
    return open_source(draw(path, **options))


def empty(path, crs, transform, size=(100, 80)):
    with rasterio.open(path, "w", driver="GTiff", width=size[0], height=size[1], count=3, dtype="uint8", crs=crs,
                       transform=transform, photometric="RGB", sparse_ok=True) as _:  # fmt: skip
        pass
    return open_source(str(path))


def ground_size(grid):
    """Geodesic width and height in metres of 100 grid pixels, per pixel."""
    to_lonlat = pyproj.Transformer.from_crs(grid.crs.to_wkt(), "EPSG:4326", always_xy=True)
    corners = [to_lonlat.transform(*(grid.transform @ corner)) for corner in ((0, 0), (100, 0), (0, 100))]
    geod = pyproj.Geod(ellps="WGS84")
    return [geod.inv(*corners[0], *corner)[2] / 100 for corner in corners[1:]]


def test_same_grid_is_kept_exactly(tmp_path):
    pre, post = source(tmp_path / "a.tif", gsd=0.46), source(tmp_path / "b.tif", gsd=0.46)
    grid = working_grid(pre, post, 0.5)
    assert (grid.crs, grid.transform, grid.width, grid.height) == (pre.crs, pre.transform, pre.width, pre.height)
    assert grid.gsd_m == pytest.approx(0.46)


def test_partial_overlap_keeps_the_pixels_of_pre(tmp_path):
    pre = source(tmp_path / "a.tif", gsd=0.5, size=(640, 620))
    post = source(tmp_path / "b.tif", gsd=0.4, offset=(120.1, -110.2))
    grid = working_grid(pre, post, 0.5)
    step = ~pre.transform @ grid.transform
    assert (step.c, step.f) == (pytest.approx(round(step.c), abs=1e-6), pytest.approx(round(step.f), abs=1e-6))
    west, north = post.transform @ (0, 0)
    east, south = pre.transform @ (pre.width, pre.height)
    # a margin of 128 pixels where pre goes on, so that a building across the edge of post is seen as a whole
    expected = (max(west, pre.transform.c) - 64, south, east, min(north, pre.transform.f) + 64)
    left, top = grid.transform @ (0, 0)
    right, bottom = grid.transform @ (grid.width, grid.height)
    # whole pixels, so up to one pixel more than the overlap on each side
    np.testing.assert_allclose((left, bottom, right, top), expected, atol=0.5)
    assert left <= expected[0] + 1e-6
    assert top >= expected[3] - 1e-6


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", FEET, "EPSG:32617", "EPSG:32616", "ESRI:102008"])
@pytest.mark.parametrize("gsd", [0.3, 0.5, 1.2])
def test_metric_whatever_the_input(tmp_path, crs, gsd):
    transform = centred_transform(crs, gsd, 100, 80)
    grid = working_grid(empty(tmp_path / "a.tif", crs, transform), empty(tmp_path / "b.tif", crs, transform), 0.5)
    assert grid.gsd_m == pytest.approx(0.5, rel=0.01)
    np.testing.assert_allclose(ground_size(grid), 0.5, rtol=0.01)
    assert grid.transform.b == grid.transform.d == 0.0
    if crs not in ("EPSG:32617", "ESRI:102008"):
        assert grid.crs == UTM16
    # all of the images is on it
    middle = pyproj.Transformer.from_crs("EPSG:32616", grid.crs.to_wkt(), always_xy=True).transform(*CENTRE)
    np.testing.assert_allclose(~grid.transform @ middle, (grid.width / 2, grid.height / 2), atol=3)


def test_the_margin_ends_where_pre_ends(tmp_path):
    pre = source(tmp_path / "a.tif", gsd=0.5)
    for post in (source(tmp_path / "b.tif", gsd=0.4, offset=(5.1, -4.2)), source(tmp_path / "c.tif", gsd=2.0)):
        grid = working_grid(pre, post, 0.5)
        assert (grid.transform, grid.width, grid.height) == (pre.transform, pre.width, pre.height)


def test_rotated_pre_gets_a_north_up_grid_around_it(tmp_path):
    pre = source(tmp_path / "a.tif", rotation=30.0, size=(200, 200))
    grid = working_grid(pre, pre, 0.5)
    side = 200 * (np.cos(np.pi / 6) + np.sin(np.pi / 6))
    np.testing.assert_allclose((grid.width, grid.height), side, atol=2)


def test_area_cuts_the_grid(tmp_path):
    pre = source(tmp_path / "a.tif")
    box = shapely.box(CENTRE[0] - 10, CENTRE[1] - 5, CENTRE[0] + 20, CENTRE[1] + 15)
    grid = working_grid(pre, pre, 0.5, AreaOfInterest(box, UTM16))
    # a margin of 128 pixels around, so that a building on the edge is seen as a whole, but not beyond the images
    left, top = grid.transform @ (0, 0)
    right, bottom = grid.transform @ (grid.width, grid.height)
    west, south, east, north = pre.georeference.outline(UTM16).bounds
    expected = (
        max(west, box.bounds[0] - 64), max(south, box.bounds[1] - 64),
        min(east, box.bounds[2] + 64), min(north, box.bounds[3] + 64),
    )  # fmt: skip
    np.testing.assert_allclose((left, bottom, right, top), expected, atol=0.51)
    in_degrees = AreaOfInterest(box, UTM16).in_crs(CRS.from_epsg(4326))
    again = working_grid(pre, pre, 0.5, in_degrees)
    assert abs(again.width - grid.width) <= 1
    assert abs(again.height - grid.height) <= 1


def refusal(code, *args):
    with pytest.raises(InputError) as caught:
        working_grid(*args)
    assert caught.value.code == code
    return str(caught.value)


def test_coarse_or_absurd(tmp_path):
    coarse = empty(tmp_path / "a.tif", "EPSG:32616", Affine(10, 0, CENTRE[0], 0, -10, CENTRE[1]))
    assert "10 m" in refusal("too-coarse", coarse, coarse, 0.5)
    huge = empty(tmp_path / "b.tif", "EPSG:32616", Affine(3.9, 0, 200_000, 0, -3.9, 4e6), (300_000, 100))
    refusal("too-large", huge, huge, 0.5)


@pytest.mark.parametrize(
    ("longitude", "latitude", "epsg"), [(179.9999, -17, 32760), (-179.9999, 10, 32601), (20, 88, 5041), (20, -85, 5042)]
)
def test_antimeridian_and_poles(tmp_path, longitude, latitude, epsg):
    step_y = 0.5 / 111_000
    step_x = step_y / np.cos(np.radians(latitude))
    first = empty(tmp_path / "a.tif", "EPSG:4326", Affine(step_x, 0, longitude - 40 * step_x, 0, -step_y, latitude))
    # the same place, counted the other way round the Earth
    turned = Affine.translation(-360 if longitude > 0 else 360, 0) @ first.transform
    second = empty(tmp_path / "b.tif", "EPSG:4326", turned)
    grid = working_grid(first, second, 0.5)
    assert grid.crs == CRS.from_epsg(epsg)
    np.testing.assert_allclose(ground_size(grid), grid.gsd_m, rtol=0.01)
    if epsg > 32600:
        np.testing.assert_allclose((grid.width, grid.height), (100, 80), rtol=0.06)


def test_window_transform():
    grid = Grid(UTM16, Affine(0.5, 0, 10, 0, -0.5, 20), 100, 80, 0.5)
    assert grid.window_transform(Window(-4, 6, 8, 8)) @ (0, 0) == (8, 17)
    assert grid.window == Window(0, 0, 100, 80)
