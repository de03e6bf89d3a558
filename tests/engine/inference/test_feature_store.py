"""Features of buildings against a plain mean over their pixels, whatever the tiles."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.windows import Window

from xview2_qgis.engine.errors import RuntimeFailure
from xview2_qgis.engine.inference.feature_store import FeatureStore
from xview2_qgis.engine.scene.tiling import Tiling

SIZE, CHANNELS = 32, 3


def filled(path, tiling, cell, missing=()):
    """A store with random features, and those of every pixel of the grid, float64 (C, H, W); NaN where none are."""
    random = np.random.default_rng(0)
    store = FeatureStore(path, tiling)
    pixels = np.full((CHANNELS, tiling.height, tiling.width), np.nan)
    for tile in tiling:
        features = random.normal(0, 1, (CHANNELS, SIZE // cell, SIZE // cell)).astype(np.float32)
        if tile.index in missing:
            continue
        store.write(tile, features)
        whole = features.repeat(cell, axis=1).repeat(cell, axis=2)
        top, left = tile.block.row_off - tile.window.row_off, tile.block.col_off - tile.window.col_off
        part = whole[:, top : top + tile.block.height, left : left + tile.block.width]
        rows, cols = tile.block.toslices()
        pixels[:, rows, cols] = part
    return store, pixels


@given(
    st.integers(20, 90), st.integers(20, 90), st.sampled_from([0, 4, 8, 13]), st.sampled_from([1, 4, 8]),
    st.tuples(st.integers(0, 18), st.integers(0, 18)), st.integers(0, 99),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_a_building_has_the_mean_of_its_pixels(tmp_path_factory, width, height, overlap, cell, offset, seed):
    tiling = Tiling(width, height, SIZE, overlap, offset)
    store, pixels = filled(tmp_path_factory.mktemp("store"), tiling, cell)
    random = np.random.default_rng(seed)
    window = Window(3, 5, width - 6, height - 7)
    labels = random.integers(0, 4, (window.height, window.width)).astype(np.int32)
    inside = pixels[:, 5 : 5 + window.height, 3 : 3 + window.width]
    for number, found in enumerate(store.pooled(window, labels, 4), 1):
        if number == 4:
            assert found is None  # no such pixel
        else:
            assert found == pytest.approx(inside[:, labels == number].mean(axis=1), abs=2e-3)


def test_pixels_of_tiles_without_features_do_not_count(tmp_path):
    tiling = Tiling(64, 32, SIZE, 0)
    store, pixels = filled(tmp_path, tiling, 4, missing={1})
    labels = np.zeros((32, 64), np.int32)
    labels[:8, 20:40], labels[20:, 50:] = 1, 2
    both, none = store.pooled(Window(0, 0, 64, 32), labels, 2)
    assert both == pytest.approx(pixels[:, :8, 20:32].mean(axis=(1, 2)), abs=2e-3)
    assert none is None


def test_rows_of_another_run_are_adopted(tmp_path):
    tiling = Tiling(64, 90, SIZE, 4)
    store, _ = filled(tmp_path, tiling, 4, missing={3})
    labels = np.random.default_rng(1).integers(0, 5, (90, 64)).astype(np.int32)
    later = FeatureStore(tmp_path, tiling)
    for row in range(tiling.rows):
        later.adopt(store.finish(row))
    window = Window(0, 0, 64, 90)
    for one, two in zip(store.pooled(window, labels, 4), later.pooled(window, labels, 4), strict=True):
        np.testing.assert_array_equal(one, two)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"row-{row:06d}.features" for row in range(tiling.rows)]


def test_networks_that_tell_nothing_leave_no_file(tmp_path):
    store = FeatureStore(tmp_path, Tiling(64, 64, SIZE, 0))
    assert store.pooled(Window(0, 0, 4, 4), np.ones((4, 4), np.int32), 1) == [None]
    assert not list(tmp_path.iterdir())


def test_numbers_too_large_for_half_precision_stay_numbers(tmp_path):
    tiling = Tiling(SIZE, SIZE, SIZE, 0)
    store = FeatureStore(tmp_path, tiling)
    store.write(tiling.tile(0), np.full((CHANNELS, 8, 8), 1e9, np.float32))
    (found,) = store.pooled(Window(0, 0, 4, 4), np.ones((4, 4), np.int32), 1)
    assert np.isfinite(found).all()


def test_a_disk_that_fails_is_told(tmp_path):
    tiling = Tiling(SIZE, SIZE, SIZE, 0)
    store = FeatureStore(tmp_path / "missing", tiling)
    with pytest.raises(RuntimeFailure) as caught:
        store.write(tiling.tile(0), np.zeros((CHANNELS, 8, 8), np.float32))
    assert caught.value.code == "working-file"


@given(st.integers(1, 200), st.integers(1, 200), st.sampled_from([0, 4, 13]), st.integers(0, 18))
@settings(max_examples=40, deadline=None)
def test_the_tile_of_a_pixel_is_that_in_whose_block_it_lies(width, height, overlap, shift):
    tiling = Tiling(width, height, SIZE, overlap, (shift, shift))
    rows, cols = (axis.ravel() for axis in np.mgrid[:height, :width])
    found = tiling.indices(rows, cols).reshape(height, width)
    for tile in tiling:
        assert (found[tile.block.toslices()] == tile.index).all()
