import numpy as np
import pytest
from rasterio.crs import CRS
from shapely.geometry import MultiPolygon, box

from tests.engine.probability_scene import ORIGIN, UTM
from xview2_qgis.engine.geo.crs import CrsTransform
from xview2_qgis.engine.geo.geodesy import ellipsoidal_areas

WGS84 = CRS.from_epsg(4326)


def moved(geometries, source, target, near_x=None):
    return CrsTransform(source, target, near_x).geometries(geometries)


def zone_area(south: float, north: float, degrees: float) -> float:
    """Area between two parallels on the WGS 84 ellipsoid (Snyder, Map Projections, 3-12), square metres."""
    a, f = 6378137.0, 1 / 298.257223563
    e2 = f * (2 - f)
    e = np.sqrt(e2)

    def q(latitude):
        s = np.sin(np.radians(latitude))
        return (1 - e2) * (s / (1 - e2 * s * s) - np.log((1 - e * s) / (1 + e * s)) / (2 * e))

    return a * a / 2 * np.radians(degrees) * (q(north) - q(south))


@pytest.mark.parametrize("latitude", [-60.0, 0.0, 27.0, 75.0])
def test_the_area_is_that_of_the_ellipsoid(latitude):
    patch = box(10, latitude, 10.001, latitude + 0.001)
    assert ellipsoidal_areas([patch], WGS84)[0] == pytest.approx(zone_area(latitude, latitude + 0.001, 0.001), rel=1e-6)


def test_holes_and_parts_count_whatever_way_their_rings_run():
    outer, hole, other = box(10, 0, 10.01, 0.01), box(10.002, 0.002, 10.004, 0.004), box(11, 0, 11.01, 0.01)
    expected = zone_area(0, 0.01, 0.02) - zone_area(0.002, 0.004, 0.002)
    for shape in (MultiPolygon([outer - hole, other]), MultiPolygon([(outer - hole).reverse(), other.reverse()])):
        assert ellipsoidal_areas([shape], WGS84)[0] == pytest.approx(expected, rel=1e-6)


def test_areas_agree_between_projections():
    square = box(ORIGIN[0], ORIGIN[1], ORIGIN[0] + 30, ORIGIN[1] + 20)
    scale = 0.9996 * (1 + 100_000**2 / (2 * (0.9996 * 6.37e6) ** 2))  # of UTM 100 km east of its meridian
    expected = 600 / scale**2
    for crs in (UTM, WGS84, CRS.from_epsg(3857), CRS.from_epsg(32617), CRS.from_epsg(2236)):  # the last counts feet
        assert ellipsoidal_areas(moved([square], UTM, crs), crs)[0] == pytest.approx(expected, rel=2e-5)


def test_reprojection_puts_longitude_first_and_leaves_the_same_crs_alone():
    square = box(ORIGIN[0], ORIGIN[1], ORIGIN[0] + 30, ORIGIN[1] + 20)
    assert moved([square], UTM, UTM)[0] is square
    assert moved([square], UTM, WGS84)[0].centroid.coords[0] == pytest.approx((-85.99, 27.12), abs=0.01)
    assert moved([], UTM, WGS84) == []
    assert ellipsoidal_areas([], UTM).shape == (0,)


def test_a_crs_in_grads_has_square_metres_too():
    """Lambert II étendu and what lies under it count angles from Paris in grads."""
    lambert, paris = CRS.from_epsg(27572), CRS.from_epsg(4807)
    square = box(600_000, 2_200_000, 600_020, 2_200_020)
    expected = 400 / 0.99987742**2  # the scale on the central parallel
    assert ellipsoidal_areas([square], lambert)[0] == pytest.approx(expected, rel=1e-5)
    assert ellipsoidal_areas(moved([square], lambert, paris), paris)[0] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("number", "turn"), [(4326, 360.0), (3857, 2 * np.pi * 6378137.0)])
def test_outlines_across_the_antimeridian_stay_in_one_piece(number, turn):
    crs, zone_60 = CRS.from_epsg(number), CRS.from_epsg(32760)
    (edge,) = moved([box(180, -17, 180.00001, -16.99999)], WGS84, zone_60)
    house = edge.centroid.buffer(20)
    west = moved([house], zone_60, crs, near_x=turn / 2 - turn / 1000)[0]
    east = moved([house], zone_60, crs, near_x=-turn / 2 + turn / 1000)[0]
    for placed, middle in ((west, turn / 2), (east, -turn / 2)):
        assert placed.bounds[2] - placed.bounds[0] < 1e-5 * turn
        assert placed.centroid.x == pytest.approx(middle, abs=1e-6 * turn)
    assert moved([house], zone_60, crs)[0].bounds[2] - moved([house], zone_60, crs)[0].bounds[0] > turn / 2
