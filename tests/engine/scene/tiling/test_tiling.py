"""Tile plans partition every grid."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xview2_qgis.engine.scene.tiling import EQUAL_TILES, EdgeTiles, Tiling, lay_tiles

OPEN = EdgeTiles.of(32, cut=True)


@st.composite
def plans(draw):
    size = draw(st.integers(2, 24))
    overlap = draw(st.integers(0, size // 2))
    stride = size - overlap
    offset = (draw(st.integers(0, stride - 1)), draw(st.integers(0, stride - 1)))
    return Tiling(draw(st.integers(1, 80)), draw(st.integers(1, 80)), size, overlap, offset, draw(edges(size)))


@st.composite
def edges(draw, size):
    multiple = draw(st.sampled_from([None, *(m for m in range(1, size + 1) if size % m == 0)]))
    room = draw(st.integers(0, 3)) * (multiple or 1)
    return EdgeTiles(room, multiple)


def assert_allowed(plan, tile):
    """Windows have the size of a tile, are cut to a multiple near the end of the grid, or somewhat larger alone."""
    high, wide = plan.largest_window
    for begin, length, end, count, longest in (
        (tile.window.col_off, tile.window.width, plan.width, plan.columns, wide),
        (tile.window.row_off, tile.window.height, plan.height, plan.rows, high),
    ):
        assert 0 < length <= longest <= plan.tile_size + plan.edges.room
        assert count == 1 or length <= plan.tile_size
        if plan.edges.multiple is None:
            assert length == (longest if count == 1 else plan.tile_size)
            continue
        assert length % plan.edges.multiple == 0
        beyond = plan.overlap // 4 if count > 1 else 0
        assert max(-begin, begin + length - end) < beyond + plan.edges.multiple


@settings(max_examples=200, deadline=None)
@given(plans())
def test_blocks_partition_the_grid_and_lie_in_their_windows(plan):
    seen = np.zeros((plan.height, plan.width), int)
    for position, tile in enumerate(plan):
        block, window = tile.block, tile.window
        assert (tile.index, tile.row * plan.columns + tile.col) == (position, position)
        assert_allowed(plan, tile)
        assert block.width > 0
        assert block.height > 0
        assert window.col_off <= block.col_off
        assert window.row_off <= block.row_off
        assert block.col_off + block.width <= min(plan.width, window.col_off + window.width)
        assert block.row_off + block.height <= min(plan.height, window.row_off + window.height)
        seen[block.row_off : block.row_off + block.height, block.col_off : block.col_off + block.width] += 1
    assert (seen == 1).all()


@settings(max_examples=100, deadline=None)
@given(plans())
def test_a_block_is_seen_by_no_later_window(plan):
    finished = np.full((plan.height, plan.width), -1)
    for tile in plan:
        b, w = tile.block, tile.window
        finished[b.row_off : b.row_off + b.height, b.col_off : b.col_off + b.width] = tile.index
        top, left = max(0, w.row_off), max(0, w.col_off)
        inside = finished[top : w.row_off + w.height, left : w.col_off + w.width]
        assert np.isin(inside, [-1, tile.index]).all()


@settings(max_examples=100, deadline=None)
@given(plans())
def test_neighbours_share_the_overlap_and_a_pixel_lies_in_at_most_two_windows_of_a_row(plan):
    for axis in (plan.across, plan.down):
        windows = [axis.window(position) for position in range(axis.count)]
        for one, other in itertools.pairwise(windows):
            assert one[1] - other[0] == plan.overlap
        for one, other in zip(windows, windows[2:], strict=False):
            assert one[1] <= other[0]


@settings(max_examples=100, deadline=None)
@given(plans(), st.integers(0, 99))
def test_pixels_belong_to_the_tile_in_whose_block_they_lie(plan, seed):
    owners = np.empty((plan.height, plan.width), int)
    for tile in plan:
        b = tile.block
        owners[b.row_off : b.row_off + b.height, b.col_off : b.col_off + b.width] = tile.index
    random = np.random.default_rng(seed)
    rows, cols = random.integers(0, plan.height, 20), random.integers(0, plan.width, 20)
    np.testing.assert_array_equal(plan.indices(rows, cols), owners[rows, cols])


def test_one_tile_is_enough_for_a_grid_of_its_size():
    assert len(Tiling(1024, 1024)) == 1
    assert len(Tiling(1920, 1024)) == 2
    assert len(Tiling(1921, 1024)) == 3


def test_offset_starts_outside_the_grid():
    first = next(iter(Tiling(1000, 900, 256, 32, (100, 50))))
    assert (first.window.col_off, first.window.row_off) == (-100, -50)
    assert (first.block.col_off, first.block.row_off, first.block.width, first.block.height) == (0, 0, 124, 174)


@pytest.mark.parametrize("wrong", [(0, 5), (5, 5, 8, 5), (5, 5, 8, -1), (5, 5, 8, 2, (6, 0)), (5, 5, 8, 2, (0, -1))])
def test_impossible_plans_are_refused(wrong):
    with pytest.raises(ValueError, match=r"grid|overlap|offset"):
        Tiling(*wrong)


def test_no_tile_beyond_the_last():
    with pytest.raises(IndexError):
        Tiling(10, 10, 8, 2).tile(99)


@pytest.mark.parametrize("edge", [EQUAL_TILES, EdgeTiles.of(8, cut=False), EdgeTiles.of(8, cut=True)])
@given(st.integers(1, 700), st.integers(0, 200))
def test_the_edge_lies_inside_a_tile_where_that_costs_none(edge, length, moved):
    plan = lay_tiles(length, 1, 64, 16, edges=edge)
    fewest = 1 if length <= 64 + edge.room else -(-(length - 16) // 48)
    assert plan.columns == fewest
    assert plan.offset[1] == 0
    spare = fewest * 48 + 16 - length
    assert plan.offset[0] == (0 if fewest == 1 else min(8, spare // (edge.multiple or 1) * (edge.multiple or 1)))
    assert (lay_tiles(length, 1, 64, 16, (moved, 0), edge).offset[0] - plan.offset[0] - moved) % 48 == 0


@pytest.mark.parametrize(("edge", "largest"), [(EQUAL_TILES, 1024), (OPEN, 1088), (EdgeTiles.of(32, cut=False), 1088)])
def test_a_scene_of_one_tile_costs_one_tile(edge, largest):
    assert len(lay_tiles(largest, largest, 1024, 256, edges=edge)) == 1
    assert len(lay_tiles(largest + 1, largest, 1024, 256, edges=edge)) == 2


@pytest.mark.parametrize(
    ("length", "edge", "windows"),
    [
        (700, OPEN, [(0, 704)]),
        (1024, OPEN, [(0, 1024)]),
        (1025, OPEN, [(0, 1056)]),  # most pairs of xBD on their grid
        (1025, EQUAL_TILES, [(-128, 896), (640, 1664)]),
        (1000, EdgeTiles.of(32, cut=False), [(0, 1024)]),
        (1025, EdgeTiles.of(32, cut=False), [(0, 1088)]),  # one more size, and only one
        (1800, OPEN, [(-64, 896), (640, 1664), (1408, 1888)]),
        (1800, EQUAL_TILES, [(-128, 896), (640, 1664), (1408, 2432)]),
    ],
)
def test_windows_of_a_row(length, edge, windows):
    plan = lay_tiles(length, 1024, 1024, 256, edges=edge)
    assert [plan.across.window(position) for position in range(plan.columns)] == windows


@given(st.integers(1, 60_000), st.integers(1, 60_000))
def test_windows_cut_at_the_edge_waste_little(width, height):
    plan = lay_tiles(width, height, 1024, 256, edges=OPEN)
    for axis, length in ((plan.across, width), (plan.down, height)):
        sizes = [end - begin for begin, end in map(axis.window, range(axis.count))]
        assert sum(sizes) - (axis.count - 1) * 256 - length < (2 * (64 + 32) if axis.count > 1 else 32)
        assert len(set(sizes)) <= 3


def test_tiles_are_a_multiple_of_what_they_are_cut_to():
    with pytest.raises(ValueError, match="no multiple of 48"):
        Tiling(10, 10, 64, 16, edges=EdgeTiles(0, 48))
