import geopandas
import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.crs import CRS

from tests.engine.probability_scene import silent
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.geo.georeference import Georeference
from xview2_qgis.engine.scene.area_layer import read_area
from xview2_qgis.engine.scene.area_of_interest import AreaOfInterest

UTM16 = CRS.from_epsg(32616)
BOX = shapely.box(620_000, 3_340_000, 620_100, 3_340_050)


def write(path, geometries, crs="EPSG:32616", **options):
    geopandas.GeoDataFrame({"name": list("abcdef")[: len(geometries)]}, geometry=geometries, crs=crs).to_file(
        path, **options
    )
    return str(path)


def refusal(path, code):
    with pytest.raises(InputError) as caught:
        read_area(str(path), silent())
    assert caught.value.code == code


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.shp"])
def test_reads_and_merges(tmp_path, name):
    other = shapely.box(620_090, 3_340_000, 620_200, 3_340_050)
    area = read_area(write(tmp_path / name, [BOX, other]), silent())
    assert area.crs == UTM16
    assert area.geometry.area == pytest.approx(200 * 50)


def test_layer_and_condition_as_qgis_writes_them(tmp_path):
    path = tmp_path / "a.gpkg"
    write(path, [shapely.box(0, 0, 1, 1)], layer="first")
    write(path, [BOX, shapely.box(620_500, 3_340_000, 620_600, 3_340_050)], layer="second")
    assert read_area(f"{path}|layername=second", silent()).geometry.area == pytest.approx(10_000)
    assert read_area(f"{path}|layerid=1", silent()).geometry.area == pytest.approx(10_000)
    assert read_area(f"{path}|layername=second|subset=name = 'a'", silent()).geometry.equals(BOX)
    refusal(f"{path}|layername=third", "aoi-open")


def test_mends_and_flattens(tmp_path):
    bow_tie = shapely.Polygon([(0, 0, 5), (10, 10, 5), (10, 0, 5), (0, 10, 5)])
    area = read_area(write(tmp_path / "a.gpkg", [bow_tie]), silent())
    assert area.geometry.is_valid
    assert not area.geometry.has_z
    assert area.geometry.area == pytest.approx(50)


def test_refusals(tmp_path):
    refusal(tmp_path / "nothing.gpkg", "aoi-open")
    broken = tmp_path / "broken.gpkg"
    broken.write_bytes(b"nothing")
    refusal(broken, "aoi-open")
    refusal(write(tmp_path / "points.gpkg", [shapely.Point(1, 2)]), "aoi-type")
    refusal(write(tmp_path / "lines.geojson", [shapely.Point(1, 2), shapely.LineString([(0, 0), (1, 1)])]), "aoi-type")
    refusal(write(tmp_path / "none.gpkg", [shapely.Polygon(), None]), "aoi-empty")
    empty = geopandas.GeoDataFrame({"name": []}, geometry=[], crs="EPSG:32616")
    empty.to_file(tmp_path / "empty.gpkg")
    refusal(tmp_path / "empty.gpkg", "aoi-empty")
    refusal(write(tmp_path / "nocrs.shp", [BOX], crs=None), "aoi-crs")
    table = tmp_path / "table.csv"
    table.write_text("a,b\n1,2\n")
    refusal(table, "aoi-type")


def test_layers_count_together_and_points_are_told(tmp_path):
    path, other = tmp_path / "a.gpkg", shapely.box(620_200, 3_340_000, 620_300, 3_340_050)
    write(path, [BOX], layer="first")
    geopandas.GeoDataFrame(geometry=[other], crs=32616).to_crs(4326).to_file(path, layer="second")
    area = read_area(str(path), silent())
    assert area.crs == UTM16
    assert area.geometry.symmetric_difference(shapely.union(BOX, other)).area < 1
    heard = []
    events = silent()
    events.warning = lambda code, message: heard.append(code)
    mixed = write(tmp_path / "mixed.geojson", [BOX, shapely.LineString([(0, 0), (1, 1)]), shapely.Point(1, 2)])
    assert read_area(mixed, events).geometry.equals(BOX)
    assert heard == ["aoi-others"]
    lines = write(tmp_path / "a.gpkg", [shapely.Point(1, 1)], layer="third") + "|layername=third"
    refusal(lines, "aoi-type")


def test_broken_coordinates(tmp_path):
    x, y = 620_000, 3_340_000
    broken = shapely.Polygon([(x, y), (x + 10, y), (x + 10, np.nan), (x, y)])
    refusal(write(tmp_path / "a.gpkg", [BOX, broken]), "aoi-coordinates")


def test_other_crs(tmp_path):
    del tmp_path
    expected = geopandas.GeoSeries([shapely.segmentize(BOX, 1)], crs="EPSG:32616").to_crs(4326)[0]
    moved = AreaOfInterest(BOX, UTM16).in_crs(CRS.from_epsg(4326))
    assert moved.geometry.symmetric_difference(expected).area < 1e-6 * expected.area
    assert moved.intersects((620_050, 3_340_010, 620_060, 3_340_020), UTM16)
    assert not moved.intersects((620_150, 3_340_010, 620_160, 3_340_020), UTM16)


@settings(max_examples=40, deadline=None)
@given(
    points=st.lists(st.tuples(st.floats(-10, 60), st.floats(-10, 60)), min_size=3, max_size=8, unique=True),
    angle=st.floats(0, 360),
    offset=st.tuples(st.integers(-20, 20), st.integers(-20, 20)),
)
def test_mask_is_which_pixel_centres_lie_inside(points, angle, offset):
    shape = shapely.convex_hull(shapely.MultiPoint(points))
    if shape.area < 1:
        return
    transform = (
        Affine.translation(20, 20) @ Affine.rotation(angle) @ Affine.scale(1.3, -1.1) @ Affine.translation(*offset)
    )
    mask = AreaOfInterest(shape, UTM16).mask(transform, (30, 40))
    columns, rows = np.meshgrid(np.arange(40) + 0.5, np.arange(30) + 0.5)
    x, y = transform @ (columns, rows)
    inside = shapely.contains_xy(shape, x, y)
    on_the_line = shapely.distance(shape.boundary, shapely.points(x, y)) < 0.02
    assert mask.dtype == bool
    np.testing.assert_array_equal(mask[~on_the_line], inside[~on_the_line])


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857"])
def test_parts_that_count_longitudes_otherwise_do_not_cut_each_other_out(crs):
    place = Georeference(UTM16, Affine(0.5, 0, 620_000, 0, -0.5, 3_340_050), 200, 100)
    target = CRS.from_user_input(crs)
    turn = 360.0 if crs == "EPSG:4326" else 2 * np.pi * 6378137
    west = AreaOfInterest(shapely.box(619_900, 3_339_900, 620_060, 3_340_200), UTM16).in_crs(target).geometry
    east = AreaOfInterest(shapely.box(620_040, 3_339_900, 620_200, 3_340_200), UTM16).in_crs(target).geometry
    counted_on = shapely.transform(east, lambda xy: xy + np.array([turn, 0.0]))
    area = AreaOfInterest(shapely.union(west, counted_on), target).near(place).in_crs(UTM16)
    assert area.geometry.contains(BOX)


def test_an_area_of_the_whole_world_is_everywhere():
    place = Georeference(UTM16, Affine(0.5, 0, 620_000, 0, -0.5, 3_340_050), 200, 100)
    world = AreaOfInterest(shapely.box(-4.1e7, -2e7, 4.1e7, 2e7), CRS.from_epsg(3857))
    assert world.near(place).in_crs(UTM16).geometry.contains(BOX)


def test_mask_with_hole_seen_through_windows():
    shape = shapely.box(0, 0, 50, 50).difference(shapely.box(20, 20, 30, 30))
    area = AreaOfInterest(shape, UTM16)
    whole = area.mask(Affine(1, 0, -5, 0, -1, 55), (60, 60))
    assert whole.sum() == 2400
    part = area.mask(Affine(1, 0, 10, 0, -1, 40), (30, 30))
    np.testing.assert_array_equal(part, whole[15:45, 15:45])
