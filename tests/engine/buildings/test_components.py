import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import ndimage

from tests.engine.probability_scene import make_grid, make_raster
from xview2_qgis.engine.buildings.components import ComponentStream
from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.geo.scan_windows import ScanOptions


def painted(raster, decision, options):
    """A picture with one number per component found; fails where two share a pixel."""
    picture = np.zeros((raster.grid.height, raster.grid.width), int)
    for number, component in enumerate(ComponentStream(raster, decision, options), start=1):
        window = component.window
        view = picture[window.row_off : window.row_off + window.height, window.col_off : window.col_off + window.width]
        assert not view[component.mask].any()
        view[component.mask] = number
        assert component.block.building.shape == component.mask.shape
    return picture


def same_partition(one, other):
    pairs = np.unique(np.stack([one.ravel(), other.ravel()]), axis=1)
    return pairs.shape[1] == len(np.unique(one)) == len(np.unique(other))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32 - 1), st.sampled_from([17, 32, 50, 400]), st.sampled_from([1, 8, 40]))
def test_components_do_not_depend_on_the_windows(tmp_path, seed, core, margin):
    rng = np.random.default_rng(seed)
    noise = ndimage.gaussian_filter(rng.random((130, 150)), rng.choice([1.0, 3.0]))
    mask = noise > np.quantile(noise, rng.choice([0.45, 0.8]))  # long winding ones, and small ones
    with make_raster(tmp_path / "p.tif", make_grid(150, 130), mask * np.uint8(200)) as raster:
        picture = painted(raster, ObjectVote(), ScanOptions(core, margin))
    assert same_partition(picture, ndimage.label(mask)[0])


@pytest.mark.parametrize("core", [20, 33, 128])
def test_what_is_too_large_is_cut_along_the_same_lines_everywhere(tmp_path, core):
    mask = np.ones((100, 130), bool)
    mask[40:44, 10:60] = False
    mask[:, 100] = False  # what lies to the right is small enough
    with make_raster(tmp_path / "p.tif", make_grid(130, 100), mask * np.uint8(200)) as raster:
        picture = painted(raster, ObjectVote(), ScanOptions(core, 6, largest=64))
    lattice = np.add.outer(np.arange(100) // 64 * 10, np.arange(130) // 64)
    expected = np.zeros(mask.shape, int)
    for cell in np.unique(lattice):
        labels, count = ndimage.label(mask & (lattice == cell))
        expected[labels > 0] = labels[labels > 0] + expected.max()
        del count
    assert ((picture > 0) == mask).all()
    assert same_partition(picture, expected)


def test_only_valid_pixels_of_pre_and_the_threshold_count(tmp_path):
    building = np.full((20, 20), 100, np.uint8)
    building[5:10, 5:15] = 140
    pre = np.ones((20, 20), bool)
    pre[:, 10:] = False
    with make_raster(tmp_path / "p.tif", make_grid(20, 20), building, pre_valid=pre) as raster:
        (component,) = ComponentStream(raster, ObjectVote())
        assert component.mask.shape == (5, 5)
        assert not list(ComponentStream(raster, ObjectVote(building_threshold=0.6, damaged_building_threshold=0.6)))


def test_a_sparse_scene_of_any_size_is_passed_quickly(tmp_path):
    steps = []
    building = np.zeros((300, 300), np.uint8)
    building[100:130, 100:120] = 200
    with make_raster(tmp_path / "p.tif", make_grid(9_000, 8_000), building, at=(6000, 5900)) as raster:
        seen = list(ComponentStream(raster, ObjectVote()).scan(lambda done, total: steps.append((done, total))))
    assert [(c.window.row_off, c.window.col_off) for s in seen for c in s.components] == [(6100, 6000)]
    assert [done for done, _ in steps] == list(range(len(seen) + 1))
    assert {total for _, total in steps} == {len(seen)} == {18 * 16}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 2, 3]), st.sampled_from([24, 4096]))
def test_the_number_of_windows_of_a_square_does_not_matter(tmp_path, seed, windows, largest):
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).random((130, 150)), 2.0)
    mask = noise > np.median(noise)
    with make_raster(tmp_path / "p.tif", make_grid(150, 130), mask * np.uint8(200)) as raster:
        expected, found = (
            [
                sorted((result.square, c.anchor, c.mask.tobytes()) for result in stream for c in result.components)
                for stream in [ComponentStream(raster, ObjectVote(), options).scan()]
            ]
            for options in (ScanOptions(50, 40, largest, windows=1), ScanOptions(50, 3, largest, windows=windows))
        )
    assert found == expected
