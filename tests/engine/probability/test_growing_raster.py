"""Reading what is still being written gives what the filled raster would give, and every end reaches the reader."""

import threading
import time

import numpy as np
import pytest
from rasterio.windows import Window

from tests.engine.probability_scene import classes, make_grid
from tests.engine.stages.patience import ends, nothing
from xview2_qgis.engine.errors import Cancelled, RuntimeFailure
from xview2_qgis.engine.probability.block import ProbabilityBlock
from xview2_qgis.engine.probability.growing_raster import GrowingRaster
from xview2_qgis.engine.probability.store import ProbabilityRaster
from xview2_qgis.engine.run.cancellation import Cancellation
from xview2_qgis.engine.stages.group import StageGroup, Stopped

PATIENCE_S = 30


def filled(window, value):
    shape = window.height, window.width
    everywhere = np.ones(shape, bool)
    return ProbabilityBlock(window, np.full(shape, value, np.uint8), classes(*shape), everywhere, everywhere)


def test_blocks_of_another_band_are_refused(tmp_path):
    with ProbabilityRaster(tmp_path / "p", make_grid(64, 64), ends=[32, 64]) as raster:
        growing = GrowingRaster(raster, StageGroup(nothing))
        growing.write(filled(Window(32, 0, 32, 32), 1))
        with pytest.raises(ValueError, match="band 0"):
            growing.write(filled(Window(0, 32, 32, 32), 1))
        growing.finish()
        with pytest.raises(ValueError, match="band 1"):
            growing.write(filled(Window(0, 16, 32, 32), 1))


def test_reading_waits_for_the_rows_and_left_out_blocks_are_empty(tmp_path):
    with ProbabilityRaster(tmp_path / "p", make_grid(96, 64), ends=[32, 64]) as raster:
        growing = GrowingRaster(raster, StageGroup(nothing))
        values = []
        reader = threading.Thread(
            target=lambda: values.extend(
                [
                    growing.holds(Window(64, 0, 32, 32)),
                    growing.read_building(Window(0, 0, 96, 32)).max(),
                    growing.read(Window(0, 0, 96, 64)).building,
                ]
            ),
            daemon=True,
        )
        reader.start()
        growing.write(filled(Window(0, 0, 32, 32), 5))
        assert growing.ready(Window(0, 0, 32, 32))
        assert not growing.ready(Window(0, 0, 33, 32))
        time.sleep(0.02)
        assert not values
        growing.write(filled(Window(64, 0, 32, 32), 7))  # the one between was left out
        assert growing.ready(Window(0, 0, 96, 32))
        assert not growing.ready(Window(0, 0, 1, 33))
        assert growing.holds(Window(0, 0, 1, 1))
        time.sleep(0.02)
        assert len(values) < 3
        assert growing.finish()
        assert growing.ready(Window(0, 0, 96, 32))
        assert not growing.ready(Window(0, 0, 96, 33))
        growing.write(filled(Window(0, 32, 32, 32), 9))
        growing.finish()
        reader.join(PATIENCE_S)
        assert growing.filled() is raster
    expected = np.zeros((64, 96))
    expected[:32, :32], expected[:32, 64:], expected[32:, :32] = 5, 7, 9
    assert values[:2] == [True, 7]
    np.testing.assert_array_equal(values[2], expected)


@pytest.mark.parametrize("end", ["error", "cancelling"])
def test_reading_ends_when_the_raster_will_not_be_filled(tmp_path, end):
    error, cancellation, heard = RuntimeFailure("no device", "use another", "device"), Cancellation(), []

    def read(growing):
        try:
            growing.read(Window(0, 0, 64, 64))
        except (Stopped, Cancelled) as stop:
            heard.append(stop)
            raise

    def run():
        with (
            ProbabilityRaster(tmp_path / "p.tif", make_grid(64, 64)) as raster,
            StageGroup(cancellation.check) as stages,
        ):
            growing = GrowingRaster(raster, stages)
            stages.start("reader", lambda: read(growing))
            if end == "error":
                raise error
            cancellation.request()

    outcome = ends(run)
    assert outcome is error if end == "error" else isinstance(outcome, Cancelled)
    assert len(heard) == 1


@pytest.mark.parametrize("late", [False, True])
def test_an_error_of_the_reader_ends_the_writer_or_is_raised_at_its_end(tmp_path, late):
    error, rows = RuntimeFailure("no space", "free some", "output-write"), []

    def read(growing):
        if late:
            growing.filled()
        raise error

    def run():
        with ProbabilityRaster(tmp_path / "p.tif", make_grid(40, 40)) as raster, StageGroup(nothing) as stages:
            growing = GrowingRaster(raster, stages)
            stages.start("reader", lambda: read(growing))
            for top in range(40):
                growing.write(filled(Window(0, top, 40, 1), 3))
                rows.append(time.sleep(0 if late else 0.05))
            growing.finish()

    assert ends(run) is error
    assert (len(rows) == 40) == late
