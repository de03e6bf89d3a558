"""Scale bar, north arrow and graticule against geodesy that is not ours."""

import math

import pyproj
import pytest
from affine import Affine
from rasterio.crs import CRS

from xview2_qgis.engine.report.map.graticule import graticule
from xview2_qgis.engine.report.map.ground import Ground
from xview2_qgis.engine.report.map.scale_bar import scale_bar

GEOD = pyproj.Geod(ellps="WGS84")
#: A place in Turkey, longitude and latitude.
PLACE = (37.0, 37.6)


def ground(crs, pixel, width=1000, height=800, rotation=0.0, place=PLACE):
    x, y = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(*place)
    turned = Affine.translation(x, y) @ Affine.rotation(rotation) @ Affine.scale(pixel, -pixel)
    return Ground(CRS.from_user_input(crs), turned @ Affine.translation(-width / 2, -height / 2), width, height)


def lonlat(sheet, column, row):
    x, y = sheet.transform @ (column, row)
    return pyproj.Transformer.from_crs(sheet.crs.to_wkt(), "EPSG:4326", always_xy=True).transform(x, y)


@pytest.mark.parametrize(
    ("crs", "pixel", "rotation"),
    [("EPSG:32637", 0.5, 0), ("EPSG:32637", 0.5, 40), ("EPSG:3857", 0.7, 0), ("EPSG:4326", 6e-6, 0)],
    ids=["UTM", "turned", "Web Mercator", "degrees"],
)
def test_the_scale_bar_is_as_long_on_the_ground_as_it_says(crs, pixel, rotation):
    sheet = ground(crs, pixel, rotation=rotation)
    bar = scale_bar(sheet)
    ends = [lonlat(sheet, 500 + sign * bar.pixels / 2, 400) for sign in (-1, 1)]
    assert GEOD.inv(*ends[0], *ends[1])[2] == pytest.approx(bar.metres, rel=1e-3)
    assert sheet.width / 10 < bar.pixels <= sheet.width / 4
    assert str(bar.metres).rstrip("0") in ("1", "2", "5")


@pytest.mark.parametrize(("rotation", "north"), [(0, 0), (40, 40), (-120, -120)])
def test_north_is_turned_as_the_picture_is(rotation, north):
    # in Web Mercator the grid's north is the true one
    assert ground("EPSG:3857", 1.0, rotation=rotation).north_deg() == pytest.approx(north, abs=0.01)


def test_true_north_differs_from_that_of_the_grid_by_the_convergence_of_meridians():
    factors = pyproj.Proj("EPSG:32637").get_factors(*PLACE)
    assert ground("EPSG:32637", 1.0).north_deg() == pytest.approx(-factors.meridian_convergence, abs=0.01)


@pytest.mark.parametrize("rotation", [0, 25, 75, 160])
@pytest.mark.parametrize(("crs", "pixel"), [("EPSG:32637", 0.5), ("EPSG:4326", 6e-6), ("EPSG:3857", 30.0)])
def test_ticks_lie_on_the_frame_where_they_say(crs, pixel, rotation):
    sheet = ground(crs, pixel, rotation=rotation)
    net = graticule(sheet)
    by_side = {}
    for tick in net.ticks:
        longitude, latitude = lonlat(sheet, tick.column, tick.row)
        assert (longitude if tick.axis == "longitude" else latitude) == pytest.approx(tick.degrees, abs=pixel * 2e-5)
        assert round(tick.degrees, tick.decimals) == tick.degrees
        by_side.setdefault(tick.side, set()).add(tick.axis)
        at = {"left": tick.column, "top": tick.row, "right": 1000 - tick.column, "bottom": 800 - tick.row}
        assert abs(at[tick.side]) < 0.01
    # a side counts one thing only, and those across from each other the same
    assert all(len(axes) == 1 for axes in by_side.values())
    assert {"longitude", "latitude"} == set().union(*by_side.values())
    assert 3 <= len(net.lines) <= 12


def test_longitudes_go_on_across_the_antimeridian_and_are_told_as_people_do():
    sheet = ground("EPSG:4326", 1e-4, place=(179.99, -17.0))
    degrees = sorted({tick.degrees for tick in graticule(sheet).ticks if tick.axis == "longitude"})
    assert degrees[0] < -179.9
    assert degrees[-1] > 179.9


def test_where_there_is_no_place_on_the_earth_there_is_no_graticule():
    nowhere = Ground(CRS.from_epsg(32637), Affine(1, 0, 1e9, 0, -1, 1e9), 100, 100)
    assert graticule(nowhere).lines == ()
    assert scale_bar(nowhere) is None
    assert nowhere.north_deg() is None
    world = Ground(CRS.from_epsg(4326), Affine(0.36, 0, -180, 0, -0.36, 90), 1000, 500)
    assert graticule(world).lines == ()
    assert math.isfinite(world.pixel_m())
