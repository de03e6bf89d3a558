"""Blending returns what the tiles agree on, and holds only thin strips."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.windows import Window

from tests.engine.scene.tiling.test_tiling import plans
from xview2_qgis.engine.errors import RuntimeFailure
from xview2_qgis.engine.inference.blending import Blender, ramp
from xview2_qgis.engine.inference.strips import StripFiles
from xview2_qgis.engine.scene.tiling import Tiling


def _grid(plan):
    return Window(0, 0, plan.width, plan.height)


def padded_field(plan, channels, seed):
    """A random field on the grid and far enough beyond it for every window, and a cutter for windows."""
    margin = plan.tile_size
    shape = (channels, plan.height + 3 * margin, plan.width + 3 * margin)
    field = np.random.default_rng(seed).random(shape, dtype=np.float32)

    def cut(window):
        top, left = window.row_off + margin, window.col_off + margin
        return field[:, top : top + window.height, left : left + window.width]

    return cut


def blend(plan, cut, channels, kept=lambda tile: True):
    result = np.full((channels, plan.height, plan.width), np.nan, np.float32)
    blender = Blender(plan, channels)
    for tile in plan:
        if kept(tile):
            b = tile.block
            result[:, b.row_off : b.row_off + b.height, b.col_off : b.col_off + b.width] = blender.add(
                tile, cut(tile.window)
            )
    return result


@settings(max_examples=100, deadline=None)
@given(plans(), st.integers(0, 99), st.integers(1, 3))
def test_tiles_of_one_field_give_that_field(plan, seed, channels):
    cut = padded_field(plan, channels, seed)
    np.testing.assert_allclose(blend(plan, cut, channels), cut(_grid(plan)), atol=1e-5)


@settings(max_examples=100, deadline=None)
@given(plans(), st.integers(0, 99), st.floats(0.05, 0.95))
def test_tiles_left_out_do_not_darken_their_neighbours(plan, seed, share):
    drawn = np.random.default_rng(seed).random(len(plan)) < share
    cut = padded_field(plan, 2, seed)
    result = blend(plan, cut, 2, kept=lambda tile: drawn[tile.index])
    written = np.isfinite(result)
    np.testing.assert_allclose(result[written], cut(_grid(plan))[written], atol=1e-5)
    area = sum(tile.block.width * tile.block.height for tile in plan if drawn[tile.index])
    assert written.sum() == 2 * area


@settings(max_examples=50, deadline=None)
@given(plans(), st.integers(0, 99))
def test_disagreeing_tiles_are_mixed_as_a_direct_weighted_mean(plan, seed):
    rng = np.random.default_rng(seed)
    values = [rng.random((1, tile.window.height, tile.window.width), dtype=np.float32) for tile in plan]
    blender = Blender(plan, 1)
    result = np.empty((plan.height, plan.width), np.float32)
    margin = plan.tile_size
    total = np.zeros((2, plan.height + 3 * margin, plan.width + 3 * margin))
    rise = ramp(plan.overlap).astype(float)
    for tile in plan:
        b, w = tile.block, tile.window
        block = blender.add(tile, values[tile.index])
        result[b.row_off : b.row_off + b.height, b.col_off : b.col_off + b.width] = block[0]
        axes = []
        for position, count, length in ((tile.row, plan.rows, w.height), (tile.col, plan.columns, w.width)):
            weights = np.ones(length)
            weights[: plan.overlap] *= rise if position else 1.0
            weights[length - plan.overlap :] *= rise[::-1] if position < count - 1 else 1.0
            axes.append(weights)
        weight = np.outer(*axes)
        top, left = w.row_off + margin, w.col_off + margin
        part = np.s_[top : top + w.height, left : left + w.width]
        total[0][part] += weight * values[tile.index][0]
        total[1][part] += weight
    inside = total[:, margin : margin + plan.height, margin : margin + plan.width]
    np.testing.assert_allclose(inside[1], 1.0, atol=1e-6)  # partition of unity
    np.testing.assert_allclose(result, inside[0], atol=1e-5)


@settings(max_examples=60, deadline=None)
@given(plans(), st.integers(0, 99), st.floats(0.3, 1.0))
def test_strips_on_disk_change_no_bit_and_another_run_goes_on_with_them(tmp_path_factory, plan, seed, share):
    folder = tmp_path_factory.mktemp("strips")
    drawn = np.random.default_rng(seed).random(len(plan)) < share
    random = np.random.default_rng(seed)
    values = [random.random((2, tile.window.height, tile.window.width), dtype=np.float32) for tile in plan]
    plain, strips = Blender(plan, 2), StripFiles(folder, plan, 3)
    kept = Blender(plan, 2, strips)
    for tile in plan:
        if tile.col == 0 and tile.row > 0:
            plain.end_row()
            kept.end_row()
            strips.forget()
            strips.close()
            strips = StripFiles(folder, plan, 3, row=tile.row, above=strips.columns)
            kept = Blender(plan, 2, strips, tile.row)
            assert len(list(folder.iterdir())) <= 1
        if drawn[tile.index]:
            expected = plain.add(tile, values[tile.index]).copy()
            np.testing.assert_array_equal(kept.add(tile, values[tile.index]), expected)


def test_strips_that_a_disk_does_not_give_back_are_told(tmp_path):
    plan = Tiling(100, 100, 32, 8)
    strips = StripFiles(tmp_path, plan, 2)
    blender = Blender(plan, 1, strips)
    blender.add(plan.tile(0), np.zeros((1, 32, 32), np.float32))
    blender.end_row()
    strips.path(0).write_bytes(b"short")
    with pytest.raises(RuntimeFailure) as caught:
        blender.add(plan.tile(plan.columns), np.zeros((1, 32, 32), np.float32))
    assert caught.value.code == "working-file"
    strips = StripFiles(tmp_path / "missing", plan, 2)
    with pytest.raises(RuntimeFailure):
        strips.keep(0, np.zeros((2, 8, 24), np.float32))


def test_constant_stays_constant():
    plan = Tiling(333, 222, 64, 16, (5, 40))
    result = blend(plan, lambda window: np.full((1, 64, 64), 0.7, np.float16), 1)
    np.testing.assert_allclose(result, np.float32(np.float16(0.7)), atol=1e-6)


def most_waiting(columns, folder):
    """The most bytes that wait in memory while a scene of so many columns of tiles is blended."""
    plan = Tiling(64 * columns, 64 * 4, 64, 8)
    blender = Blender(plan, 5, StripFiles(folder, plan, 6))
    field = np.zeros((5, 64, 64), np.float32)
    waiting = []
    tracemalloc.start()
    for tile in plan:
        blender.add(tile, field)
        waiting.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    return max(waiting)


def test_memory_does_not_grow_with_the_width(tmp_path):
    one_side = 6 * 4 * 8 * 64
    small_things = 120_000  # what Python keeps of its own, and threads that other tests have left
    # twice, because threads that other tests have left allocate, too
    narrow, wide = (min(most_waiting(width, tmp_path) for _ in range(2)) for width in (10, 80))
    assert wide <= 6 * one_side + small_things
    # a fifth of what the strips of 70 columns would take: names and places of files are kept for each column
    assert wide - narrow < one_side * 70 / 5


def test_wrong_order_and_wrong_shape_are_refused():
    plan = Tiling(100, 100, 32, 8)
    blender = Blender(plan, 1)
    blender.add(plan.tile(3), np.zeros((1, 32, 32)))
    with pytest.raises(ValueError, match="came after"):
        blender.add(plan.tile(2), np.zeros((1, 32, 32)))
    with pytest.raises(ValueError, match="shape"):
        blender.add(plan.tile(4), np.zeros((2, 32, 32)))
