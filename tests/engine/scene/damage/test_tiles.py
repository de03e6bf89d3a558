"""Counting damaged tiles: against the windows that hold an overwritten block, found one by one."""

from __future__ import annotations

import math

import pytest
import rasterio
from rasterio.crs import CRS
from shapely.geometry import box

from tests.engine.drawn_rasters import draw, working_grid
from tests.engine.raster.damage.damaged_files import damage_blocks
from tests.engine.recorder import Recorder
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.radiometry.stretch import Stretch
from xview2_qgis.engine.raster.opening import open_source
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.scene.area_of_interest import AreaOfInterest
from xview2_qgis.engine.scene.damage.tiles import Damage, DamagedTiles
from xview2_qgis.engine.scene.pair import Scene
from xview2_qgis.engine.scene.pair_images import PairImages, Shift
from xview2_qgis.engine.scene.tiling import Tiling
from xview2_qgis.protocol.events import Warned

UTM16 = CRS.from_epsg(32616)
PLAIN = (Stretch(), Stretch())


@pytest.fixture
def paths(tmp_path):
    layout = {"tiled": True, "blockxsize": 32, "blockysize": 32, "compress": "deflate", "interleave": "pixel"}
    return [draw(tmp_path / name, size=(700, 640), **layout) for name in ("a.tif", "b.tif")]


def read_all(paths, size=96, overlap=16, area=None, shift=None):
    pre, post = map(open_source, paths)
    grid = working_grid(pre, post, 0.5)
    tiling = Tiling(grid.width, grid.height, size, overlap)
    events = Recorder()
    scene = Scene(PairImages(pre, post, PLAIN, shift or Shift()), grid, area, area, None, None)
    with scene.aligned() as pair:
        tiles = DamagedTiles(pair, scene, tiling, RunContext(events))
        read = [(tile, tiles.read(tile.window)) for tile in tiling]
        damage = tiles.damage()
    return damage, read, [event.code for event in events.of(Warned)]


def reached(windows, tiling_read):
    def meets(tile, block):
        w = tile.window
        return (
            w.col_off < block.col_off + block.width and block.col_off < w.col_off + w.width
            and w.row_off < block.row_off + block.height and block.row_off < w.row_off + w.height
        )  # fmt: skip

    return sum(any(meets(tile, block) for block in windows) for tile, _ in tiling_read)


def test_nothing_is_told_of_images_that_can_be_read(paths):
    damage, _, warnings = read_all(paths)
    assert damage == Damage()
    assert damage.figures == {}
    assert warnings == []


def test_tiles_are_those_that_hold_a_damaged_block(paths):
    first, second = damage_blocks(paths[0], [(3, 4)]), damage_blocks(paths[1], [(3, 4), (12, 7)])
    damage, read, warnings = read_all(paths)
    assert damage.tiles == reached([*first, *second], read)
    # what both images lack counts once
    assert damage.area_m2 == pytest.approx(2 * 16.0**2, rel=2e-3)
    assert warnings == ["unreadable-part", "unreadable-part", "unreadable-tiles", "unreadable-tiles"]


def test_a_shift_moves_the_damage_of_the_later_image(paths):
    # the last column of blocks of the image (28 pixels of it) is moved out of the grid by half
    damage_blocks(paths[1], [(5, 21)])
    still, _, _ = read_all(paths)
    moved, _, _ = read_all(paths, shift=Shift(7.0, 0.0))
    assert still.area_m2 == pytest.approx(14.0 * 16.0, rel=2e-3)
    assert moved.area_m2 == pytest.approx(7.0 * 16.0, rel=2e-3)


def test_the_run_ends_once_a_tenth_of_the_tiles_is_damaged(paths):
    columns = math.ceil((700 - 16) / 80)
    total = columns * math.ceil((640 - 16) / 80)
    # the middle of a tile each, in no other
    some = [(3 + 5 * row, 3 + 5 * column) for row in range(4) for column in range(2)]
    damage_blocks(paths[1], some[:3])
    damage, read, _ = read_all(paths)
    assert len(read) == total
    assert 0 < damage.tiles <= total / 10
    damage_blocks(paths[1], some)
    with pytest.raises(InputError) as caught:
        read_all(paths)
    assert caught.value.code == "raster-damaged"


def test_a_small_scene_is_judged_by_its_ground(paths):
    damage_blocks(paths[1], [(10, 11), (11, 11)])  # in all of the four tiles, and half a percent of the ground
    damage, read, _ = read_all(paths, 400, 40)
    assert damage.tiles == len(read) == 4
    damage_blocks(paths[1], [(row, column) for row in range(7) for column in range(8)])
    with pytest.raises(InputError):
        read_all(paths, 400, 40)


def test_a_small_area_is_judged_by_itself(paths):
    with rasterio.open(paths[1]) as file:
        x, y = file.transform @ (9.5 * 32, 9.5 * 32)
    damage_blocks(paths[1], [(9, 9)])
    around = AreaOfInterest(box(x - 12, y - 12, x + 12, y + 12), UTM16)
    with pytest.raises(InputError):
        read_all(paths, 400, 40, area=around)
    beside = AreaOfInterest(box(x + 8, y - 12, x + 80, y + 60), UTM16)
    damage, _, _ = read_all(paths, 400, 40, area=beside)
    assert damage.area_m2 == 0.0


def test_empty_tiles_are_no_part_of_the_whole(tmp_path):
    """A mosaic that is mostly gaps: what is damaged counts against what there is."""
    layout = {"tiled": True, "blockxsize": 32, "blockysize": 32, "compress": "deflate", "interleave": "pixel"}
    layout |= {"size": (700, 640), "nodata": 0, "hole": lambda columns, rows: rows >= 128}
    paths = [draw(tmp_path / name, **layout) for name in ("a.tif", "b.tif")]
    damage_blocks(paths[0], [(1, 3), (1, 13)])
    with pytest.raises(InputError) as caught:
        read_all(paths)
    assert "of 72 tiles" not in caught.value.message
