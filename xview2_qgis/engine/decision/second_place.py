"""The rule ``second-place``: how the second place of the xView2 challenge turns scores into a map.

Facts about its program: ``predict_single.py`` of https://github.com/selimsef/xview2_solution (revision 5d0caba).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .pixel_rule import PixelMap, PixelRule
from .rule import RatedNetwork, TileOutputs
from .tile_prediction import TilePrediction

Bytes = NDArray[np.uint8]

# Thresholds of the second place in grey values: a share p is exceeded above 255 p, and bytes know no rounding.
_BUILDING = 63  # 0.25
_SEED = 204  # 0.8
_SURE = 153  # 0.6


class SecondPlace(PixelRule):
    """Thresholds on bytes, and buildings grown from seeds, one image at a time; damage alone makes a building, too."""

    name: ClassVar[str] = "second-place"
    whole_tiles: ClassVar[bool] = True

    @property
    def thresholds(self) -> tuple[float, ...]:
        """Building probabilities of the mask and of the seeds."""
        return (0.25, 0.8)

    def needed_networks(self, networks: Sequence[RatedNetwork]) -> str | None:
        """Return what networks are needed if these predict no building, or damage without background."""
        channels = {network.damage_channels for network in networks} - {None}
        if channels == {5} and any("building" in network.outputs for network in networks):
            return None
        return "networks that say building, and damage with background first"

    def load(self) -> None:
        """Decide one pixel: that imports SciPy and scikit-image, which takes a third of a second."""
        second_place(np.zeros((1, 1), np.uint8), np.zeros((4, 1, 1), np.uint8))

    def decide(self, outputs: TileOutputs) -> list[TilePrediction]:
        """Return each tile decided as a whole."""
        grey = outputs.truncated()
        pairs = zip(grey["building"][: outputs.count, 0], grey["damage"][: outputs.count, 1:], strict=True)
        return [second_place(building, damage).certainties() for building, damage in pairs]


def second_place(building: Bytes, damage: Bytes) -> PixelMap:
    """Decide as the second place.

    A building is where its probability exceeds 0.25, or where a class beats 0.8 times the background, damage counting
    twice. Buildings grow from seeds above 0.8 over the mask. Within one that has no holes, a class that holds more than
    60 % of the pixels takes those that are less than 0.6 sure. The published loop stops before the last building.

    Args:
        building: building probability × 255, truncated, uint8 (H, W).
        damage: probabilities of the four classes × 255, truncated, uint8 (4, H, W); the background is what they lack.
    """
    from scipy.ndimage import find_objects
    from skimage.measure import euler_number, label
    from skimage.segmentation import watershed

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
    return PixelMap(mask.astype(np.uint8), classes)
