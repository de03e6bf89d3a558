"""Pixels on the ground, against pyproj and against what can be computed by hand, in metres."""

import math

import numpy as np
import pyproj
import pytest
import shapely
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS

from tests.engine.drawn_rasters import CENTRE, centred_transform
from xview2_qgis.engine.geo.crs import CrsTransform
from xview2_qgis.engine.geo.georeference import Georeference, distance_m

UTM16, LONLAT, MERCATOR = CRS.from_epsg(32616), CRS.from_epsg(4326), CRS.from_epsg(3857)
FEET = "EPSG:2238"  # Florida North, US survey feet
ORTHO = CRS.from_string("+proj=ortho +lat_0=0 +lon_0=0")  # one half of the Earth
RADIUS = 6_378_137.0
SOUTH_UP = Affine.translation(0, 80) @ Affine.scale(1, -1)


def place(crs="EPSG:32616", size=(100, 80), gsd=0.5, south_up=False, **options):
    transform = centred_transform(crs, gsd, *size, **options)
    return Georeference(CRS.from_user_input(crs), transform @ SOUTH_UP if south_up else transform, *size)


def at(longitude, latitude, step=1e-5):
    """A raster in degrees around a place."""
    return Georeference(LONLAT, Affine(step, 0, longitude - 50 * step, 0, -step, latitude + 50 * step), 100, 100)


def with_control_points(transform):
    places = [(column, row) for column in (0, 50, 100) for row in (0, 40, 80)]
    gcps = tuple(GroundControlPoint(row, column, *(transform @ (column, row))) for column, row in places)
    return Georeference(UTM16, transform, 100, 80, gcps)


PLACES = {
    "UTM": place(),
    "turned": place(rotation=25.0),
    "south-up": place(south_up=True),
    "degrees": place("EPSG:4326"),
    "degrees, turned": place("EPSG:4326", rotation=90.0),
    "feet": place(FEET, rotation=-160.0),
    "control points": with_control_points(centred_transform("EPSG:32616", 0.5, 100, 80, 12.0)),
}
everywhere = pytest.mark.parametrize("image", PLACES.values(), ids=PLACES)


@everywhere
def test_pixels_and_coordinates_are_inverse(image):
    columns, rows = np.array([0.0, 100.0, 33.25, -7.5]), np.array([0.0, 80.0, 71.8, 90.1])
    coordinates = image.to_crs(columns, rows)
    np.testing.assert_allclose(coordinates, image.transform @ (columns, rows), rtol=1e-12)
    np.testing.assert_allclose(image.to_pixels(*coordinates), (columns, rows), atol=1e-4)


@given(
    turn=st.floats(-180, 180), ratio=st.floats(0.5, 2), mirrored=st.booleans(),
    column=st.floats(-1e4, 1e4), row=st.floats(-1e4, 1e4),
)  # fmt: skip
def test_any_transform_can_be_undone(turn, ratio, mirrored, column, row):
    transform = Affine.translation(*CENTRE) @ Affine.rotation(turn) @ Affine.scale(0.5, 0.5 * ratio)
    transform = transform @ Affine.scale(1, 1 if mirrored else -1)
    image = Georeference(UTM16, transform, 100, 80)
    found = image.to_pixels(*image.to_crs([column], [row]))
    np.testing.assert_allclose(found, [[column], [row]], atol=1e-5)
    x, y = image.to_crs([column], [row])[:, 0]
    # a rotation keeps lengths
    assert math.hypot(x - CENTRE[0], y - CENTRE[1]) == pytest.approx(0.5 * math.hypot(column, row * ratio), abs=1e-6)


def test_only_rows_to_the_east_and_columns_to_the_south_are_north_up():
    assert [name for name, image in PLACES.items() if image.north_up] == ["UTM", "degrees"]
    assert not with_control_points(place().transform).north_up


@everywhere
def test_pixel_size_radius_and_centre_are_metres_on_the_ground(image):
    lon, lat = pyproj.Transformer.from_crs(UTM16.to_wkt(), 4326, always_xy=True).transform(*CENTRE)
    scale = pyproj.Proj(UTM16.to_wkt()).get_factors(lon, lat).meridional_scale
    assert image.centre_lonlat() == pytest.approx((lon, lat), abs=1e-8)
    assert image.centre_x() == pytest.approx((image.transform @ (50, 40))[0], rel=1e-12)
    assert image.pixel_size_m() == pytest.approx((0.5 / scale, 0.5 / scale), rel=1e-3)
    assert image.radius_m() == pytest.approx(0.5 / scale * math.hypot(50, 40), rel=1e-3)


@everywhere
@pytest.mark.parametrize("crs", [UTM16, LONLAT, CRS.from_epsg(32617)], ids=str)
def test_the_outline_has_the_area_of_the_pixels(image, crs):
    outline = image.outline(crs)
    to_lonlat = pyproj.Transformer.from_crs(crs.to_wkt(), 4326, always_xy=True)
    ground = shapely.transform(outline, lambda points: np.column_stack(to_lonlat.transform(*points.T)))
    area = abs(pyproj.Geod(ellps="WGS84").geometry_area_perimeter(ground)[0])
    assert area == pytest.approx(math.prod(image.pixel_size_m()) * 100 * 80, rel=2e-3)
    assert shapely.contains_xy(outline, *CrsTransform(UTM16, crs).points(*CENTRE)).all()


def test_a_long_edge_is_bent_to_a_centimetre():
    image = Georeference(UTM16, Affine(500, 0, 600_000, 0, -500, 3_365_000), 100, 100)
    line = np.linspace(0, 50_000, 5001)
    x, y = (
        np.concatenate([600_000 + line, np.full(5001, 650_000)]),
        np.concatenate([np.full(5001, 3_365_000), 3_365_000 - line]),
    )
    dense = np.column_stack(pyproj.Transformer.from_crs(32616, 32617, always_xy=True).transform(x, y))
    edge = image.outline(CRS.from_epsg(32617)).exterior
    assert shapely.distance(shapely.points(dense), edge).max() < 0.01
    # four corners alone would miss it by metres
    assert shapely.distance(shapely.points(dense), shapely.LineString(dense[[0, 5000, -1]])).max() > 1


def test_what_lies_nowhere_has_no_outline_and_no_centre():
    beyond = Georeference(ORTHO, Affine(1000, 0, 7e6, 0, -1000, 0), 10, 10)
    assert beyond.outline(LONLAT) is None
    assert beyond.centre_lonlat() == (math.inf, math.inf)
    assert at(170.0, 0.0).outline(ORTHO) is None


@pytest.mark.parametrize(("longitude", "wanted"), [(180.0, -180.0), (190.0, -170.0), (-180.5, 179.5), (359.0, -1.0)])
def test_longitudes_of_centres_are_counted_once(longitude, wanted):
    assert at(longitude, 10.0).centre_lonlat() == pytest.approx((wanted, 10.0))
    assert distance_m(at(longitude, 10.0), at(wanted, 10.0)) == pytest.approx(0.0, abs=1e-3)


def test_distances_are_geodesic():
    # one degree of the equator
    assert distance_m(at(179.5, 0.0), at(-179.5, 0.0)) == pytest.approx(math.radians(1.0) * RADIUS, abs=1e-3)
    assert distance_m(place(), place(FEET, offset=(30.0, 40.0))) == pytest.approx(50.0, rel=1e-3)
