"""Which buildings count as failures: by images of a few squares whose mistakes are known."""

import numpy as np

from benchmarks.failures import find_failures
from training.evaluation.objects import Objects


def objects(*squares):
    """Buildings given as (row, column, edge, class)."""
    numbers = np.zeros((60, 60), np.int32)
    for number, (row, column, edge, _) in enumerate(squares, start=1):
        numbers[row : row + edge, column : column + edge] = number
    return Objects(numbers, np.array([s[3] for s in squares], np.uint8))


def test_missed_invented_and_misjudged_buildings_are_named():
    actual = objects((0, 0, 10, 1), (0, 20, 10, 4), (0, 40, 12, 3), (30, 0, 10, 2))
    predicted = objects((0, 0, 10, 1), (1, 20, 10, 2), (40, 40, 8, 1), (30, 0, 10, 2))
    found = {kind: np.argwhere(pixels) for kind, pixels in find_failures(predicted, actual)}
    assert set(found) == {"destroyed-as-minor", "missed", "invented"}
    assert found["destroyed-as-minor"].min(0).tolist() == [0, 20]  # the true building is shown
    assert (found["missed"].min(0).tolist(), len(found["missed"])) == ([0, 40], 144)
    assert (found["invented"].min(0).tolist(), len(found["invented"])) == ([40, 40], 64)


def test_a_building_that_is_drawn_otherwise_is_neither_missed_nor_invented():
    assert list(find_failures(objects((0, 0, 10, 1)), objects((0, 6, 10, 1)))) == []


def test_unclassified_buildings_have_no_wrong_class():
    assert list(find_failures(objects((0, 0, 10, 1)), objects((0, 0, 10, 255)))) == []
