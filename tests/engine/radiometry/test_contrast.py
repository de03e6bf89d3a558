import numpy as np
import pytest

from tests.engine.photo_rasters import photo, write_raster
from xview2_qgis.engine.raster.opening import open_source
from xview2_qgis.engine.raster.stretch_estimate import estimate_stretch


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize(("factor", "offset"), [(0.03, 0), (0.12, 0), (0.12, 100), (0.27, 0)])
def test_bytes_of_few_levels_are_stretched(tmp_path, dtype, factor, offset):
    values = (photo() * factor + offset).astype(dtype)
    source = open_source(write_raster(tmp_path / "a.tif", values))
    assert source.low_contrast is (dtype == "uint8")  # wider types are stretched without a word
    seen = estimate_stretch(source).apply(values)
    assert np.percentile(seen, 1) < 30
    assert np.percentile(seen, 99) > 225


@pytest.mark.parametrize("values", [photo(), photo(low=10, high=90), np.full((3, 200, 200), 90, np.uint8)])
def test_others_stay_as_they_are(tmp_path, values):
    source = open_source(write_raster(tmp_path / "a.tif", values))
    assert not source.low_contrast
    assert estimate_stretch(source).identity
