import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xview2_qgis.engine.geo.pixel_box import PixelBox


@given(st.integers(0, 30), st.integers(0, 30), st.integers(1, 40), st.integers(1, 40), st.integers(1, 50))
def test_squares_cover_the_box_once(top, left, height, width, side):
    box = PixelBox(top, left, top + height, left + width)
    count = np.zeros((height, width), int)
    for square in box.squares(side):
        assert square.longest <= side
        count[square.part(box)] += 1
    assert (count == 1).all()


def test_a_box_grows_up_to_its_frame():
    frame = PixelBox(0, 0, 20, 30)
    box = PixelBox(2, 10, 12, 25).grown(4, frame)
    assert box == PixelBox(0, 6, 16, 29)
    assert (box.window.col_off, box.window.row_off, box.window.width, box.window.height) == (6, 0, 23, 16)
    assert box.holds(15, 28)
    assert not box.holds(16, 28)
