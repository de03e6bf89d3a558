import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from rasterio.windows import Window

from xview2_qgis.engine.probability.block import BANDS, ProbabilityBlock, both_valid


@given(st.integers(0, 2**32 - 1), st.integers(1, 7), st.integers(1, 7))
def test_bands_hold_everything(seed, height, width):
    rng = np.random.default_rng(seed)
    building, damage = (
        rng.integers(0, 256, (height, width), np.uint8),
        rng.integers(0, 256, (4, height, width), np.uint8),
    )
    pre, post = rng.random((2, height, width)) < 0.5
    bands = ProbabilityBlock(Window(3, 4, width, height), building, damage, pre, post).bands()
    assert (bands.shape, bands.dtype) == ((BANDS, height, width), np.uint8)
    read = ProbabilityBlock.from_bands(Window(3, 4, width, height), bands)
    np.testing.assert_array_equal(read.building, building)
    np.testing.assert_array_equal(read.damage, damage)
    np.testing.assert_array_equal(read.pre_valid, pre)
    np.testing.assert_array_equal(read.post_valid, post)
    np.testing.assert_array_equal(both_valid(bands[5]), pre & post)
    np.testing.assert_array_equal(read.pixels.valid, pre & post)


def test_a_block_needs_no_gdal():
    code = "import sys, xview2_qgis.engine.probability.block; sys.exit('rasterio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
