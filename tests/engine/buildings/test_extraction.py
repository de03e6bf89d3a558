import time

import numpy as np
import pytest
import shapely
from rasterio.crs import CRS
from scipy import ndimage
from shapely import affinity
from shapely.geometry import box

from tests.engine.probability_scene import ORIGIN, UTM, classes, make_grid, make_raster, silent_run
from tests.engine.recorder import Recorder
from xview2_qgis.engine.buildings.building import Source
from xview2_qgis.engine.buildings.chunks import ScanOptions
from xview2_qgis.engine.buildings.extraction import find_buildings
from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.errors import Cancelled
from xview2_qgis.engine.probability.block import ProbabilityBlock
from xview2_qgis.engine.probability.growing_raster import GrowingRaster
from xview2_qgis.engine.probability.store import ProbabilityRaster
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.scene.area_of_interest import AreaOfInterest
from xview2_qgis.engine.scene.tiling import Tiling
from xview2_qgis.engine.stages.group import StageGroup
from xview2_qgis.protocol.schema import Damage

STANDARD = ObjectVote()


def find(raster, decision=STANDARD, **options):
    return list(find_buildings(raster, decision, silent_run(), **options))


@pytest.mark.parametrize("degrees", [0.0, 31.0])
def test_a_building_lies_in_metres_where_its_pixels_lie(tmp_path, degrees):
    building = np.zeros((80, 100), np.uint8)
    building[20:50, 10:50] = 220
    grid = make_grid(100, 80, degrees=degrees)
    with make_raster(tmp_path / "p.tif", grid, building) as raster:
        (found,) = find(raster)
    # a metre is two pixels; rows run south
    truth = affinity.translate(affinity.rotate(box(5, -25, 25, -10), degrees, origin=(0, 0)), *ORIGIN)
    assert found.geometry.symmetric_difference(truth).area < 1e-3
    assert (found.crs, found.source, found.footprint_id) == (UTM, Source.MODEL, None)
    assert found.vote.damage is Damage.NO_DAMAGE


@pytest.mark.parametrize("right_angles", [False, True])
@pytest.mark.parametrize(("rows", "columns"), [(24, 24), (40, 64), (64, 20), (1000, 1000)])
def test_buildings_do_not_depend_on_the_chunks(tmp_path, rows, columns, right_angles):
    rng = np.random.default_rng(7)
    down, across = np.mgrid[0:150, 0:170]
    building = np.zeros((150, 170), np.uint8)
    for _ in range(40):
        x, y, degrees = rng.uniform(0, 170), rng.uniform(0, 150), rng.uniform(0, 90)
        house = affinity.rotate(box(x, y, x + rng.uniform(8, 30), y + rng.uniform(8, 25)), degrees)
        building[shapely.contains_xy(house, across + 0.5, down + 0.5)] = rng.integers(150, 255)
    with make_raster(tmp_path / "p.tif", make_grid(170, 150), building) as raster:
        expected = find(raster, right_angles=right_angles)
        found = find(raster, scan=ScanOptions(rows, columns), right_angles=right_angles)
    assert len(expected) > 10
    assert {b.geometry.wkb: b.vote for b in found} == {b.geometry.wkb: b.vote for b in expected}
    assert len(found) == len(expected)


def test_buildings_with_right_angles_overlap_no_more_than_plain_ones(tmp_path):
    rng = np.random.default_rng(11)
    down, across = np.mgrid[0:400, 0:400]
    building = np.zeros((400, 400), np.uint8)
    for x in range(12, 390, 22):  # a pixel or three between many of them
        for y in range(12, 390, 22):
            house = affinity.rotate(box(x - 9, y - 7, x + 9, y + 7), rng.uniform(0, 90))
            building[shapely.contains_xy(house, across + 0.5, down + 0.5)] = 220
    with make_raster(tmp_path / "p.tif", make_grid(400, 400), building) as raster:
        plain, squared = (
            np.array([building.geometry for building in find(raster, right_angles=chosen)], dtype=object)
            for chosen in (False, True)
        )
    assert len(plain) == len(squared) > 200
    assert (~shapely.equals(plain, squared)).mean() > 0.3
    assert common_area(squared) <= common_area(plain) + 1e-6
    assert shapely.hausdorff_distance(plain, squared, 0.05).max() <= 0.5  # metres: a pixel


def common_area(polygons):
    first, second = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    apart = first < second
    return shapely.area(shapely.intersection(polygons[first[apart]], polygons[second[apart]])).sum()


def test_a_courtyard_across_seams_is_one_polygon_with_its_hole(tmp_path):
    building = np.zeros((120, 120), np.uint8)
    building[10:110, 10:110] = 220
    building[40:80, 40:80] = 0
    with make_raster(tmp_path / "p.tif", make_grid(120, 120), building) as raster:
        (found,) = find(raster, scan=ScanOptions(32, 28))
    assert len(found.geometry.interiors) == 1
    assert found.geometry.area == pytest.approx((100**2 - 40**2) / 4)


def test_touching_buildings_get_their_own_votes(tmp_path):
    building = np.zeros((60, 80), np.uint8)
    building[10:34, 10:34] = building[10:34, 38:62] = building[18:24, 34:38] = 220
    damage = classes(60, 80)
    damage[:, :, 36:] = classes(60, 44, (0.0, 0.0, 0.1, 0.9))
    with make_raster(tmp_path / "p.tif", make_grid(80, 60), building, damage) as raster:
        west, east = find(raster)
    assert (west.vote.damage, east.vote.damage) == (Damage.NO_DAMAGE, Damage.DESTROYED)
    assert west.geometry.intersection(east.geometry).area < 1


def test_small_objects_are_not_reported(tmp_path):
    building = np.zeros((30, 30), np.uint8)
    building[5:9, 5:9] = 220  # 4 m²
    building[15:20, 15:20] = 220  # 6.25 m²
    with make_raster(tmp_path / "p.tif", make_grid(30, 30), building) as raster:
        (found,) = find(raster, ObjectVote(minimum_area_m2=6.0))
    assert found.geometry.area == pytest.approx(6.25)


@pytest.mark.parametrize("crs", [UTM, CRS.from_epsg(4326)])
def test_the_area_of_interest_takes_buildings_whole_or_not_at_all(tmp_path, crs):
    building = np.zeros((100, 100), np.uint8)
    building[10:30, 10:30] = building[10:30, 50:70] = 220
    x, y = ORIGIN
    # ends four fifths through the first and one tenth into the second building
    area = AreaOfInterest(box(x, y - 50, x + 26, y), UTM).in_crs(crs)
    with make_raster(tmp_path / "p.tif", make_grid(100, 100), building) as raster:
        (found,) = find(raster, area=area)
    assert found.geometry.bounds == pytest.approx((x + 5, y - 15, x + 15, y - 5))


def test_two_areas_side_by_side_share_no_building_and_lose_none(tmp_path):
    rng = np.random.default_rng(3)
    building = np.zeros((100, 100), np.uint8)
    for row, col in np.ndindex(5, 5):
        building[row * 20 : row * 20 + rng.integers(6, 17), col * 20 : col * 20 + rng.integers(6, 17)] = 200
    x, y = ORIGIN
    with make_raster(tmp_path / "p.tif", make_grid(100, 100), building) as raster:
        whole = {b.geometry.wkb for b in find(raster)}
        west, east = (
            {b.geometry.wkb for b in find(raster, area=AreaOfInterest(part, UTM))}
            for part in (box(x, y - 50, x + 23.7, y), box(x + 23.7, y - 50, x + 50, y))
        )
    assert west | east == whole
    assert not west & east


def test_cancel_stops_before_the_next_chunk(tmp_path):
    context = silent_run()
    context.cancellation.request()
    empty = np.zeros((50, 50), np.uint8)
    with make_raster(tmp_path / "p.tif", make_grid(50, 50), empty) as raster, pytest.raises(Cancelled):
        list(find_buildings(raster, ObjectVote(), context))


@pytest.mark.parametrize(("tile", "overlap", "offset"), [(48, 8, (0, 0)), (64, 16, (24, 8)), (300, 0, (0, 0))])
@pytest.mark.parametrize("slow", ["nobody", "network", "objects"])
def test_buildings_do_not_depend_on_when_the_tiles_come(tmp_path, tile, overlap, offset, slow):
    rng = np.random.default_rng(11)
    noise = ndimage.gaussian_filter(rng.random((210, 190)), 3.0)
    building = np.where(noise > np.quantile(noise, 0.6), 200, 0).astype(np.uint8)  # most lie in several tiles
    building[30:60, 100:160] = 0
    damage = np.stack([rng.integers(20, 90, building.shape, dtype=np.uint8) for _ in range(4)])
    valid = np.ones(building.shape, bool)
    scan = ScanOptions(20, 30, largest=120)
    with make_raster(tmp_path / "p.tif", make_grid(190, 210), building, damage) as raster:
        expected = find(raster, scan=scan)
    assert len(expected) > 30

    def slowly(*_):
        time.sleep(0.002)

    events = Recorder(slowly if slow == "objects" else None)
    context = RunContext(events)
    plan = Tiling(190, 210, tile, overlap, offset)
    blocks = [plan.tile(row * plan.columns).block for row in range(plan.rows)]
    ends = [block.row_off + block.height for block in blocks]
    with (
        ProbabilityRaster(tmp_path / "q", make_grid(190, 210), ends=ends) as raster,
        StageGroup(context.check) as stages,
    ):
        growing = GrowingRaster(raster, stages)
        finder = stages.start("finder", lambda: list(find_buildings(growing, STANDARD, context, scan=scan)))
        for part in plan:
            rows, cols = part.block.toslices()
            if building[rows, cols].any():  # tiles may be left out
                growing.write(
                    ProbabilityBlock(
                        part.block, building[rows, cols], damage[:, rows, cols], valid[rows, cols], valid[rows, cols]
                    )
                )
            if part.col == plan.columns - 1:
                growing.finish()
            if slow == "network":
                time.sleep(0.005)
    found = finder.result
    assert [(b.geometry.wkb, b.vote) for b in found] == [(b.geometry.wkb, b.vote) for b in expected]
    done = [done for _, done, _ in events.steps]
    assert done == sorted(done)
