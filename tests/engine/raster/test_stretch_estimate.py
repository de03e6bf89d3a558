import numpy as np
import pytest
import rasterio
from affine import Affine

from tests.engine.drawn_rasters import draw
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.raster.opening import open_source
from xview2_qgis.engine.raster.stretch_estimate import estimate_stretch

TRANSFORM = Affine(0.5, 0, 620_000, 0, -0.5, 3_340_000)


def write(path, bands, **profile):
    bands = np.asarray(bands)
    profile = {"driver": "GTiff", "count": 3, "crs": "EPSG:32616", "transform": TRANSFORM, **profile}
    with rasterio.open(path, "w", width=bands.shape[2], height=bands.shape[1], dtype=bands.dtype, **profile) as file:
        file.write(bands)
    return open_source(str(path))


def test_bytes_stay_as_they_are(tmp_path):
    stretch = estimate_stretch(open_source(draw(tmp_path / "a.tif")))
    values = np.arange(48, dtype=np.uint8).reshape(3, 4, 4)
    assert stretch.identity
    np.testing.assert_array_equal(stretch.apply(values), values)


@pytest.mark.parametrize("dtype", ["uint16", "int16", "float32"])
def test_bytes_in_a_wider_type_stay_as_they_are(tmp_path, dtype):
    values = np.random.default_rng(1).integers(0, 256, (3, 40, 50)).astype(dtype)
    stretch = estimate_stretch(write(tmp_path / "a.tif", values))
    assert stretch.identity
    np.testing.assert_array_equal(stretch.apply(values), values.astype(np.uint8))


@pytest.mark.parametrize(("dtype", "top"), [("uint16", 2047), ("uint16", 65535), ("float32", 1.0), ("int16", 10_000)])
def test_percentiles_of_each_band(tmp_path, dtype, top):
    rng = np.random.default_rng(2)
    values = (rng.random((3, 300, 400)) * np.array([1.0, 0.5, 0.25]).reshape(3, 1, 1) * top).astype(dtype)
    stretch = estimate_stretch(write(tmp_path / "a.tif", values))
    expected = np.percentile(values.reshape(3, -1), [1, 99], axis=1)
    np.testing.assert_allclose([stretch.low, stretch.high], expected, rtol=0.02, atol=0.005 * top)
    seen = stretch.apply(values)
    assert seen.dtype == np.uint8
    np.testing.assert_allclose(seen.mean(axis=(1, 2)), 127.5, atol=2)


def test_nodata_does_not_count(tmp_path):
    rng = np.random.default_rng(3)
    values = rng.integers(800, 1200, (3, 200, 200)).astype(np.uint16)
    holed = values.copy()
    holed[:, :, :150] = 0
    plain, with_nodata = write(tmp_path / "a.tif", values), write(tmp_path / "b.tif", holed, nodata=0)
    undeclared = write(tmp_path / "c.tif", holed)
    for source in (with_nodata, undeclared):
        np.testing.assert_allclose(estimate_stretch(source).low, estimate_stretch(plain).low, atol=3)


@pytest.mark.parametrize(
    ("dtype", "fill"),
    [("int16", -9999), ("float32", -9999), ("int16", -32768), ("uint16", 65535), ("float32", -3.4028235e38)],
)
def test_fill_that_is_not_declared_does_not_count(tmp_path, dtype, fill):
    rng = np.random.default_rng(3)
    values = rng.integers(800, 1200, (3, 200, 200)).astype(dtype)
    holed = values.copy()
    holed[:, :, :80] = fill
    plain, collar = (
        estimate_stretch(write(tmp_path / "a.tif", values)),
        estimate_stretch(write(tmp_path / "b.tif", holed)),
    )
    np.testing.assert_allclose((collar.low, collar.high), (plain.low, plain.high), atol=3)


def test_not_a_number_does_not_count(tmp_path):
    values = np.random.default_rng(4).random((3, 100, 100)).astype(np.float32)
    values[:, 10:60] = np.nan
    values[0, 0, 0] = np.inf
    stretch = estimate_stretch(write(tmp_path / "a.tif", values))
    np.testing.assert_allclose(stretch.high, 0.99, atol=0.02)
    assert stretch.apply(values)[:, 20, 20].tolist() == [0, 0, 0]


def test_constant_image_is_mid_grey(tmp_path):
    for value in (0.3, 4000.0, -20.0):
        values = np.full((3, 30, 30), value, np.float32)
        seen = estimate_stretch(write(tmp_path / "a.tif", values)).apply(values)
        assert np.all(np.abs(seen.astype(int) - 127) <= 1)


def test_no_valid_pixel(tmp_path):
    source = write(tmp_path / "a.tif", np.full((3, 30, 30), 9, np.uint16), nodata=9)
    with pytest.raises(InputError) as caught:
        estimate_stretch(source)
    assert caught.value.code == "no-valid-pixels"


@pytest.mark.parametrize("layout", [{"tiled": True, "blockxsize": 256, "blockysize": 256}, {}])
def test_finds_the_rare_data_of_a_large_mosaic_and_is_deterministic(tmp_path, layout):
    path = tmp_path / "a.tif"
    with rasterio.open(path, "w", driver="GTiff", width=12_000, height=9_000, count=3, dtype="uint16", nodata=0,
                       crs="EPSG:32616", transform=Affine(0.5, 0, 620_000, 0, -0.5, 3_340_000), sparse_ok=True,
                       compress="deflate", **layout) as file:  # fmt: skip
        values = np.random.default_rng(5).integers(300, 1301, (3, 600, 900)).astype(np.uint16)
        file.write(values, window=rasterio.windows.Window(7_000, 3_000, 900, 600))
    source = open_source(str(path))
    first = estimate_stretch(source)
    np.testing.assert_allclose(first.low, 310, atol=8)
    np.testing.assert_allclose(first.high, 1290, atol=8)
    assert estimate_stretch(source) == first
