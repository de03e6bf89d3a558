"""What was never written into a sparse file is known to be empty, and only that."""

from contextlib import contextmanager

import numpy as np
import pytest
import rasterio
from affine import Affine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasterio.windows import Window

from xview2_qgis.engine.raster.opening import open_source
from xview2_qgis.protocol.options.nodata_rule import NodataRule

SIDE = 200


@contextmanager
def sparse(folder, written, nodata="0", count=3, **profile):
    """A file of 200 × 200 pixels in which only some windows were written, all of them with data."""
    path = str(folder / "sparse.tif")
    options = {"tiled": True, "blockxsize": 32, "blockysize": 16} | profile
    with rasterio.open(
        path, "w", driver="GTiff", width=SIDE, height=SIDE, count=count, dtype="uint8", crs="EPSG:32633",
        transform=Affine(0.5, 0, 500000, 0, -0.5, 5e6), sparse_ok=True, **options,
    ) as file:  # fmt: skip
        if nodata != "none":
            file.nodata = float(nodata)
        for window in written:
            values = np.random.default_rng(7).integers(20, 200, (count, window.height, window.width), np.uint8)
            file.write(values, window=window)
    with open_source(path) as source:
        yield source


@st.composite
def windows(draw):
    left, top = draw(st.integers(0, SIDE - 1)), draw(st.integers(0, SIDE - 1))
    return Window(left, top, draw(st.integers(1, SIDE - left)), draw(st.integers(1, SIDE - top)))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(windows(), max_size=2), st.lists(windows(), min_size=1, max_size=8),
    st.sampled_from(["0", "255", "none"]), st.sampled_from(["pixel", "band"]), st.booleans(),
)  # fmt: skip
def test_what_is_empty_reads_as_nothing(tmp_path, written, asked, nodata, interleave, striped):
    blocks = {"tiled": False, "blockysize": 16, "blockxsize": None} if striped else {}
    with sparse(tmp_path, written, nodata, interleave=interleave, **blocks) as source:
        high, wide = source.block_shape
        for window in asked:
            empty = source.is_empty(window)
            if empty:
                values, valid = source.read(window)
                # without a nodata value black areas are found elsewhere, when they are as wide as a block
                assert not valid.any() if nodata != "none" else not values.any()
            last = window.row_off + window.height - 1, window.col_off + window.width - 1
            box = [window.row_off // high, last[0] // high, window.col_off // wide, last[1] // wide]
            hit = any(
                w.row_off // high <= box[1] and (w.row_off + w.height - 1) // high >= box[0]
                and w.col_off // wide <= box[3] and (w.col_off + w.width - 1) // wide >= box[2]
                for w in written
            )  # fmt: skip
            known = nodata != "none" or any(fill.values == (0, 0, 0) for fill in source.fill)
            assert empty == (known and not hit)


@pytest.mark.parametrize("profile", [{"count": 4, "alpha": "yes"}, {"blockysize": 1, "tiled": False, "nodata": "none"}])
def test_what_cannot_be_known_is_read(tmp_path, profile):
    with sparse(tmp_path, [Window(0, 0, 64, 64)], **profile) as source:
        assert not source.is_empty(Window(150, 150, 20, 20))


def test_a_nodata_value_that_does_not_count_says_nothing(tmp_path):
    with sparse(tmp_path, [Window(0, 0, 64, 64)]) as source:
        assert source.is_empty(Window(150, 150, 20, 20))
        path = source.path
    with open_source(path, nodata_rule=NodataRule.parse("none")) as source:
        assert not source.is_empty(Window(150, 150, 20, 20))
