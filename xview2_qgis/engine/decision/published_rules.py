"""How the published solutions of the xView2 challenge turn scores into a map, one image at a time.

Facts about their programs: second place, ``predict_single.py`` of https://github.com/selimsef/xview2_solution (revision
5d0caba); fifth place, ``inference.py`` of https://github.com/SIAnalytics/dual-hrnet (revision ba19ed1).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import find_objects
from skimage.measure import euler_number, label
from skimage.segmentation import watershed

Bytes = NDArray[np.uint8]

# Thresholds of the second place in grey values: a share p is exceeded above 255 p, and bytes know no rounding.
_BUILDING = 63  # 0.25
_SEED = 204  # 0.8
_SURE = 153  # 0.6


class PublishedMap(NamedTuple):
    """A decided image.

    Attributes:
        building: 1 where there is a building, else 0, uint8 (H, W).
        damage: class 1…4, also where there is no building, uint8 (H, W).
    """

    building: Bytes
    damage: Bytes


def second_place(building: Bytes, damage: Bytes) -> PublishedMap:
    """Decide as the second place.

    A building is where its probability exceeds 0.25, or where a class beats 0.8 times the background, damage counting
    twice. Buildings grow from seeds above 0.8 over the mask. Within one that has no holes, a class that holds more than
    60 % of the pixels takes those that are less than 0.6 sure. The published loop stops before the last building.

    Args:
        building: building probability × 255, truncated, uint8 (H, W).
        damage: probabilities of the four classes × 255, truncated, uint8 (4, H, W); the background is what they lack.
    """
    scores = damage.astype(np.int16)
    background = 255 - scores.sum(axis=0)  # below 0 where rounding was unkind; then every class beats it
    strongest = np.maximum(scores[0], 2 * scores[1:].max(axis=0))
    mask = (building > _BUILDING) | (5 * strongest > 4 * background)  # 0.8 is four fifths
    classes = (damage.argmax(axis=0) + 1).astype(np.uint8)

    seeds = label(building > _SEED, connectivity=2)
    # the published height is 1 - p cut to whole numbers: flat, but for pixels without any probability
    height = (building == 0).astype(np.uint8)
    regions = watershed(height, seeds, mask=mask, connectivity=1)
    unsure = damage.max(axis=0) < _SURE
    for number, box in enumerate(find_objects(regions)[:-1], start=1):
        region = regions[box] == number
        counts = np.bincount(classes[box][region])
        # three fifths: exactly so many are not enough
        if 5 * counts.max() > 3 * counts.sum() and euler_number(region, connectivity=2) == 1:
            classes[box][region & unsure[box]] = counts.argmax()
    return PublishedMap(mask.astype(np.uint8), classes)


def fifth_place(building: NDArray[np.floating], damage: NDArray[np.floating]) -> PublishedMap:
    """Decide as the fifth place: the likelier of building and background, and the likeliest class.

    Args:
        building: building probability, (H, W).
        damage: class probabilities given a building, (4, H, W).
    """
    # of two probabilities with sum 1 the larger one exceeds one half
    return PublishedMap((building > 0.5).astype(np.uint8), (damage.argmax(axis=0) + 1).astype(np.uint8))
