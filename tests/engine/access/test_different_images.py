"""One image is no pair."""

import os

import pytest

from xview2_qgis.engine.access.different_images import check_different
from xview2_qgis.engine.errors import UsageError
from xview2_qgis.protocol.options.assessment import AssessmentParameters, ImageOptions


def check(tmp_path, pre, post, pre_bands=None, post_bands=None):
    images = ImageOptions(str(pre), pre_bands), ImageOptions(str(post), post_bands)
    check_different(AssessmentParameters(*images, tmp_path / "damage.gpkg"))


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "town.tif"
    path.write_bytes(b"pixels")
    return path


def test_the_same_file_under_any_name_is_no_pair(tmp_path, image, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.link(image, tmp_path / "hard.tif")
    for pre, post in ((image, image), (image, "town.tif"), (tmp_path / "hard.tif", image), ("GPKG:a:b", "GPKG:a:b")):
        with pytest.raises(UsageError, match="both images are the same file") as caught:
            check(tmp_path, pre, post)
        assert caught.value.code == "same-image"


def test_files_parts_of_a_file_and_bands_of_a_stack_are_pairs(tmp_path, image):
    (tmp_path / "later.tif").write_bytes(b"pixels")
    check(tmp_path, image, tmp_path / "later.tif")
    check(tmp_path, image, tmp_path / "missing.tif")
    check(tmp_path, "GPKG:a.gpkg:before", "GPKG:a.gpkg:after")
    check(tmp_path, image, image, pre_bands=(1, 2, 3), post_bands=(4, 5, 6))
