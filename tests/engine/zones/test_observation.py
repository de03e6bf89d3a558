"""How much of a zone was assessed."""

import math

import numpy as np
import pytest
import shapely
from pyproj import Geod, Transformer
from rasterio.crs import CRS
from shapely.affinity import rotate
from shapely.geometry import box

from tests.engine.probability_scene import UTM
from tests.engine.zones.zone_scene import place, plane_around, zone_set
from xview2_qgis.engine.zones.kinds.antimeridian import unrolled
from xview2_qgis.engine.zones.kinds.zone_set import shape_array
from xview2_qgis.engine.zones.observation import areas_m2, observe, seen_area
from xview2_qgis.engine.zones.plane import Plane

NOTHING = shape_array([])
LONLAT = CRS.from_epsg(4326)


def look(zones, seen, plane):
    return observe(zones, plane.placed(zones), seen, plane)


def test_shares_of_rectangles():
    assessed = place(0, 0, 100, 100)
    plane = plane_around(assessed)
    zones = zone_set([place(0, 0, 50, 50), place(50, 50, 100, 100), place(500, 0, 10, 10), place(100, 0, 20, 20)])
    seen = seen_area([shape_array([assessed])], [NOTHING], plane)
    found = look(zones, seen, plane)
    assert (found.seen_m2 / found.areas_m2).tolist() == pytest.approx([1.0, 0.25, 0.0, 0.0], abs=1e-6)
    assert found.areas_m2[0] == pytest.approx(2500, rel=1e-3)


def test_what_clouds_hide_was_not_seen_but_in_another_scene():
    first, second, cloud = place(0, 0, 100, 100), place(50, 0, 100, 100), place(40, 0, 40, 100)
    plane = plane_around(first, second)
    alone = seen_area([shape_array([first])], [shape_array([cloud])], plane)
    assert alone.area == pytest.approx(6000)
    both = seen_area([shape_array([first]), shape_array([second])], [shape_array([cloud]), NOTHING], plane)
    assert both.area == pytest.approx(15000 - 10 * 100)
    assert seen_area([], [], plane).is_empty


def test_a_country_of_another_crs_is_cut_before_it_is_moved():
    """Of a zone with the size of the world, only what lies near the result has a place in UTM."""
    assessed = place(0, 0, 2000, 1000)
    plane = plane_around(assessed)
    world = zone_set([box(-180, -90, 180, 90), box(-100, 0, 0, 89)], LONLAT)
    seen = seen_area([shape_array([assessed])], [NOTHING], plane)
    found = look(world, seen, plane)
    assert found.seen_m2[1] == pytest.approx(areas_m2(shape_array([assessed]), UTM)[0], rel=1e-6)
    assert 0 < found.seen_m2[1] < 1e-6 * found.areas_m2[1]
    assert found.areas_m2[0] == pytest.approx(5.10065622e14, rel=1e-6)  # the surface of WGS 84


def test_areas_are_those_of_the_ellipsoid():
    degree = box(10, 40, 11, 41)
    exact = sum(
        abs(Geod(ellps="WGS84").geometry_area_perimeter(shapely.segmentize(part, 0.001))[0]) for part in [degree]
    )
    assert areas_m2(shape_array([degree]), LONLAT)[0] == pytest.approx(exact, rel=1e-6)
    # a zone between two parallels, whose edges are no geodesics: Snyder's formula by hand
    e2 = 0.00669437999014
    e = math.sqrt(e2)

    def q(latitude):
        s = math.sin(math.radians(latitude))
        return (1 - e2) * (s / (1 - e2 * s * s) - math.log((1 - e * s) / (1 + e * s)) / (2 * e))

    wide = box(0, 40, 60, 50)
    expected = math.radians(60) * 6378137.0**2 / 2 * (q(50) - q(40))
    assert areas_m2(shape_array([wide]), LONLAT)[0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("turn", [0, 360])
def test_across_the_antimeridian(turn):
    """A result that counts on beyond 180, zones in two parts, in one, or with an edge around the world."""
    plane = Plane.around(LONLAT, np.array([[179.0, 0.0, 181.0, 1.0]]))
    seen = seen_area([shape_array([box(179, 0, 181, 1)])], [NOTHING], plane)
    split = shapely.MultiPolygon([box(179.5, 0, 180, 1), box(-180, 0, -179.5, 1)])
    around = shapely.Polygon([(179.5, 0), (-179.5, 0), (-179.5, 1), (179.5, 1)])
    beyond = box(179.5 - turn, 0, 180.5 - turn, 1)
    shapes = unrolled(shape_array([split, around, beyond, box(0, 0, 1, 1)]), LONLAT)
    found = look(zone_set(shapes, LONLAT), seen, plane)
    one = areas_m2(shape_array([box(0, 0, 1, 1)]), LONLAT)[0]
    assert found.seen_m2.tolist() == pytest.approx([one, one, one, 0], rel=1e-6)
    placed = plane.placed(zone_set(shapes[:3], LONLAT))
    assert [shape.bounds for shape in placed] == [pytest.approx((179.5, 0, 180.5, 1))] * 3


def test_scenes_on_both_sides_of_the_antimeridian_are_one_place():
    plane = Plane.around(LONLAT, np.array([[179.0, 0.0, 179.9, 1.0], [-179.9, 0.0, -179.0, 1.0]]))
    assert plane.bounds[2] - plane.bounds[0] < 3
    moved = plane.own(shape_array([box(-179.5, 0, -179.4, 0.1), box(179.5, 0, 179.6, 0.1)]))
    assert abs(moved[0].bounds[0] - moved[1].bounds[0]) == pytest.approx(1.0)


def test_a_rotated_area_in_another_utm_zone():
    """Zones in the neighbouring zone of UTM: a grid line of one is none of the other."""
    assessed = rotate(place(0, 0, 1000, 1000), 30)
    plane = plane_around(assessed)
    neighbour = CRS.from_epsg(32617)
    forth = Transformer.from_crs(32616, 32617, always_xy=True)
    moved = shapely.transform(
        shapely.segmentize(assessed, 1.0), lambda xy: np.stack(forth.transform(xy[:, 0], xy[:, 1]), axis=1)
    )
    seen = seen_area([shape_array([assessed])], [NOTHING], plane)
    found = look(zone_set([moved], neighbour), seen, plane)
    assert found.seen_m2[0] / found.areas_m2[0] == pytest.approx(1.0, abs=1e-5)
