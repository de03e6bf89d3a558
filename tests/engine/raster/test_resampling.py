import numpy as np
import pytest

from xview2_qgis.engine.raster.resampling import PixelMap, resample


def pixel_map(width, height, scale=1.0, offset=(0.0, 0.0)):
    columns, rows = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    return PixelMap(
        (columns * scale + offset[0]).astype(np.float32), (rows * scale + offset[1]).astype(np.float32), (scale, scale)
    )


def test_whole_pixels_are_copied():
    image = np.random.default_rng(1).integers(0, 256, (3, 20, 30)).astype(np.uint8)
    result, valid = resample(image, np.ones((20, 30), bool), pixel_map(10, 8, offset=(5, 6)))
    np.testing.assert_array_equal(result, image[:, 6:14, 5:15])
    assert valid.all()


def test_a_ramp_stays_a_ramp():
    image = np.broadcast_to(np.arange(0, 120, 2, dtype=np.uint8), (3, 40, 60)).copy()
    result, _ = resample(image, np.ones((40, 60), bool), pixel_map(20, 20, offset=(10.5, 10.25)))
    # the value at a pixel centre c + 1/2 is 2 c, so at x it is 2 x - 1
    np.testing.assert_allclose(result[0, 0], 2 * (np.arange(20) + 11.0) - 1, atol=1)


@pytest.mark.parametrize("offset", [(0.3, 0.0), (0.5, 0.5), (-0.2, 0.45)])
def test_missing_pixels_do_not_mix_into_others(offset):
    image = np.full((3, 40, 40), 200, np.uint8)
    known = np.ones((40, 40), bool)
    known[:17] = known[:, 30:] = False
    image[:, ~known] = 0
    result, valid = resample(image, known, pixel_map(40, 40, offset=offset))
    assert set(np.unique(result[:, valid])) == {200}
    assert not result[:, ~valid].any()
    assert abs(int(valid.sum()) - int(known.sum())) <= 40 + 23


def test_beyond_the_image_nothing_is_valid():
    image = np.full((3, 10, 10), 9, np.uint8)
    result, valid = resample(image, np.ones((10, 10), bool), pixel_map(30, 30, offset=(-10.0, -10.0)))
    expected = np.zeros((30, 30), bool)
    expected[10:20, 10:20] = True
    np.testing.assert_array_equal(valid, expected)
    far = resample(image, np.ones((10, 10), bool), pixel_map(4, 4, offset=(1e9, -1e9)))[1]
    assert not far.any()
    assert not result[:, ~valid].any()


def test_shrinking_does_not_alias():
    # stripes of one pixel are far above what the result can show: they have to become grey
    image = np.zeros((3, 90, 90), np.uint8)
    image[:, :, ::2] = 240
    result, _ = resample(image, np.ones((90, 90), bool), pixel_map(40, 40, scale=1.9, offset=(5, 5)))
    assert result.std() < 20
    assert result.mean() == pytest.approx(120, abs=3)
