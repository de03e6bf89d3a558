"""Where images lie on Earth, and which show the same place."""

import numpy as np
import pytest

from tests.training.xbd_folder import DEGREES, write_labelled
from training.data.ground import ground_corners, same_ground

SQUARES = [(8, 8, 1), (40, 32, 2)]


def test_corners_are_where_the_label_puts_them(tmp_path):
    write_labelled(tmp_path, "fire_00000001", SQUARES, corner=(3.0, -2.0))
    found = ground_corners(tmp_path / "labels" / "fire_00000001_post_disaster.json", (64, 64))
    expected = np.array([(192, -128), (256, -128), (256, -192), (192, -192)]) * DEGREES
    np.testing.assert_allclose(found, expected, atol=1e-8)


@pytest.mark.parametrize("text", ["", "{}", '{"features": {"xy": [], "lng_lat": []}}', "[1]", '{"features": null}'])
def test_labels_that_say_nothing_have_no_ground(tmp_path, text):
    (tmp_path / "label.json").write_text(text)
    assert ground_corners(tmp_path / "label.json", (64, 64)).shape == (0, 2)
    assert ground_corners(tmp_path / "missing.json", (64, 64)).shape == (0, 2)


def test_labels_without_places_or_with_wrong_ones_have_no_ground(tmp_path):
    write_labelled(tmp_path, "fire_00000001", SQUARES)
    path = tmp_path / "labels" / "fire_00000001_post_disaster.json"
    assert not len(ground_corners(path, (64, 64)))
    write_labelled(tmp_path, "fire_00000001", SQUARES, corner=(0.0, 0.0))
    text = path.read_text()
    path.write_text(text.replace("0.000080000 -0.000080000", "0.000800000 -0.000080000"))
    assert not len(ground_corners(path, (64, 64)))


def square(east, north, edge=1.0):
    return np.array([(0, 0), (1, 0), (1, -1), (0, -1)]) * edge + np.array([east, north])


def test_images_of_the_same_ground_are_one_group():
    unknown = np.empty((0, 2))
    grounds = [square(0, 0), square(5, 5), unknown, square(0.5, 0), square(0.97, 3), unknown, square(1.4, 0)]
    # 0 and 3 overlap by half, 3 and 6 by a tenth; 4 stands alone
    assert same_ground(grounds) == [0, 1, 2, 0, 4, 5, 0]
    assert same_ground([unknown, unknown]) == [0, 1]
    assert same_ground([]) == []


def test_neighbours_that_share_an_edge_are_other_ground():
    assert same_ground([square(0, 0), square(0.97, 0), square(1.97, 0.0)]) == [0, 1, 2]


def test_a_small_image_within_a_large_one_shows_the_same_ground():
    assert same_ground([square(0, 0), square(0.4, -0.4, edge=0.1)]) == [0, 0]
