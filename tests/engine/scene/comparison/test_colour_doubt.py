import cv2
import numpy as np
import pytest
import rasterio
from affine import Affine

from tests.engine.drawn_rasters import working_grid
from xview2_qgis.engine.raster.opening import open_source
from xview2_qgis.engine.scene.comparison.colour_doubt import colour_doubt
from xview2_qgis.engine.scene.pair_images import PairImages

GSD, SIDE = 0.5, 384


def write(path, seed, dtype="uint8"):
    """Write patches of red and grey soil, with noise and a brightness of its own."""
    soil = cv2.resize(np.random.default_rng(1).random((12, 12)).astype(np.float32), (SIDE, SIDE))
    rng = np.random.default_rng(seed)
    light = rng.uniform(70, 110) + rng.normal(0, 12, (SIDE, SIDE))
    image = np.clip(np.stack([light * (1.05 + 0.5 * soil), light, light * (0.95 - 0.4 * soil)]), 1, 250)
    if dtype == "uint16":
        image = 200 + 6 * image
    with rasterio.open(path, "w", driver="GTiff", width=SIDE, height=SIDE, count=3, dtype=dtype, crs="EPSG:32616",
                       transform=Affine(GSD, 0, 620_000, 0, -GSD, 3_340_000), photometric="RGB") as file:  # fmt: skip
        file.write(image.astype(dtype))
    return str(path)


def doubt(pre, post):
    with pre, post:
        return colour_doubt(PairImages.of(pre, post), working_grid(pre, post, GSD))


@pytest.mark.parametrize(
    ("pre_bands", "post_bands", "words"),
    [
        (None, None, None),
        (None, (3, 2, 1), "red and blue of post.tif seem to be exchanged"),
        ((3, 2, 1), None, "red and blue of pre.tif seem to be exchanged"),
    ],
)
def test_bytes(tmp_path, pre_bands, post_bands, words):
    pre, post = write(tmp_path / "pre.tif", 2), write(tmp_path / "post.tif", 3)
    found = doubt(open_source(pre, pre_bands), open_source(post, post_bands))
    if words is None:
        assert found is None
        return
    assert found.code == "bands-exchanged"
    assert words in found.message
    assert ("--pre-bands" if pre_bands else "--post-bands") in found.message


def test_stretched_images_do_not_tell_which(tmp_path):
    pre, post = write(tmp_path / "pre.tif", 2), write(tmp_path / "post.tif", 3, "uint16")
    assert doubt(open_source(pre), open_source(post)) is None
    found = doubt(open_source(pre), open_source(post, (3, 2, 1)))
    assert "pre.tif or of post.tif" in found.message
    assert "--pre-bands or --post-bands" in found.message


def test_a_post_event_image_alone(tmp_path):
    with open_source(write(tmp_path / "post.tif", 3)) as post:
        assert colour_doubt(PairImages.of(None, post), working_grid(post, post, GSD)) is None
