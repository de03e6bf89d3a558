"""Image pairs for checks: the middle of real ones, spread over a folder, or a synthetic town of any size."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from export.sessions.image_pairs import as_tile, drawn_pair, labelled_crop, real_pairs, spread
from tests.training.xbd_folder import squares, write_pair
from training.data.xbd import DatasetError, PairFiles, list_pairs, read_pair
from xview2_qgis.engine.errors import InputError


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Five pairs of 40 rows and 51 columns."""
    folder = tmp_path_factory.mktemp("pairs")
    for number in range(5):
        mask = squares(51, (16, 20, 1 + number % 4))[:40]
        write_pair(folder, f"flood_{number:08d}", mask, seed=number)
    return folder


@pytest.mark.parametrize("size", [(64, 64), (32, 96), (300, 64)])
def test_drawn_town_has_the_size_that_is_wanted(size):
    pair = drawn_pair(size)
    for image in (pair.pre, pair.post):
        assert (image.shape, image.dtype) == ((3, *size), np.uint8)
        assert image.flags.c_contiguous
        assert image.std() > 10
    assert (pair.pre != pair.post).any()
    # a check that fails can be looked at again
    assert np.array_equal(drawn_pair(size).post, pair.post)


def test_the_middle_of_real_pairs(folder):
    size = (32, 32)
    pairs = real_pairs(folder, size, 5)
    assert len(pairs) == 5
    for files, pair in zip(list_pairs(folder), pairs, strict=True):
        whole = read_pair(files)
        for found, image in ((pair.pre, whole.pre), (pair.post, whole.post)):
            assert found.flags.c_contiguous
            # 4 rows are left on either side, 9 and 10 columns
            np.testing.assert_array_equal(found, image[4:36, 9:41].transpose(2, 0, 1))


def test_masks_are_cut_like_their_images(folder):
    files = list_pairs(folder)[3]
    whole, crop = read_pair(files), labelled_crop(files, (20, 30))
    assert crop.name == "flood_00000003"
    for layer in ("pre", "post", "building", "damage"):
        np.testing.assert_array_equal(getattr(crop, layer), getattr(whole, layer)[10:30, 10:40])
    assert crop.damage.max() == 4
    tile = as_tile(crop)
    np.testing.assert_array_equal(tile.pre, crop.pre.transpose(2, 0, 1))
    np.testing.assert_array_equal(tile.post, crop.post.transpose(2, 0, 1))
    assert tile.post.flags.c_contiguous


def test_an_image_of_just_the_size_is_taken_whole(folder):
    files = list_pairs(folder)[0]
    np.testing.assert_array_equal(labelled_crop(files, (40, 51)).pre, read_pair(files).pre)


@pytest.mark.parametrize("size", [(41, 32), (32, 52)])
def test_images_that_are_too_small_are_named(folder, size):
    message = rf"_pre_disaster\.png: 40x51 pixels, the network takes {size[0]}x{size[1]}: give larger images"
    with pytest.raises(InputError, match=message):
        real_pairs(folder, size, 1)
    with pytest.raises(InputError, match=message):
        labelled_crop(list_pairs(folder)[0], size)


def test_a_folder_without_pairs(tmp_path):
    with pytest.raises(DatasetError, match="no images"):
        real_pairs(tmp_path, (32, 32), 1)


def test_pairs_are_spread_over_the_names(folder):
    files = list_pairs(folder)
    assert [int(f.name[-1]) for f in spread(files, 2)] == [0, 2]
    assert [int(f.name[-1]) for f in spread(files, 4)] == [0, 1, 2, 3]
    assert spread(files, 9) == files
    assert spread([], 3) == []


@given(total=st.integers(1, 60), count=st.integers(1, 80))
def test_spread_is_even(total, count):
    files = [PairFiles(f"p_{number}", Path()) for number in range(total)]
    places = [files.index(f) for f in spread(files, count)]
    assert len(places) == min(count, total)
    assert places[0] == 0
    steps = np.diff([*places, total])  # the last one reaches to the end
    assert steps.min() >= 1
    assert steps.max() - steps.min() <= 1
