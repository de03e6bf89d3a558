"""Which predicted building is which of the reference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from .challenge import IGNORED
from .object_score import LEAST_IOU


@dataclass(frozen=True)
class Pairs:
    """Buildings that are the same.

    Attributes:
        predicted: rows of the predicted buildings, (M,).
        actual: rows of their partners, (M,).
        merged: rows of the reference that lie in a building that has a partner already: several points in one outline.
    """

    predicted: NDArray[np.intp]
    actual: NDArray[np.intp]
    merged: NDArray[np.intp]


def match_polygons(predicted: NDArray[np.object_], actual: NDArray[np.object_]) -> Pairs:
    """Match outlines whose intersection over union is at least one half, greedily from the best down.

    Args:
        predicted: outlines in metres, (N,).
        actual: outlines in metres, (M,).
    """
    predicted, actual = shapely.make_valid(predicted), shapely.make_valid(actual)
    one, other = shapely.STRtree(actual).query(predicted, predicate="intersects")
    shared = shapely.area(shapely.intersection(predicted[one], actual[other]))
    union = shapely.area(predicted)[one] + shapely.area(actual)[other] - shared
    iou = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    order = np.argsort(-iou, kind="stable")
    pairs = _greedy(one[order], other[order], iou[order] >= LEAST_IOU - 1e-9)
    return Pairs(pairs[0], pairs[1], np.empty(0, np.intp))


def match_points(predicted: NDArray[np.object_], actual: NDArray[np.object_], classes: NDArray[np.int64]) -> Pairs:
    """Match points with the outline that they lie in, the smallest where there are several.

    Of several points in one outline the one with the worst damage counts, and the others are no buildings of their own.

    Args:
        predicted: outlines in metres, (N,).
        actual: points, (M,).
        classes: of the points, (M,).
    """
    other, one = shapely.STRtree(actual).query(shapely.make_valid(predicted), predicate="intersects")[::-1]
    by_size = np.argsort(shapely.area(predicted)[one], kind="stable")
    one, other = one[by_size], other[by_size]
    _, first = np.unique(other, return_index=True)
    one, other = one[first], other[first]
    severity = np.where(classes == IGNORED, 0, classes)[other]
    order = np.argsort(-severity, kind="stable")
    one, other = one[order], other[order]
    _, chosen = np.unique(one, return_index=True)
    return Pairs(one[chosen], other[chosen], np.delete(other, chosen))


def _greedy(
    one: NDArray[np.intp], other: NDArray[np.intp], enough: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    used_one: set[int] = set()
    used_other: set[int] = set()
    chosen = []
    for index in np.flatnonzero(enough).tolist():
        if one[index] not in used_one and other[index] not in used_other:
            chosen.append(index)
            used_one.add(int(one[index]))
            used_other.add(int(other[index]))
    return one[chosen], other[chosen]
