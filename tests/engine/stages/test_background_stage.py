"""A follower ends with the block that fills its raster, whichever side fails."""

import threading
import time

import numpy as np
import pytest
from rasterio.windows import Window

from tests.engine.probability_scene import classes, make_grid, silent_run
from xview2_qgis.engine.errors import RuntimeFailure
from xview2_qgis.engine.probability.growing_raster import GrowingRaster
from xview2_qgis.engine.probability.store import ProbabilityBlock, ProbabilityRaster
from xview2_qgis.engine.stages.background_stage import Follower

WHOLE = Window(0, 0, 40, 40)


@pytest.fixture
def growing(tmp_path):
    with ProbabilityRaster(tmp_path / "p.tif", make_grid(40, 40)) as raster:
        yield GrowingRaster(raster, silent_run().check)
    assert not [thread for thread in threading.enumerate() if thread.name == "follower"]


def fill(growing, pause=lambda: None):
    """Write a row at a time."""
    row = np.ones((1, 40), bool)
    for top in range(40):
        growing.write(ProbabilityBlock(Window(0, top, 40, 1), row * np.uint8(3), classes(1, 40), row, row))
        pause()


def test_the_result_is_there_after_the_block(growing):
    with Follower(growing, lambda: int(growing.filled().read_building(WHOLE).sum())) as follower:
        fill(growing)
    assert follower.result == 3 * 1600


def test_an_error_of_the_block_ends_the_work(growing):
    def work():
        try:
            growing.filled()
        finally:
            left.append(True)

    left = []
    with pytest.raises(RuntimeFailure, match="no device"), Follower(growing, work):
        raise RuntimeFailure("no device", "use another", "device")
    assert left == [True]


@pytest.mark.parametrize("late", [False, True])
def test_an_error_of_the_work_ends_the_block_or_is_raised_at_its_end(growing, late):
    def work():
        if late:
            growing.filled()
        raise error

    error = RuntimeFailure("no space", "free some", "output-write")
    rows = []
    with pytest.raises(RuntimeFailure) as caught, Follower(growing, work):
        fill(growing, lambda: rows.append(time.sleep(0 if late else 0.05)))
    assert caught.value is error
    assert (len(rows) == 40) == late
