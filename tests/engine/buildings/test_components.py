import random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import ndimage

from tests.engine.probability_scene import make_grid, make_raster
from xview2_qgis.engine.buildings.chunks import ScanOptions
from xview2_qgis.engine.buildings.components import ComponentStream, _label
from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.geo.pixel_box import PixelBox

anywhere = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def filled(folder, mask):
    """A raster with buildings in a mask and chance probabilities, so that a block tells where it was cut."""
    noise = np.random.default_rng(5).integers(130, 250, mask.shape, dtype=np.uint8)
    return make_raster(folder / "p.tif", make_grid(mask.shape[1], mask.shape[0]), np.where(mask, noise, 0))


def painted(raster, options):
    """A picture with one number per component found; fails where two share a pixel or one is not what was stored."""
    picture = np.zeros((raster.grid.height, raster.grid.width), int)
    for number, component in enumerate(ComponentStream(raster, ObjectVote(), options), start=1):
        rows, cols = component.window.toslices()
        assert not picture[rows, cols][component.mask].any()
        assert component.mask.any(axis=0).all(), "the box is tight"
        assert component.mask.any(axis=1).all(), "the box is tight"
        picture[rows, cols][component.mask] = number
        assert (component.block.building == raster.read(component.window).building).all()
    return picture


def same_partition(one, other):
    pairs = np.unique(np.stack([one.ravel(), other.ravel()]), axis=1)
    return pairs.shape[1] == len(np.unique(one)) == len(np.unique(other))


def cut(mask, largest):
    """The components by scipy, those that are too large cut along the lattice."""
    labels, _ = ndimage.label(mask)
    lattice = np.add.outer(np.arange(mask.shape[0]) // largest * 1000, np.arange(mask.shape[1]) // largest) + 1
    expected = np.zeros(mask.shape, int)
    for number, (rows, cols) in enumerate(ndimage.find_objects(labels), 1):
        whole = labels == number
        if max(rows.stop - rows.start, cols.stop - cols.start) <= largest:
            expected[whole] = expected.max() + 1
            continue
        for cell in np.unique(lattice[whole]):
            parts, _ = ndimage.label(whole & (lattice == cell))
            expected[parts > 0] = parts[parts > 0] + expected.max()
    return expected


def spiral(size):
    """A line one pixel wide that winds inwards, with one pixel between its turns."""
    mask = np.zeros((size, size), bool)
    row, col, (down, right), length = 0, 0, (0, 1), size - 1
    mask[0, 0] = True
    for turn in range(size):
        for _ in range(length):
            row, col = row + down, col + right
            mask[row, col] = True
        (down, right), length = (right, -down), length - (2 if turn % 2 == 0 and turn else 0)
        if length <= 0:
            break
    return mask


def shapes():
    """Masks that are hard on a labelling by parts."""
    u = np.zeros((90, 60), bool)
    u[5:85, 5:10] = u[5:85, 50:55] = u[80:85, 5:55] = True
    snake = np.zeros((91, 70), bool)
    snake[::4] = True
    snake[2::8, -1] = snake[1::8, -1] = snake[3::8, -1] = True
    snake[5::8, 0] = snake[6::8, 0] = snake[7::8, 0] = True
    comb = np.zeros((80, 81), bool)
    comb[:, ::2] = True
    comb[-1] = True
    chess = np.indices((64, 64)) // 16
    return {
        "u": u, "upside down": u[::-1], "snake": snake, "lying snake": snake.T, "spiral": spiral(77), "comb": comb,
        "comb upwards": comb[::-1], "comb sideways": comb.T, "corners only": chess.sum(axis=0) % 2 == 0,
        "dust": np.indices((50, 50)).sum(axis=0) % 2 == 0,
        "everything": np.ones((70, 90), bool), "nothing": np.zeros((40, 40), bool), "column": np.ones((100, 1), bool),
    }  # fmt: skip


@pytest.mark.parametrize("name", shapes())
@pytest.mark.parametrize("options", [ScanOptions(16, 16), ScanOptions(1, 7), ScanOptions(13, 200), ScanOptions(200, 9)])
def test_shapes_that_go_over_many_seams_stay_whole(tmp_path, name, options):
    mask = shapes()[name]
    with filled(tmp_path, mask) as raster:
        assert same_partition(painted(raster, options), ndimage.label(mask)[0])


@anywhere
@given(st.integers(0, 2**32 - 1), st.integers(9, 140), st.integers(9, 140), st.sampled_from([24, 50, 4096]))
def test_components_do_not_depend_on_the_chunks(tmp_path, seed, rows, columns, largest):
    rng = np.random.default_rng(seed)
    noise = ndimage.gaussian_filter(rng.random((110, 130)), rng.choice([0.0, 1.0, 3.0]))
    mask = noise > np.quantile(noise, rng.choice([0.35, 0.45, 0.8]))  # long winding ones, and small ones
    with filled(tmp_path, mask) as raster:
        picture = painted(raster, ScanOptions(rows, columns, largest))
    assert same_partition(picture, cut(mask, largest))


@pytest.mark.parametrize("side", [20, 33, 128])
def test_what_is_too_large_is_cut_along_the_same_lines_everywhere(tmp_path, side):
    mask = np.ones((100, 130), bool)
    mask[40:44, 10:60] = False
    mask[:, 100] = False  # what lies to the right is cut by no line but that below it
    with filled(tmp_path, mask) as raster:
        picture = painted(raster, ScanOptions(side, side, largest=64))
    assert same_partition(picture, cut(mask, 64))


def test_only_valid_pixels_of_pre_and_the_threshold_count(tmp_path):
    building = np.full((20, 20), 100, np.uint8)
    building[5:10, 5:15] = 140
    pre = np.ones((20, 20), bool)
    pre[:, 10:] = False
    with make_raster(tmp_path / "p.tif", make_grid(20, 20), building, pre_valid=pre) as raster:
        (component,) = ComponentStream(raster, ObjectVote())
        assert component.mask.shape == (5, 5)
        assert not list(ComponentStream(raster, ObjectVote(building_threshold=0.6, damaged_building_threshold=0.6)))


def test_of_a_sparse_scene_only_what_was_stored_is_read(tmp_path, monkeypatch):
    steps, read = [], []
    building = np.zeros((300, 300), np.uint8)
    building[100:130, 100:120] = 200
    with make_raster(tmp_path / "p.tif", make_grid(9_000, 8_000), building, at=(6000, 5900)) as raster:
        band = raster.read_building
        monkeypatch.setattr(raster, "read_building", lambda window: read.append(window) or band(window))
        seen = [
            [(c.window.row_off, c.window.col_off) for c in result.components]
            for result in ComponentStream(raster, ObjectVote()).scan(lambda done, total: steps.append((done, total)))
        ]
    assert [place for places in seen for place in places] == [(6100, 6000)]
    assert [done for done, _ in steps] == list(range(len(seen) + 1))
    assert {total for _, total in steps} == {len(seen)} == {9 * 16}
    assert len(read) == 4, "two by two chunks meet what was stored"


class Staircase:
    """A raster of which chunks are ready by chance, as if it were being filled."""

    def __init__(self, raster, seed):
        self.grid, self.holds = raster.grid, raster.holds
        self.read, self.read_building = raster.read, raster.read_building
        self._chance = random.Random(seed)

    def ready(self, window):
        del window
        return self._chance.random() < 0.3


@anywhere
@given(st.integers(0, 2**32 - 1), st.sampled_from([30, 4096]))
def test_turns_are_those_of_a_scan_chunk_by_chunk(tmp_path, seed, largest):
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).random((90, 110)), 1.5)
    mask = noise > np.median(noise)
    with filled(tmp_path, mask) as raster:
        expected, found = (
            [
                (result.chunk, sorted((c.turn, c.anchor, c.mask.tobytes()) for c in result.components))
                for result in ComponentStream(source, ObjectVote(), ScanOptions(12, 17, largest)).scan()
            ]
            for source in (raster, Staircase(raster, seed))
        )
    assert {turn for chunk, items in expected for turn, *_ in items if turn != chunk} == set()
    assert [chunk for chunk, _ in found] != [chunk for chunk, _ in expected], "chunks came early"
    assert sorted(item for _, items in found for item in items) == sorted(i for _, items in expected for i in items)
    scanned = -1
    done = set()
    for chunk, items in found:
        assert all(turn > scanned for turn, *_ in items), "nothing comes after its turn"
        done.add(chunk)
        while scanned + 1 in done:
            scanned += 1


@pytest.mark.parametrize("density", [0.0, 0.3, 0.6, 1.0])
def test_the_boxes_are_those_of_scipy(density):
    mask = np.random.default_rng(3).random((31, 47)) < density
    labels, boxes = _label(mask, PixelBox(100, 200, 131, 247))
    expected, count = ndimage.label(mask)
    assert same_partition(labels, expected)
    assert len(boxes) == count + 1
    for box, (rows, cols) in zip(boxes[1:], ndimage.find_objects(labels), strict=True):
        assert (box.top, box.left) == (rows.start + 100, cols.start + 200)
        assert (box.bottom, box.right) == (rows.stop + 100, cols.stop + 200)
