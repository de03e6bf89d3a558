"""What a user excludes: in any CRS, across the antimeridian, far away, broken, empty."""

from __future__ import annotations

import geopandas
import numpy as np
import pytest
import shapely
from affine import Affine
from rasterio.crs import CRS
from rasterio.windows import Window

from tests.engine.recorder import Recorder
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.geo.georeference import Georeference
from xview2_qgis.engine.geo.grid import Grid
from xview2_qgis.engine.scene.area_of_interest import AreaOfInterest
from xview2_qgis.engine.scene.hidden.area import HiddenArea, hidden_area
from xview2_qgis.engine.scene.hidden.layer import read_excluded
from xview2_qgis.engine.scene.overlap import find_overlap

UTM16 = CRS.from_epsg(32616)
EAST, NORTH = 620_000.0, 3_340_000.0
#: 200 × 100 m, south and east of the corner.
IMAGE = Georeference(UTM16, Affine(0.5, 0, EAST, 0, -0.5, NORTH), 400, 200)
CLOUD = shapely.box(EAST + 50, NORTH - 40, EAST + 90, NORTH + 500)


def hidden_of(geometry, crs=UTM16, image=IMAGE, area=None, events=None):
    overlap = find_overlap(image, image, area)
    return hidden_area(AreaOfInterest(geometry, crs), overlap, image, events or Recorder())


def test_only_what_the_images_cover_counts():
    hidden = hidden_of(CLOUD)
    assert hidden.asked.area == pytest.approx(40 * 40)
    assert hidden.asked_m2 == pytest.approx(40 * 40, rel=2e-3)  # of the projection


@pytest.mark.parametrize("epsg", [4326, 3857, 32617, 2881])
def test_in_any_crs(epsg):
    shape = geopandas.GeoSeries([CLOUD], crs=UTM16.to_wkt()).to_crs(epsg)[0]
    hidden = hidden_of(shape, CRS.from_epsg(epsg))
    assert hidden.asked.symmetric_difference(hidden_of(CLOUD).asked).area < 1.0


def test_an_area_of_interest_limits_what_is_listed_but_not_what_is_hidden():
    area = AreaOfInterest(shapely.box(EAST + 50, NORTH - 20, EAST + 200, NORTH), UTM16)
    hidden = hidden_of(CLOUD, area=area)
    assert hidden.asked.area == pytest.approx(40 * 20)
    assert hidden.ground.geometry.area == pytest.approx(40 * 40)


def test_across_the_antimeridian():
    image = Georeference(CRS.from_epsg(4326), Affine(1e-5, 0, 179.999, 0, -1e-5, -16.999), 200, 200)  # to 180.001
    west = hidden_of(shapely.box(-180.0, -17.5, -179.9995, -16.5), CRS.from_epsg(4326), image)
    beyond = hidden_of(shapely.box(180.0, -17.5, 180.0005, -16.5), CRS.from_epsg(4326), image)
    assert west.asked_m2 == pytest.approx(beyond.asked_m2, rel=1e-6)
    assert west.asked.symmetric_difference(beyond.asked).area < 0.1
    # a quarter of the image's width of 0.002 degrees
    whole = find_overlap(image, image).shared.geometry.area
    assert west.asked.area == pytest.approx(whole / 4, rel=1e-3)


@pytest.mark.parametrize(
    "elsewhere",
    [
        (shapely.box(EAST + 9000, NORTH, EAST + 9100, NORTH + 50), 32616),
        (shapely.box(10, 50, 11, 51), 4326),
        (shapely.box(-180, 89, 180, 90), 4326),
        (shapely.box(EAST, NORTH - 50, EAST + 50, NORTH), 4326),  # metres taken for degrees
        (shapely.box(EAST + 200, NORTH - 50, EAST + 300, NORTH), 32616),  # touches the image only
    ],
)
def test_polygons_elsewhere_leave_nothing_out_and_are_told(elsewhere):
    events = Recorder()
    assert hidden_of(elsewhere[0], CRS.from_epsg(elsewhere[1]), events=events) is None
    assert events.warned == ["exclude-outside"]


def test_nothing_left_is_refused():
    with pytest.raises(InputError) as caught:
        hidden_of(shapely.box(-180, -90, 180, 90), CRS.from_epsg(4326))
    assert caught.value.code == "exclude-all"


def test_most_of_a_building_decides():
    hidden = hidden_of(CLOUD)

    def building(west):
        return shapely.box(EAST + west, NORTH - 30, EAST + west + 10, NORTH - 20)

    assert [hidden.hides(building(west)) for west in (0, 44, 46, 60, 84, 86, 150)] == [
        False, False, True, True, True, False, False,
    ]  # fmt: skip


def test_pixels_of_a_turned_grid():
    turned = Affine.translation(EAST + 70, NORTH - 20) @ Affine.rotation(30) @ Affine.scale(0.5, -0.5)
    grid, window = Grid(UTM16, turned, 100, 100, 0.5), Window(-20, -30, 100, 90)
    hidden = hidden_of(CLOUD)
    cols, rows = np.meshgrid(np.arange(100) - 19.5, np.arange(90) - 29.5)
    x, y = grid.transform @ (cols.ravel(), rows.ravel())
    expected = shapely.contains_xy(hidden.ground.geometry, x, y).reshape(90, 100)
    assert (hidden.pixels(window, grid) != expected).mean() < 0.002  # pixel centres on an edge
    assert hidden.holds(Window(0, 0, 10, 10), grid)
    assert not hidden.holds(window, grid)


def test_a_copy_hides_the_same():
    hidden = hidden_of(CLOUD)
    copy = hidden.copy()
    assert isinstance(copy, HiddenArea)
    assert copy.ground.geometry is not hidden.ground.geometry
    assert copy.ground.geometry.equals(hidden.ground.geometry)


def test_a_broken_ring_is_mended_and_an_empty_layer_is_told(tmp_path):
    bow_tie = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    geopandas.GeoDataFrame(geometry=[bow_tie], crs="EPSG:32616").to_file(tmp_path / "tie.gpkg")
    events = Recorder()
    assert read_excluded(str(tmp_path / "tie.gpkg"), events).geometry.area == pytest.approx(50)
    assert events.warned == []
    empty = geopandas.GeoDataFrame({"n": []}, geometry=[], crs="EPSG:32616")
    empty.to_file(tmp_path / "empty.gpkg", geometry_type="Polygon")
    assert read_excluded(str(tmp_path / "empty.gpkg"), events) is None
    assert events.warned == ["exclude-empty"]
    with pytest.raises(InputError) as caught:
        read_excluded(str(tmp_path / "none.gpkg"), events)
    assert caught.value.code == "exclude-open"
    assert "the excluded area" in str(caught.value)
    points = geopandas.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs="EPSG:32616")
    points.to_file(tmp_path / "points.gpkg")
    with pytest.raises(InputError) as caught:
        read_excluded(str(tmp_path / "points.gpkg"), events)
    assert caught.value.code == "exclude-type"
