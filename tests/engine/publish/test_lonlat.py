"""Geometries in longitude and latitude, compared with geopandas and with geodesics."""

import geopandas
import pytest
import shapely
from pyproj import Geod, Transformer
from rasterio.crs import CRS
from shapely.geometry import MultiPolygon, Point, Polygon, box

from xview2_qgis.engine.publish.lonlat import to_lonlat

FIJI = CRS.from_epsg(32701)  # UTM zone 1 south: its western edge is the antimeridian


def area_m2(shape):
    return abs(Geod(ellps="WGS84").geometry_area_perimeter(shapely.orient_polygons(shape))[0])


def test_as_geopandas_does_away_from_the_antimeridian():
    shapes = geopandas.GeoSeries([box(x, 3_000_000, x + 12, 3_000_009) for x in (6e5, 6.1e5)], crs=32616)
    expected = shapes.to_crs(4326)
    found = geopandas.GeoSeries(to_lonlat(shapes, CRS.from_epsg(32616)), crs=4326)
    assert shapely.hausdorff_distance(found.to_numpy(), expected.to_numpy()).max() < 1e-12


@pytest.mark.parametrize("half", [5.0, 500.0])
def test_across_the_antimeridian_in_two_parts(half):
    x = Transformer.from_crs(4326, 32701, always_xy=True).transform(180, -17)[0]
    shape = box(x - half, 8_118_000, x + half, 8_118_000 + 2 * half)
    [found] = to_lonlat([shape], FIJI)
    assert isinstance(found, MultiPolygon)
    west, _, east, _ = found.bounds
    assert (west, east) == (-180.0, 180.0)
    assert area_m2(found) == pytest.approx(4 * half * half, rel=3e-3)  # the scale of UTM at its edge
    assert {part.bounds[0] > 0 for part in found.geoms} == {True, False}


def test_longitudes_that_count_on_beyond_180():
    lonlat = CRS.from_epsg(4326)
    beyond, across, point = box(180.5, 1, 180.6, 2), box(179.9, 1, 180.1, 2), Point(190, 3)
    one, two, place = to_lonlat([beyond, across, point], lonlat)
    assert one.bounds == pytest.approx((-179.5, 1, -179.4, 2))
    assert two.bounds == (-180.0, 1, 180.0, 2)
    assert two.area == pytest.approx(across.area)
    assert place.x == -170.0


def test_nothing_and_a_multipolygon():
    assert to_lonlat([], CRS.from_epsg(32616)).tolist() == []
    two = MultiPolygon([box(6e5, 3e6, 6e5 + 5, 3e6 + 5), box(6e5 + 20, 3e6, 6e5 + 25, 3e6 + 5)])
    [found] = to_lonlat([two], CRS.from_epsg(32616))
    assert len(found.geoms) == 2
    assert area_m2(found) == pytest.approx(50, rel=2e-3)


def test_long_edges_stay_where_they_are_on_the_ground():
    shape = box(6e5, 5_000_000, 640_000, 5_030_000)
    [found] = to_lonlat([shape], CRS.from_epsg(32616))
    to_degrees = Transformer.from_crs(32616, 4326, always_xy=True)
    middle = Point(to_degrees.transform(620_000, 5_000_000))
    assert found.exterior.distance(middle) * 111_000 < 0.05  # the chord of its corners is 36 m away


def test_outlines_that_somebody_drew_badly_across_the_antimeridian():
    crossed = Polygon([(179.9, 0), (180.1, 0.2), (180.1, 0), (179.9, 0.2)])
    flat = Polygon([(179.9, 0), (180.0, 0), (180.1, 0)])
    one, other = to_lonlat([crossed, flat], CRS.from_epsg(4326))
    assert one.is_valid
    assert (one.area, one.bounds[0], one.bounds[2]) == pytest.approx((0.02, -180.0, 180.0))
    assert isinstance(other, Polygon)
    assert other.bounds[0] >= -180.0
    assert other.bounds[2] <= 180.0
