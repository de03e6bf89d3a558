import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xview2_qgis.engine.buildings.chunks import ChunkOrder, Chunks, ScanOptions
from xview2_qgis.engine.geo.pixel_box import PixelBox


@settings(max_examples=40, deadline=None)
@given(
    st.tuples(st.integers(1, 200), st.integers(1, 200)), st.tuples(st.integers(7, 60), st.integers(7, 60)),
    st.integers(30, 80), st.integers(0, 2**32),
)  # fmt: skip
def test_every_pixel_is_in_one_chunk_of_one_cell_that_comes_after_its_neighbours(shape, sides, largest, seed):
    chance = random.Random(seed)
    chunks = Chunks(PixelBox(0, 0, *shape), ScanOptions(*sides, largest))
    pixels, numbers = 0, set()
    for _ in range(len(chunks)):
        chunk = chunks.take(lambda _: chance.random() < 0.3, ahead=chance.random() < 0.8)
        assert chunk.number == chunk.row * chunks.columns + chunk.column
        assert chunk.row == 0 or chunk.number - chunks.columns in numbers
        assert chunk.column == 0 or chunk.number - 1 in numbers
        box = chunk.box
        assert box.top // largest == (box.bottom - 1) // largest
        assert box.left // largest == (box.right - 1) // largest
        assert box.bottom - box.top <= sides[0]
        assert box.right - box.left <= sides[1]
        pixels += (box.bottom - box.top) * (box.right - box.left)
        numbers.add(chunk.number)
    assert pixels == shape[0] * shape[1]
    assert numbers == set(range(len(chunks)))
    with pytest.raises(IndexError):
        chunks.take(lambda _: True)


@pytest.mark.parametrize("ahead", [True, False])
def test_chunks_come_as_their_pixels_are_there(ahead):
    chunks = Chunks(PixelBox(0, 0, 90, 90), ScanOptions(30, 30))
    there = 0

    def ready(window):
        return window.row_off + window.height <= 65 and window.col_off + window.width <= there

    taken = []
    for there in (65, 65, 65, 65, 95, 95):  # noqa: B007 - ``ready`` reads it
        box = chunks.take(ready, ahead).box
        taken.append((box.top, box.left))
    if ahead:  # the second row is begun before the first one is at its end
        assert taken == [(0, 0), (0, 30), (30, 0), (30, 30), (0, 60), (30, 60)]
    else:  # whoever reads waits for the first one
        assert taken == [(0, 0), (0, 30), (0, 60), (30, 0), (30, 30), (30, 60)]
    assert chunks.take(ready, ahead).box.top == 60


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9), st.integers(0, 9)), unique=True), st.randoms())
def test_chunks_come_in_order_and_what_they_hold_in_reading_order(found, chance):
    order, given_back = ChunkOrder(), []
    shuffled = list(found)
    chance.shuffle(shuffled)
    chunks = list(range(6))
    chance.shuffle(chunks)
    for item in shuffled:
        order.add(item[0], item[1:], item)
    assert len(order) == len(found)
    for chunk in chunks:
        given_back += order.finish(chunk)
    assert given_back == sorted(found)
    assert len(order) == 0
