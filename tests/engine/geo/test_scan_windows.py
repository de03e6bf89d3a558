import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xview2_qgis.engine.geo.pixel_box import PixelBox
from xview2_qgis.engine.geo.scan_windows import ScanOptions, ScanWindows, SquareOrder


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 200), st.integers(1, 200), st.integers(1, 4), st.integers(0, 2**32))
def test_every_pixel_is_in_one_window_and_every_square_is_done_once(height, width, windows, seed):
    scene, chance = PixelBox(0, 0, height, width), random.Random(seed)
    left = ScanWindows(scene, ScanOptions(40, 5, windows=windows))
    pixels, done = 0, []
    for _ in range(len(left)):
        window = left.take(lambda _: chance.random() < 0.3)
        row, column = divmod(window.square, -(-width // 40))
        assert (window.box.top // 40, window.box.left // 40) == (row, column)
        assert ((window.box.bottom - 1) // 40, (window.box.right - 1) // 40) == (row, column)
        pixels += (window.box.bottom - window.box.top) * (window.box.right - window.box.left)
        if left.done(window.square):
            done.append(window.square)
    assert pixels == height * width
    assert sorted(done) == list(range(len(scene.squares(40))))
    with pytest.raises(IndexError):
        left.take(lambda _: True)


def test_windows_come_as_their_surroundings_are_there():
    windows = ScanWindows(PixelBox(0, 0, 90, 90), ScanOptions(90, 5))
    there = 0

    def ready(window):
        return window.row_off + window.height <= 65 and window.col_off + window.width <= there

    taken = []
    for there in (65, 65, 65, 65, 95, 95):  # noqa: B007 - ``ready`` reads it
        box = windows.take(ready).box
        taken.append((box.top, box.left))
    # the second row of windows is begun before the first one is at its end
    assert taken == [(0, 0), (0, 30), (30, 0), (30, 30), (0, 60), (30, 60)]
    assert windows.take(ready).box.top == 60, "nothing is there: whoever reads waits for the first one"


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9), st.integers(0, 9)), unique=True), st.randoms())
def test_squares_come_in_order_and_what_they_hold_in_reading_order(found, chance):
    order, given_back = SquareOrder(), []
    shuffled = list(found)
    chance.shuffle(shuffled)
    squares = list(range(6))
    chance.shuffle(squares)
    for square in squares:
        order.add(square, [((row, col), (place, row, col)) for place, row, col in shuffled if place == square])
        given_back += order.finish(square)
    assert given_back == sorted(found)
