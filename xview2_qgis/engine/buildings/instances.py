"""Separating buildings that touch in the mask.

A mask blurs the narrow gap between two houses. Each house still has a middle of its own: a peak in "distance to the
edge × probability". Two peaks are two houses when one has to descend far, relative to the lower peak, to get from one
to the other. Measured relative to the peak, a long hall, an L or a U stays one building (the way along its wings
hardly descends), whatever its size, and a bridge much narrower than what it joins is cut. Heights relative to a peak
are differences of logarithms, so this is an h-maxima transform (Soille, *Morphological Image Analysis*, 6.3.3) of the
logarithm, followed by a watershed from its maxima.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .watershed import watershed

#: Two peaks are two buildings when the way between them sinks below this share of the lower one.
SADDLE_RATIO = 0.6
_NEIGHBOURS = np.ones((3, 3), np.uint8)
_FLOOD = 8 | cv2.FLOODFILL_FIXED_RANGE | cv2.FLOODFILL_MASK_ONLY | (1 << 8)
_BORDER = 4  # of background around the component: three sigmas of the smoothing


def separate(
    mask: NDArray[np.bool_], building: NDArray[np.uint8], minimum_pixels: int = 1
) -> tuple[NDArray[np.int32], int]:
    """Split one connected component into buildings.

    The result depends on nothing but the component itself, so it is the same wherever the component was cut out from.

    Args:
        mask: the component, bool (H, W), 4-connected.
        building: building probability × 255, uint8 (H, W).
        minimum_pixels: parts smaller than this stay with their neighbour.

    Returns:
        Numbers of the buildings (0 outside, 1 … count), int32 (H, W), and their count. Each is 4-connected.
    """
    single = mask.astype(np.int32)
    area = int(mask.sum())
    if area < 2 * minimum_pixels:
        return single, 1
    padded = cv2.copyMakeBorder(mask.astype(np.uint8), _BORDER, _BORDER, _BORDER, _BORDER, cv2.BORDER_CONSTANT, value=0)
    # a pixel at the edge is half a pixel away from it
    distance = np.maximum(cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) - 0.5, 0.0)
    # a square covers 4 times its squared inradius: what is left beside it holds no second building
    if area < 4.0 * float(distance.max()) ** 2 + minimum_pixels:
        return single, 1
    probability = np.zeros(padded.shape, np.float32)
    probability[_BORDER:-_BORDER, _BORDER:-_BORDER] = building * mask
    relief = cv2.GaussianBlur(distance * probability / 255.0, (0, 0), 1.0)
    inside = padded.astype(bool)
    summits = _summits(np.maximum(relief, max(float(relief.max()) * 1e-3, 1e-6)) * inside)
    if len(summits) == 1:
        return single, 1
    markers = _numbered(summits)
    while int(markers.max()) > 1:
        labels = watershed(-relief, markers, inside)
        sizes = np.bincount(labels.ravel(), minlength=int(markers.max()) + 1)
        small = np.flatnonzero(sizes < minimum_pixels)
        if not small.size:
            cut = labels[_BORDER:-_BORDER, _BORDER:-_BORDER]
            return np.ascontiguousarray(cut, np.int32), int(markers.max())
        smallest = small[np.argmin(sizes[small])]  # one at a time: its area may make its neighbour large enough
        markers = np.where(markers == smallest, 0, markers - (markers > smallest)).astype(np.int32)
    return single, 1


def _numbered(summits: list[NDArray[np.bool_]]) -> NDArray[np.int32]:
    """Return the number of the summit of each pixel, from 1 in reading order of their first pixels, int32 (H, W)."""
    numbers = np.zeros(summits[0].shape, np.int32)
    for number, summit in enumerate(sorted(summits, key=lambda found: int(found.argmax())), 1):
        numbers[summit] = number
    return numbers


def _summits(relief: NDArray[np.float32]) -> list[NDArray[np.bool_]]:
    """Return the summit of each peak that stands out, bool (H, W); no two of them touch.

    A summit is all that can be reached from a peak without sinking below ``SADDLE_RATIO`` of its height, if nothing
    higher can be reached. This is what an h-maxima transform leaves of a peak, but only few peaks have to be
    visited: whatever can be reached from one and is a lower peak reaches all that the first one does.

    Args:
        relief: above 0 in the component, 0 elsewhere, float32 (H, W).
    """
    peaks = np.asarray((relief == cv2.dilate(relief, _NEIGHBOURS)) & (relief > 0))
    rows, cols = np.nonzero(peaks)
    summits: list[NDArray[np.bool_]] = []
    top = float(relief.max())
    while rows.size:
        highest = int(relief[rows, cols].argmax())
        row, col = int(rows[highest]), int(cols[highest])
        height = float(relief[row, col])
        flooded = np.zeros((relief.shape[0] + 2, relief.shape[1] + 2), np.uint8)  # floodFill wants a border
        cv2.floodFill(relief, flooded, (col, row), 0, (1.0 - SADDLE_RATIO) * height, top, _FLOOD)
        reached = flooded[1:-1, 1:-1].astype(bool)
        if height == top or float(relief[reached].max()) <= height:
            summits.append(reached)
        left = ~reached[rows, cols]
        rows, cols = rows[left], cols[left]
    return summits
