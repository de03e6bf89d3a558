"""What is said about rasters, and put on record."""

import json

import numpy as np
import pytest
from affine import Affine

from tests.engine.photo_rasters import photo, write_raster
from xview2_qgis.engine.radiometry.stretch import Stretch
from xview2_qgis.engine.raster.notices import pair_notices, record_of_images
from xview2_qgis.engine.raster.opening import open_source


def plain(tmp_path, name="plain.tif", gsd=0.5):
    transform = Affine(gsd, 0, 620_000, 0, -gsd, 3_340_000)
    return open_source(write_raster(tmp_path / name, photo(200, 200), transform=transform, photometric="RGB"))


def codes(pre, post):
    return [notice.code for notice in pair_notices(pre, post, 0.5)]


def test_nothing_is_said_about_ordinary_images(tmp_path):
    assert codes(plain(tmp_path), plain(tmp_path)) == []


@pytest.mark.parametrize(("gsd", "said"), [(0.3, 0), (0.8, 0), (1.0, 1), (3.0, 1)])
def test_coarse_pixels_are_named_for_each_image(tmp_path, gsd, said):
    coarse = plain(tmp_path, "coarse.tif", gsd)
    assert codes(coarse, plain(tmp_path)) == ["coarse-pixels"] * said
    found = pair_notices(plain(tmp_path), coarse, 0.5)
    assert len(found) == said
    if said:
        assert "post-event image coarse.tif" in found[0].message
        assert f"{gsd:.2g} m" in found[0].message
        assert "0.5 m" in found[0].message


def test_guessed_bands_are_named_with_the_option(tmp_path):
    guessed = open_source(write_raster(tmp_path / "four.tif", photo(64, 64, bands=4).astype("uint16")))
    (found,) = pair_notices(plain(tmp_path), guessed, 0.5)
    assert found.code == "bands-assumed"
    assert all(words in found.message for words in ("four.tif", "1, 2, 3", "--post-bands", "plain.tif"))


def test_false_colours_are_named(tmp_path):
    values = photo(64, 64)
    infrared = open_source(write_raster(tmp_path / "cir.tif", values, descriptions=["NIR", "Red", "Green"]))
    (found,) = pair_notices(plain(tmp_path), infrared, 0.5)
    assert found.code == "bands-assumed"
    assert "cir.tif calls its bands 1, 2, 3 nir, red, green" in found.message


@pytest.mark.parametrize(("shown", "said"), [((3, 2, 1), []), ((4, 3, 2), ["bands-shown"])])
def test_bands_as_they_are_shown_are_told_where_they_may_be_false_colours(tmp_path, shown, said):
    path = write_raster(tmp_path / "four.tif", photo(64, 64, bands=4).astype("uint16"))
    source = open_source(path, shown=shown)
    assert source.bands == shown
    assert codes(plain(tmp_path), source) == said


def test_fill_and_contrast(tmp_path):
    values = photo()
    values[:, :, :120] = 1
    collar = open_source(write_raster(tmp_path / "a.tif", values))
    dim = open_source(write_raster(tmp_path / "b.tif", (photo() // 40).astype(np.uint8)))
    assert codes(collar, dim) == ["undeclared-fill", "low-contrast"]


def test_the_record(tmp_path):
    values = photo()
    values[:, :, :120] = 1
    collar = open_source(write_raster(tmp_path / "a.tif", values, nodata=0))
    record = json.loads(record_of_images((plain(tmp_path), collar), (Stretch(), Stretch((1,) * 3, (9,) * 3, False))))
    assert record["pre"]["bands"] == [1, 2, 3]
    assert record["pre"]["bands_reason"] == "colour interpretation"
    assert record["pre"]["stretch"] is None
    assert record["pre"]["pixel_size_m"] == pytest.approx([0.5, 0.5], rel=1e-3)
    assert record["post"]["nodata"] == [0, 0, 0]
    assert record["post"]["undeclared_fill"] == [[1, 1, 1]]
    assert record["post"]["stretch"] == {"low": [1, 1, 1], "high": [9, 9, 9]}
