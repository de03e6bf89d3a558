"""The pipeline gives the analytic answer on a real bundle, and every failure ends it at once."""

import threading
import time

import numpy as np
import pytest
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.crs import CRS

from tests.engine.recorder import Recorder
from tests.engine.stages.patience import ends
from tests.engine.tiny_bundle import expected_building, expected_damage, write_tiny_bundle
from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.decision.tile_prediction import TilePrediction
from xview2_qgis.engine.errors import Cancelled, InputError, RuntimeFailure
from xview2_qgis.engine.geo.grid import Grid
from xview2_qgis.engine.inference.devices import RuntimeOptions
from xview2_qgis.engine.inference.pipeline import run_inference
from xview2_qgis.engine.inference.predictor import open_predictor
from xview2_qgis.engine.inference.strips import MemoryStrips
from xview2_qgis.engine.probability.store import ProbabilityRaster
from xview2_qgis.engine.run.cancellation import Cancellation
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.run.text_events import TextEvents
from xview2_qgis.engine.scene.pair_tile import PairTile
from xview2_qgis.engine.scene.tiling import EQUAL_TILES, Tiling

SIZE, OVERLAP = 64, 8


class Scene:
    """Stands for an aligned pair: random images; holes are made by clearing the validity."""

    def __init__(self, width, height, seed=0):
        rng = np.random.default_rng(seed)
        self.pre, self.post = rng.integers(0, 256, (2, 3, height, width), dtype=np.uint8)
        self.pre_valid = np.ones((height, width), bool)
        self.post_valid = np.ones((height, width), bool)
        self.read_windows = []

    def read(self, window):
        self.read_windows.append(window)
        height, width = self.pre_valid.shape
        rows = np.arange(window.row_off, window.row_off + window.height)
        cols = np.arange(window.col_off, window.col_off + window.width)
        inside = ((rows >= 0) & (rows < height))[:, None] & ((cols >= 0) & (cols < width))[None, :]
        at = np.ix_(rows.clip(0, height - 1), cols.clip(0, width - 1))
        pre_valid, post_valid = self.pre_valid[at] & inside, self.post_valid[at] & inside
        if not pre_valid.any():
            return None
        pre = np.stack([band[at] for band in self.pre]) * pre_valid
        post = np.where(post_valid, np.stack([band[at] for band in self.post]), pre)
        return PairTile(window, pre, post, pre_valid, post_valid)


class Blocks(list):
    """Stands for the rows of tiles where only the blocks matter."""

    first_row = 0

    def __init__(self):
        self.strips = MemoryStrips()
        self.rows = []

    def write(self, block):
        self.append(block)

    def write_features(self, tile, features):
        pass

    def finish(self, row):
        self.rows.append(row)


class InRaster(Blocks):
    """Passes blocks on to a real raster of one band."""

    def __init__(self, raster):
        super().__init__()
        self.write = raster.write


class Constant:
    """Stands for the networks where only the flow matters."""

    def __init__(self, batch_size=1, act=lambda count: None, workers=1):
        self.batch_size, self.workers = batch_size, workers
        self.count = 0
        self._act = act

    def predict(self, tiles):
        self.count += len(tiles)
        self._act(self.count)
        shape = tiles[0].pre.shape[1:]
        answer = TilePrediction(np.full(shape, 0.6, np.float32), np.full((4, *shape), 0.25, np.float32), gated=False)
        return [answer] * len(tiles)


def run(scene, predictor, raster, events=None, cancellation=None, offset=(0, 0)):
    height, width = scene.pre_valid.shape
    plan = Tiling(width, height, SIZE, OVERLAP, offset, getattr(predictor, "edges", EQUAL_TILES))
    return run_inference(scene, plan, predictor, raster, RunContext(events or Recorder(), cancellation))


def assemble(scene, predictor, path, **options):
    """Run into a real raster, and return its whole content and the number of tiles that the network saw."""
    height, width = scene.pre_valid.shape
    grid = Grid(CRS.from_epsg(32633), Affine(0.5, 0, 500000, 0, -0.5, 5e6), width, height, 0.5)
    with ProbabilityRaster(path, grid) as raster:
        tiles = run(scene, predictor, InRaster(raster), **options)
        raster.finish()
        return raster.read(grid.window), tiles


def scene_with_holes():
    scene = Scene(300, 200)
    scene.pre_valid[20:40, 30:60] = False
    scene.post_valid[20:40, 50:90] = False
    scene.pre_valid[:, 200:] = scene.post_valid[:, 200:] = False
    scene.pre_valid[150:, 280:] = scene.post_valid[150:, 280:] = True
    return scene


@pytest.mark.parametrize("batch_size", [1, 3])
@pytest.mark.parametrize("kind", ["joint", "separate"])
def test_the_answer_is_that_of_the_formula(tmp_path, kind, batch_size):
    scene = scene_with_holes()
    bundle = open_bundle(write_tiny_bundle(tmp_path / "b", SIZE, OVERLAP, kind=kind))
    predictor = open_predictor(bundle, RuntimeOptions("cpu", batch_size=batch_size), TextEvents())
    events = Recorder()
    block, tiles = assemble(scene, predictor, tmp_path / "p.tif", events=events)

    np.testing.assert_array_equal(block.pre_valid, scene.pre_valid)
    np.testing.assert_array_equal(block.post_valid, scene.post_valid)
    pre = scene.pre * scene.pre_valid
    post = np.where(scene.post_valid, scene.post, pre)
    seen = scene.pre_valid | scene.post_valid
    building = np.rint(expected_building(pre) * 255)
    assert np.abs(block.building - building)[seen].max() <= 1
    sure = seen & (building > 0)
    assert np.abs(block.damage - expected_damage(pre, post) * 255)[:, sure].max() <= 1
    assert block.building[~seen].max() == 0
    assert block.damage[:, ~seen].max() == 0

    done = [step[1] for step in events.steps]
    assert done == sorted(set(done))
    total = len(Tiling(300, 200, SIZE, OVERLAP))
    assert (done[0], done[-1]) == (0, total)
    assert len(done) > tiles / batch_size
    assert 0 < tiles < total
    done = [step[1] for step in events.steps]
    assert done == sorted(done)
    assert events.steps[-1] == ("infer", total, total)


def test_shifting_the_lattice_changes_nothing_but_rounding(tmp_path):
    scene = scene_with_holes()
    bundle = open_bundle(write_tiny_bundle(tmp_path / "b", SIZE, OVERLAP))
    predictor = open_predictor(bundle, RuntimeOptions("cpu"), TextEvents())
    first, _ = assemble(scene, predictor, tmp_path / "a.tif")
    second, _ = assemble(scene, predictor, tmp_path / "b.tif", offset=(SIZE // 2, SIZE // 2))
    assert np.abs(first.building.astype(int) - second.building).max() <= 1
    sure = first.building > 2
    assert np.abs(first.damage.astype(int) - second.damage)[:, sure].max() <= 1
    np.testing.assert_array_equal(first.post_valid, second.post_valid)


def test_runs_side_by_side_give_the_same(tmp_path):
    class Uneven(Constant):
        """The first of two runs takes longer, and every answer is another one."""

        def predict(self, tiles):
            number = int(tiles[0].window.col_off)
            time.sleep(0.004 if number // 32 % 2 else 0.0)
            shape = tiles[0].pre.shape[1:]
            value = np.float32(number % 97 / 97)
            return [TilePrediction(np.full(shape, value), np.full((4, *shape), 0.25, np.float32), gated=False)]

    blocks = {workers: Blocks() for workers in (1, 2)}
    for workers, sink in blocks.items():
        assert run(Scene(SIZE * 12, SIZE * 2), Uneven(workers=workers), sink) == len(sink)
    for one, two in zip(*blocks.values(), strict=True):
        assert one.window == two.window
        np.testing.assert_array_equal(one.building, two.building)


def test_empty_tiles_cost_nothing():
    scene = Scene(1000, 1000)
    scene.pre_valid[:] = False
    predictor, raster = Constant(), Blocks()
    tiles = run(scene, predictor, raster)
    assert (tiles, predictor.count, raster) == (0, 0, [])
    assert raster.rows == list(range(Tiling(1000, 1000, SIZE, OVERLAP).rows))
    assert len(scene.read_windows) == len(Tiling(1000, 1000, SIZE, OVERLAP))


def test_batches_are_filled_across_rows_and_past_empty_tiles():
    """But for the last one they are full: neither the end of a row nor a tile without data cuts them."""
    plan = Tiling(SIZE * 5, SIZE * 4, SIZE, OVERLAP)
    assert plan.columns % 4  # or rows would fill batches by themselves
    assert plan.rows > 2
    scene, sizes = Scene(SIZE * 5, SIZE * 4), []
    empty = [plan.tile(index).window for index in (0, 2, plan.columns, plan.columns + 3, 3 * plan.columns - 1)]
    tile_of = scene.read
    scene.read = lambda window: None if window in empty else tile_of(window)

    class Counting(Constant):
        def predict(self, tiles):
            sizes.append(len(tiles))
            return super().predict(tiles)

    seen = run(scene, Counting(batch_size=4), Blocks())
    assert seen == len(plan) - len(empty)
    assert sizes == [4] * (seen // 4) + [seen % 4] * (seen % 4 > 0)


def test_finished_rows_are_neither_read_nor_predicted():
    plan = Tiling(300, 300, SIZE, OVERLAP)
    scene, predictor, rows, events = Scene(300, 300), Constant(), Blocks(), Recorder()
    rows.first_row = 3
    assert run(scene, predictor, rows, events) == len(plan) - 3 * plan.columns
    assert scene.read_windows[0].row_off == plan.tile(3 * plan.columns).window.row_off
    assert len(scene.read_windows) == predictor.count == len(plan) - 3 * plan.columns
    assert rows.rows == list(range(3, plan.rows))
    assert events.steps[0] == ("infer", 3 * plan.columns, len(plan))
    assert events.steps[-1] == ("infer", len(plan), len(plan))
    rows, rows.first_row = Blocks(), plan.rows
    assert run(scene, predictor, rows) == 0


def test_few_tiles_are_in_memory_when_the_network_is_slow():
    scene = Scene(SIZE * 30, SIZE)
    ahead = []

    def compare(count):
        time.sleep(0.005)
        ahead.append(len(scene.read_windows) - count)

    run(scene, Constant(act=compare), Blocks())
    assert max(ahead) <= 5


class FailsAfter:
    """Raises an error at the n-th call."""

    def __init__(self, error, calls):
        self._error, self._left = error, calls

    def __call__(self, *_):
        self._left -= 1
        if self._left < 0:
            raise self._error


@pytest.mark.parametrize("calls", [0, 1, 7, 19])
@pytest.mark.parametrize("stage", ["reader", "network", "writer"])
@pytest.mark.parametrize("batch_size", [1, 4])
@pytest.mark.parametrize("workers", [1, 2])
def test_the_first_error_ends_all_stages_and_is_raised(stage, calls, batch_size, workers):
    error = InputError("the image ends", "get it again", "truncated")
    fail = FailsAfter(error, calls if stage != "network" else calls // batch_size)
    scene, raster = Scene(SIZE * 20, SIZE), Blocks()
    predictor = Constant(batch_size, fail if stage == "network" else lambda count: None, workers)
    if stage == "reader":
        scene.read = lambda window, read=scene.read: fail() or read(window)
    if stage == "writer":
        raster.write = fail
    assert ends(lambda: run(scene, predictor, raster)) is error


def test_too_little_memory_is_explained():
    scene = Scene(SIZE * 3, SIZE)
    error = ends(lambda: run(scene, Constant(act=FailsAfter(MemoryError(), 1)), Blocks()))
    assert isinstance(error, RuntimeFailure)
    assert error.code == "out-of-memory"


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["reader", "network", "writer", "other"]),
    st.integers(0, 30),
    st.integers(1, 4),
    st.floats(0, 0.003),
    st.integers(1, 2),
)
def test_cancelling_at_any_moment_ends_all_stages(stage, moment, batch_size, pause, workers):
    cancellation = Cancellation()
    scene, raster = Scene(SIZE * 20, SIZE), Blocks()
    calls = {"reader": 0, "writer": 0}

    def at(name):
        time.sleep(pause)
        calls[name] += 1
        if stage == name and calls[name] > moment // 2:
            cancellation.request()

    def in_network(count):
        if stage == "network" and count > moment // 2:
            cancellation.request()

    scene.read = lambda window, read=scene.read: at("reader") or read(window)
    raster.write = lambda block: at("writer")
    if stage == "other":
        threading.Timer(moment / 1000, cancellation.request).start()
    outcome = ends(lambda: run(scene, Constant(batch_size, in_network, workers), raster, cancellation=cancellation))
    # the request may come after the last tile
    late = not (stage == "reader" and moment < 20)
    assert isinstance(outcome, Cancelled) or (late and isinstance(outcome, int))


def test_cancelled_within_one_tile():
    cancellation = Cancellation()
    predictor = Constant(act=lambda count: cancellation.request() if count == 3 else None)
    error = ends(lambda: run(Scene(SIZE * 20, SIZE), predictor, Blocks(), cancellation=cancellation))
    assert isinstance(error, Cancelled)
    assert predictor.count in (3, 4)  # the next one may have been handed over already


@pytest.mark.parametrize("batch_size", [1, 3])
def test_on_the_cpu_tiles_at_the_edge_are_smaller_one_by_one(tmp_path, batch_size):
    scene = scene_with_holes()
    blocks, shapes = [], []
    for multiple in (0, 8):
        folder = write_tiny_bundle(tmp_path / str(multiple), SIZE, OVERLAP, features=8, multiple=multiple)
        predictor = open_predictor(open_bundle(folder), RuntimeOptions("cpu", batch_size=batch_size), TextEvents())
        seen = []
        predict = predictor.predict
        predictor.predict = lambda tiles, predict=predict, seen=seen: (
            seen.extend(tile.post.shape[1:] for tile in tiles) or predict(tiles)
        )
        block, _ = assemble(scene, predictor, tmp_path / f"{multiple}.tif")
        blocks.append(block)
        shapes.append(set(seen))
    np.testing.assert_array_equal(blocks[0].building, blocks[1].building)
    np.testing.assert_array_equal(blocks[0].damage, blocks[1].damage)
    assert shapes[0] == {(SIZE, SIZE)}
    assert (len(shapes[1]) > 1) == (batch_size == 1)  # a batch is of one size
    assert max(shapes[1]) <= (SIZE, SIZE)
