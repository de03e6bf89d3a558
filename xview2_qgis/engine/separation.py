"""Separating buildings that touch in the mask.

A mask blurs the narrow gap between two houses. Each house still has a middle of its own: a peak in "distance to the
edge × probability". Two peaks are two houses when one has to descend far, relative to the lower peak, to get from one
to the other. Measured relative to the peak, a long hall, an L or a U stays one building (the way along its wings
hardly descends), whatever its size, and a bridge much narrower than what it joins is cut. Heights relative to a peak
are differences of logarithms, so this is an h-maxima transform (Soille, *Morphological Image Analysis*, 6.3.3) of the
logarithm, followed by a watershed from its maxima.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.measure import label
from skimage.morphology import local_maxima, reconstruction
from skimage.segmentation import watershed

#: Two peaks are two buildings when the way between them sinks below this share of the lower one.
SADDLE_RATIO = 0.6
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
    markers = _markers(relief, inside)
    while int(markers.max()) > 1:
        labels = watershed(-relief, markers, mask=inside, connectivity=1)
        sizes = np.bincount(labels.ravel(), minlength=int(markers.max()) + 1)
        small = np.flatnonzero(sizes < minimum_pixels)
        if not small.size:
            cut = labels[_BORDER:-_BORDER, _BORDER:-_BORDER]
            return np.ascontiguousarray(cut, np.int32), int(markers.max())
        smallest = small[np.argmin(sizes[small])]  # one at a time: its area may make its neighbour large enough
        markers = label(np.where(markers == smallest, 0, markers), connectivity=2)
    return single, 1


def _markers(relief: NDArray[np.float32], inside: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return one numbered marker per peak that stands out, int (H, W)."""
    floor = max(float(relief.max()) * 1e-3, 1e-6)
    height = np.where(inside, np.log(np.maximum(relief, floor)), math.log(floor) - 1.0)
    domes = reconstruction(height + math.log(SADDLE_RATIO), height, method="dilation")
    return np.asarray(label(local_maxima(domes, connectivity=2) & inside, connectivity=2), np.int64)
