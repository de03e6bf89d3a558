"""What was written is read back through any window, what was not reads as not assessed, and disks may fail."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st
from rasterio.windows import Window

from tests.checkout import ROOT
from tests.engine.probability_scene import classes, make_grid, make_raster
from xview2_qgis.engine.errors import RuntimeFailure
from xview2_qgis.engine.probability.block import ProbabilityBlock
from xview2_qgis.engine.probability.store import ProbabilityRaster

WIDTH, HEIGHT, TILE = 600, 530, 190  # several blocks of the file, and tiles across their borders


def block(scene, window):
    building, damage, pre, post = scene
    rows, cols = window.toslices()
    return ProbabilityBlock(window, building[rows, cols], damage[:, rows, cols], pre[rows, cols], post[rows, cols])


ENDS = [190, 200, 201, 390, HEIGHT]  # bands of all heights, one of them without any pixel


def tiles(width, height, side=TILE):
    for top in range(0, height, side):
        for left in range(0, width, side):
            yield Window(left, top, min(side, width - left), min(side, height - top))


@pytest.fixture(scope="module")
def scene():
    rng = np.random.default_rng(7)
    shape = HEIGHT, WIDTH
    building, damage = rng.integers(0, 256, shape, np.uint8), rng.integers(0, 256, (4, *shape), np.uint8)
    pre, post = rng.random(shape) < 0.7, rng.random(shape) < 0.6
    for empty in (building[200], damage[:, 200], pre[200], post[200]):
        empty[:] = 0
    return building, damage, pre, post


@pytest.fixture(scope="module")
def raster(scene, tmp_path_factory):
    random = np.random.default_rng(3)
    folder = tmp_path_factory.mktemp("raster")
    with ProbabilityRaster(folder, make_grid(WIDTH, HEIGHT), ends=ENDS) as raster:
        for top, end in pairwise([0, *ENDS]):
            # finished in any order
            windows = [Window(left, top, min(TILE, WIDTH - left), end - top) for left in range(0, WIDTH, TILE)]
            random.shuffle(windows)
            for window in windows if top != 200 else ():
                raster.write(block(scene, window))
            assert raster.finish() == (top != 200)
        assert sorted(path.name for path in folder.iterdir()) == [f"row-{n:06d}.tif" for n in (0, 1, 3, 4)]
        yield raster


@given(st.data())
def test_any_window_reads_what_was_written_there(raster, scene, data):
    left, top = data.draw(st.integers(0, WIDTH - 1)), data.draw(st.integers(0, HEIGHT - 1))
    width, height = data.draw(st.integers(1, WIDTH - left)), data.draw(st.integers(1, HEIGHT - top))
    window = Window(left, top, width, height)
    expected, read = block(scene, window), raster.read(window)
    assert raster.ready(window)
    assert read.window == window
    for name in ("building", "damage", "pre_valid", "post_valid"):
        assert getattr(read, name).dtype == getattr(expected, name).dtype
        np.testing.assert_array_equal(getattr(read, name), getattr(expected, name))
    np.testing.assert_array_equal(raster.read_building(window), expected.building)
    np.testing.assert_array_equal(raster.read_validity(window), expected.pre_valid & expected.post_valid)


def test_what_was_stored_is_known_without_reading(tmp_path):
    everything = np.full((100, 300), 200, np.uint8)
    with make_raster(tmp_path / "p.tif", make_grid(5000, 3000), everything, at=(1000, 2000)) as raster:
        assert raster.holds(Window(0, 0, 5000, 3000))
        assert raster.holds(Window(2299, 1099, 1, 1))
        assert not raster.holds(Window(0, 0, 5000, 700))
        assert not raster.holds(Window(0, 1500, 5000, 1500))
        assert not raster.holds(Window(2800, 1000, 100, 100))


def test_the_file_is_a_raster_on_the_grid_that_others_can_read(tmp_path):
    grid = make_grid(70, 50, degrees=20)
    building = np.arange(50 * 70, dtype=np.uint8).reshape(50, 70)
    with make_raster(tmp_path / "p.tif", grid, building) as raster:
        assert raster.grid == grid
    raster.close()  # a second time is no error
    with rasterio.open(tmp_path / "p.tif" / "row-000000.tif") as file:
        assert (file.width, file.height, file.count) == (70, 50, 6)
        assert file.crs == grid.crs
        assert file.transform.almost_equals(grid.transform)
        np.testing.assert_array_equal(file.read(1), building)
        np.testing.assert_array_equal(file.read([2, 3, 4, 5]), classes(50, 70))


@pytest.mark.parametrize(("side", "compression"), [(4096, None), (8192, "ZSTD")])
def test_what_was_never_written_is_not_assessed_and_takes_no_space(tmp_path, side, compression):
    with ProbabilityRaster(tmp_path / "p.tif", make_grid(side, side)) as raster:
        everywhere = np.ones((256, 256), bool)
        noise = np.random.default_rng(1).integers(1, 256, (256, 256), np.uint8)
        raster.write(ProbabilityBlock(Window(256, 512, 256, 256), noise, classes(256, 256), everywhere, everywhere))
        raster.finish()
        read = raster.read(Window(200, 500, 400, 300))
        written = np.zeros((300, 400), bool)
        written[12:268, 56:312] = True
        np.testing.assert_array_equal(read.pre_valid & read.post_valid, written)
        np.testing.assert_array_equal(read.building > 0, written)
        assert not read.damage[:, ~written].any()
        assert not raster.read_validity(Window(side - 300, side - 300, 300, 300)).any()
    assert raster.band_path(0).stat().st_size < 1_000_000  # of at least 100 MB
    with rasterio.open(raster.band_path(0)) as file:
        assert file.profile.get("compress", "none").upper() == (compression or "NONE")


def test_threads_that_read_while_one_writes_do_not_disturb_each_other(scene, tmp_path):
    ends = [*range(61, HEIGHT, 61), HEIGHT]
    with ProbabilityRaster(tmp_path / "p", make_grid(WIDTH, HEIGHT), ends=ends) as raster:
        start = threading.Barrier(4)

        def write():
            start.wait(30)
            for top, end in pairwise([0, *ends]):
                raster.write(block(scene, Window(0, top, WIDTH, end - top)))
                raster.finish()

        def read(seed):
            random = np.random.default_rng(seed)
            start.wait(30)
            while not raster.complete:
                if raster.finished:
                    top = int(random.integers(0, ends[raster.finished - 1]))
                    window = Window(int(random.integers(0, 400)), top, 99, ends[raster.finished - 1] - top)
                    np.testing.assert_array_equal(raster.read(window).damage, block(scene, window).damage)
                    np.testing.assert_array_equal(raster.read_building(window), block(scene, window).building)

        with ThreadPoolExecutor(4) as pool:
            for done in [pool.submit(write), *(pool.submit(read, seed) for seed in range(3))]:
                done.result()
        np.testing.assert_array_equal(raster.read(raster.grid.window).building, scene[0])


def test_a_band_of_another_run_is_adopted(scene, tmp_path):
    grid = make_grid(WIDTH, HEIGHT)
    with ProbabilityRaster(tmp_path, grid, ends=[300, HEIGHT]) as first:
        first.write(block(scene, Window(0, 0, WIDTH, 300)))
        first.finish()
    with ProbabilityRaster(tmp_path, grid, ends=[300, HEIGHT]) as second:
        assert not second.ready(Window(0, 0, 9, 9))
        second.adopt(True)
        assert second.ready(Window(0, 0, WIDTH, 300))
        second.write(block(scene, Window(0, 300, WIDTH, HEIGHT - 300)))
        second.finish()
        np.testing.assert_array_equal(second.read(grid.window).damage, scene[1])


@pytest.mark.parametrize("lost", [60, 40_000])
def test_a_file_that_is_not_whole_is_found_out_when_it_is_closed(scene, tmp_path, monkeypatch, lost):
    """GDAL says nothing when the disk is full on closing."""
    with ProbabilityRaster(tmp_path, make_grid(WIDTH, HEIGHT)) as raster:
        raster.write(block(scene, Window(0, 0, WIDTH, HEIGHT)))
        opened = rasterio.open

        def cut(path, *rest, **options):
            os.truncate(path, os.path.getsize(path) - lost)
            return opened(path, *rest, **options)

        monkeypatch.setattr("xview2_qgis.engine.probability.band.rasterio.open", cut)
        with pytest.raises(RuntimeFailure) as caught:
            raster.finish()
    assert caught.value.code == "working-file"


def test_a_full_disk_is_told_and_not_found_out_later(scene, tmp_path):
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill():
        raster.write(block(scene, Window(0, 0, 512, 512)))
        raster.finish()

    with ProbabilityRaster(tmp_path / "p.tif", make_grid(512, 512)) as raster:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))  # no file may grow further
        try:
            with pytest.raises(RuntimeFailure, match=r"row-000000\.tif") as caught:
                fill()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (caught.value.code, caught.value.exit_code) == ("working-file", 5)
    assert "free space" in caught.value.hint


def test_a_file_that_lost_its_pixels_is_told_by_every_way_of_reading(tmp_path):
    lost = (
        "import os, sys; from pathlib import Path; import numpy as np\n"
        "from tests.engine.probability_scene import make_grid, make_raster\n"
        "from xview2_qgis.engine.errors import RuntimeFailure\n"
        "raster = make_raster(Path(sys.argv[1]), make_grid(1024, 1024), np.full((1024, 1024), 7, np.uint8))\n"
        "os.truncate(raster.band_path(0), 1000)\n"
        "for read in (raster.read, raster.read_building, raster.read_validity):\n"
        "    try: read(raster.grid.window)\n"
        "    except RuntimeFailure as error: print(error.code)\n"
    )
    # in a process of its own, because GDAL decides once how much it remembers of what was written
    settings = {**os.environ, "GDAL_CACHEMAX": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", lost, str(tmp_path / "p.tif")]
    done = subprocess.run(command, env=settings, capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == ["working-file"] * 3, done.stderr


def test_a_file_that_cannot_be_created_is_told(tmp_path):
    with pytest.raises(RuntimeFailure) as caught:
        ProbabilityRaster(tmp_path / "missing" / "p", make_grid(64, 64))
    assert (caught.value.code, caught.value.exit_code) == ("working-file", 5)
    assert list(tmp_path.iterdir()) == []
