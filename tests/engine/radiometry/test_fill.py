import numpy as np

from xview2_qgis.engine.radiometry.fill import Fill, squares


def test_only_what_squares_cover_is_left():
    mask = np.zeros((60, 80), bool)
    mask[10:25, 10:25] = True  # a square of 15
    mask[40:54, 40:70] = True  # 14 high
    expected = np.zeros_like(mask)
    expected[10:25, 10:25] = True
    np.testing.assert_array_equal(squares(mask, 15), expected)


def test_what_touches_the_edge_goes_on_beyond_it():
    mask = np.zeros((60, 80), bool)
    mask[:, :3] = True
    mask[20:30, 75:] = True  # too narrow along the edge
    expected = np.zeros_like(mask)
    expected[:, :3] = True
    np.testing.assert_array_equal(squares(mask, 15), expected)


def test_its_name():
    assert str(Fill((1, 1, 1), 15)) == "1"
    assert str(Fill((0.5, 2, 3), 15)) == "0.5, 2, 3"
