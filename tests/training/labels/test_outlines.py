"""Rounding of the published programs."""

import numpy as np

from training.labels.outlines import rounded, truncated

POINTS = np.array([[0.5, 1.5], [2.5, -0.5], [-1.5, -0.9], [3.49, 3.51]])


def test_rounding():
    assert rounded(POINTS).tolist() == [[0, 2], [2, 0], [-2, -1], [3, 4]]
    assert truncated(POINTS).tolist() == [[0, 1], [2, 0], [-1, 0], [3, 3]]
