"""Tile plans partition every grid."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xview2_qgis.engine.scene.tiling import Tiling, lay_tiles


@st.composite
def plans(draw):
    size = draw(st.integers(2, 24))
    overlap = draw(st.integers(0, size // 2))
    stride = size - overlap
    offset = (draw(st.integers(0, stride - 1)), draw(st.integers(0, stride - 1)))
    return Tiling(draw(st.integers(1, 80)), draw(st.integers(1, 80)), size, overlap, offset)


@settings(max_examples=200, deadline=None)
@given(plans())
def test_blocks_partition_the_grid_and_lie_in_their_windows(plan):
    seen = np.zeros((plan.height, plan.width), int)
    for position, tile in enumerate(plan):
        block, window = tile.block, tile.window
        assert (tile.index, tile.row * plan.columns + tile.col) == (position, position)
        assert (window.width, window.height) == (plan.tile_size, plan.tile_size)
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


@given(st.integers(1, 300), st.integers(1, 300), st.integers(0, 200), st.integers(0, 200))
def test_the_edge_of_a_scene_of_several_tiles_lies_inside_a_tile(width, height, right, down):
    plan = lay_tiles(width, height, 64, 16)
    first = next(iter(plan)).window
    assert (first.col_off, first.row_off) == (-8 if width > 64 else 0, -8 if height > 64 else 0)
    moved = next(iter(lay_tiles(width, height, 64, 16, (right, down)))).window
    assert (first.col_off - moved.col_off - right) % 48 == 0  # columns first
    assert (first.row_off - moved.row_off - down) % 48 == 0


def test_a_scene_of_one_tile_costs_one_tile():
    assert len(lay_tiles(1024, 1024, 1024, 256)) == 1
    assert len(lay_tiles(1025, 1024, 1024, 256)) == 2
