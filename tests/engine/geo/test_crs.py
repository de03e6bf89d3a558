"""Points in another CRS, against another library, and longitudes across the antimeridian."""

import math

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasterio.crs import CRS

from tests.engine.drawn_rasters import CENTRE
from xview2_qgis.engine.geo.crs import CrsTransform, nearest_turn, whole_turn

UTM16, LONLAT, MERCATOR = CRS.from_epsg(32616), CRS.from_epsg(4326), CRS.from_epsg(3857)
FEET = "EPSG:2238"  # Florida North, US survey feet
ORTHO = CRS.from_string("+proj=ortho +lat_0=0 +lon_0=0")  # one half of the Earth
RADIUS = 6_378_137.0


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:32617", FEET, "EPSG:3035", "EPSG:2193"])
def test_points_agree_with_pyproj_whatever_the_order_of_the_axes(crs):
    x, y = CENTRE[0] + np.linspace(-5e3, 5e3, 7), CENTRE[1] + np.linspace(9e3, -9e3, 7)
    if crs == "EPSG:2193":  # New Zealand, northing first
        x, y = x - 120_000, y + 2e6
    target = CRS.from_user_input(crs)
    source = CRS.from_epsg(32760) if crs == "EPSG:2193" else UTM16
    found = CrsTransform(source, target).points(x, y)
    expected = pyproj.Transformer.from_crs(source.to_wkt(), crs, always_xy=True).transform(x, y)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-8 if target.is_geographic else 1e-3)
    np.testing.assert_allclose(CrsTransform(target, source).points(*found), (x, y), atol=1e-3)


def test_points_in_the_same_crs_stay_and_points_behind_the_earth_are_infinite():
    np.testing.assert_array_equal(CrsTransform(LONLAT, LONLAT).points(500.1, 95.3), [[500.1], [95.3]])
    assert np.isinf(CrsTransform(LONLAT, ORTHO).points([180.0], [0.0])).all()
    assert np.isinf(CrsTransform(LONLAT, UTM16).points([-86.0], [95.0])).all()


def test_a_point_without_a_place_leaves_the_others_theirs():
    latitudes = np.array([30.0, 95.0, 0.0, -95.0, 30.0])
    found = CrsTransform(LONLAT, UTM16).points(np.full(5, -87.0), latitudes)
    alone = CrsTransform(LONLAT, UTM16).points([-87.0, -87.0], [30.0, 0.0])
    assert np.isinf(found[:, [1, 3]]).all()
    np.testing.assert_array_equal(found[:, [0, 2, 4]], alone[:, [0, 1, 0]])


def test_a_turn_is_the_circumference_where_x_grows_evenly():
    for crs, turn in {
        "EPSG:4326": 360.0,
        "EPSG:4807": 400.0,  # grads
        "EPSG:3857": math.tau * RADIUS,
        "EPSG:3832": math.tau * RADIUS,  # Pacific, central meridian 150
        "+proj=merc +units=us-ft": math.tau * RADIUS * 3937 / 1200,
    }.items():
        assert whole_turn(CRS.from_user_input(crs)) == pytest.approx(turn, rel=1e-9)
    assert whole_turn(UTM16) is whole_turn(ORTHO) is None


@given(crs=st.sampled_from([LONLAT, MERCATOR]), x=st.floats(-1e3, 1e3), near=st.floats(-1e3, 1e3))
def test_the_nearest_turn_is_the_same_place(crs, x, near):
    unit = whole_turn(crs) / 360.0
    moved = nearest_turn(crs, np.array([x * unit]), near * unit)[0] / unit
    assert abs(moved - near) <= 180.0 + 1e-9
    assert (moved - x) / 360.0 == pytest.approx(round((moved - x) / 360.0), abs=1e-9)
    np.testing.assert_array_equal(nearest_turn(UTM16, np.array([x]), near), [x])
