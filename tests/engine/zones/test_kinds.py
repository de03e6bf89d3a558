"""Cells of a grid, hexagons, and the polygons of a user."""

import h3
import numpy as np
import pytest
import shapely
from rasterio.crs import CRS
from shapely.geometry import box

from tests.engine.probability_scene import ORIGIN, UTM
from tests.engine.recorder import Recorder
from tests.engine.zones.zone_scene import place, plane_around, write_layer
from xview2_qgis.engine.errors import InputError, UsageError
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.zones.kinds.grid import grid_zones
from xview2_qgis.engine.zones.kinds.hexagons import hexagon_zones
from xview2_qgis.engine.zones.kinds.polygons import read_zones
from xview2_qgis.engine.zones.plane import Plane

LONLAT = CRS.from_epsg(4326)


def test_cells_lie_at_whole_multiples_and_are_named_after_their_corner():
    west, south = 500 * np.floor(ORIGIN[0] / 500), 500 * np.floor(ORIGIN[1] / 500)
    seen = box(west, south, west + 1000, south + 700)
    zones = grid_zones(500, seen, plane_around(seen))
    assert zones.crs == UTM
    assert [shape.bounds[:2] for shape in zones.shapes] == [
        (west, south + 500), (west + 500, south + 500), (west, south), (west + 500, south),
    ]  # fmt: skip
    assert zones.names[2] == f"500mE{west:.0f}N{south:.0f}"
    assert shapely.area(zones.shapes).tolist() == [250_000.0] * 4


def test_only_cells_with_assessed_ground():
    seen = shapely.MultiPolygon([place(0, 0, 10, 10), place(100_000, 0, 10, 10)])
    zones = grid_zones(100, seen, plane_around(seen))
    assert 2 <= len(zones) <= 8
    assert all(shape.intersection(seen).area > 0 for shape in zones.shapes)
    assert shapely.union_all(zones.shapes).covers(seen)


def test_a_result_in_degrees_gets_a_metric_grid():
    seen = box(36.0, 37.0, 36.05, 37.05)
    zones = grid_zones(1000, seen, plane_around(seen, crs=LONLAT))
    assert zones.crs == CRS.from_epsg(32637)
    assert len(zones) == pytest.approx(4.44 * 5.55, abs=12)
    wide = box(0.0, 0.0, 30.0, 10.0)
    assert "Lambert" in grid_zones(500_000, wide, plane_around(wide, crs=LONLAT)).crs.to_wkt()


def test_too_many_cells_are_refused():
    seen = place(0, 0, 100_000, 100_000)
    with pytest.raises(UsageError, match="larger cells"):
        grid_zones(10, seen, plane_around(seen))
    with pytest.raises(UsageError, match="coarser"):
        hexagon_zones(13, seen, plane_around(seen))


def test_hexagons_cover_the_area_and_are_those_of_h3():
    seen = place(0, 0, 3000, 2000)
    plane = plane_around(seen)
    zones = hexagon_zones(9, seen, plane)
    assert zones.crs == LONLAT
    assert all(h3.get_resolution(name) == 9 for name in zones.names)
    placed = plane.placed(zones)
    assert shapely.union_all(placed).buffer(0.01).covers(seen)
    assert (shapely.area(shapely.intersection(placed, seen)) > 0).all()
    # independent: the cells whose centre lies inside are among them
    corners = [(lat, lon) for lon, lat in shapely.get_coordinates(_lonlat(seen)).tolist()]
    assert set(h3.h3shape_to_cells(h3.LatLngPoly(corners), 9)) <= set(zones.names)


def test_hexagons_across_the_antimeridian_are_in_one_piece():
    plane = Plane.around(LONLAT, np.array([[179.9, -17.0, 180.1, -16.9]]))
    zones = hexagon_zones(6, box(179.9, -17.0, 180.1, -16.9), plane)
    widths = np.ptp(shapely.bounds(zones.shapes)[:, [0, 2]], axis=1)
    assert len(zones) > 5
    assert widths.max() < 0.2
    assert shapely.union_all(zones.shapes).buffer(1e-9).covers(box(179.9, -17.0, 180.1, -16.9))


def _lonlat(shape):
    from rasterio.warp import transform

    return shapely.transform(shape, lambda xy: np.stack(transform(UTM, LONLAT, xy[:, 0], xy[:, 1])[:2], axis=1))


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def context(recorder):
    return RunContext(recorder)


def test_names_of_polygons(tmp_path, context):
    shapes = [place(0, 0, 10, 10), place(10, 0, 10, 10), place(20, 0, 10, 10)]
    path = write_layer(tmp_path / "z.gpkg", shapes, NAME=["North", " North ", None], code=[4, 5, 6])
    assert read_zones(path, None, context).names == ("North (1)", "North (2)", "3")
    assert read_zones(path, "CODE", context).names == ("4", "5", "6")
    with pytest.raises(InputError, match="it has: ") as error:
        read_zones(path, "wrong", context)
    assert error.value.code == "zones-field"


def test_broken_polygons_are_mended_or_refused(tmp_path, context, recorder):
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    path = write_layer(tmp_path / "z.geojson", [bow, shapely.Point(1, 1)], crs="EPSG:4326", name=["bow", "point"])
    zones = read_zones(path, None, context)
    assert zones.names == ("bow",)
    assert zones.shapes[0].is_valid
    assert zones.shapes[0].area == pytest.approx(50)
    assert recorder.warned == ["zones-others"]
    with pytest.raises(InputError, match="no polygon") as error:
        read_zones(write_layer(tmp_path / "p.geojson", [shapely.Point(1, 1)], crs="EPSG:4326"), None, context)
    assert error.value.code in ("zones-type", "zones-empty")
    with pytest.raises(InputError) as error:
        read_zones(str(tmp_path / "missing.gpkg"), None, context)
    assert error.value.code == "zones-open"
