"""What the model's decision adds to its probabilities before the largest wins.

A bundle may give classes weights, which are not in the result. They can be read off its rows: where class k was given,
``log p_k + b_k`` was the largest, so ``b_j - b_k <= log p_k - log p_j``. Of the offsets b for which all of that holds,
the smallest are taken; none where there are no such offsets, because the model decides in another way.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from .rated_buildings import CLASSES

_SLACK = 1e-9  # of numbers that were stored and read again
_LARGEST = 10.0  # a factor of twenty thousand


def decision_offset(log_probabilities: NDArray[np.float64], classes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the offsets of the four classes, float64 (4,); zero where the likeliest class always won.

    Args:
        log_probabilities: float64 (N, 4).
        classes: what the model decided, 0 to 3, int64 (N,).
    """
    nothing = np.zeros(CLASSES)
    bounds = np.full((CLASSES, CLASSES), np.inf)  # [j, k]: the largest that b_j - b_k may be
    for given in range(CLASSES):
        rows = log_probabilities[classes == given]
        if len(rows):
            bounds[:, given] = (rows[:, [given]] - rows).min(axis=0) + _SLACK
    if (bounds >= 0).all():
        return nothing
    # b = up - down, both at least 0; the smallest sum of all of them
    pairs = [(j, k) for j in range(CLASSES) for k in range(CLASSES) if j != k and np.isfinite(bounds[j, k])]
    matrix = np.zeros((len(pairs), 2 * CLASSES))
    for row, (j, k) in enumerate(pairs):
        matrix[row, [j, CLASSES + k]] = 1.0
        matrix[row, [k, CLASSES + j]] = -1.0
    found = linprog(
        np.ones(2 * CLASSES), A_ub=matrix, b_ub=[bounds[pair] for pair in pairs], bounds=(0.0, _LARGEST)
    )  # fmt: skip
    if not found.success:
        return nothing
    return np.asarray(found.x[:CLASSES] - found.x[CLASSES:], np.float64)
