"""Buildings as objects on a pixel grid: from label polygons, or from a mask."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from rasterio.features import rasterize

from xview2_qgis.engine.decision.vote import class_sums

from ..labels import IGNORED, LabelledBuilding

#: Smaller components of a prediction are dropped: 6 m² at 0.5 m, what the engine does not report either.
SMALLEST_PIXELS = 24


@dataclass(frozen=True)
class Objects:
    """Buildings of one image.

    Attributes:
        numbers: int32 (H, W), 0 outside, 1…N in the buildings; every number occurs.
        classes: uint8 (N,), class 1…4 of each building, 255 without class; ``None`` where no class is known at all.
    """

    numbers: NDArray[np.int32]
    classes: NDArray[np.uint8] | None

    @property
    def areas(self) -> NDArray[np.intp]:
        """Pixels of each building, (N,)."""
        return np.bincount(self.numbers.ravel())[1:]

    def __len__(self) -> int:
        return int(self.numbers.max(initial=0))


def draw_objects(buildings: list[LabelledBuilding], damage: NDArray[np.uint8]) -> Objects:
    """Number the buildings of a label, so that those that touch stay apart.

    Where polygons overlap the smaller one wins, as in :func:`training.labels.draw_mask`. A building that covers no
    pixel centre is left out. The class of a building is the one that most of its pixels have in ``damage``.

    Args:
        buildings: polygons in pixel coordinates, of the pre-event image.
        damage: classes 0…4 or 255, uint8 (H, W); may lie a little beside the polygons.
    """
    ordered = sorted(buildings, key=lambda b: -b.polygon.area)
    drawn = np.zeros(damage.shape, np.int32)
    if ordered:
        shapes = [(b.polygon, number) for number, b in enumerate(ordered, start=1)]
        drawn = np.asarray(rasterize(shapes, out_shape=damage.shape, fill=0, dtype="int32"))
    numbers = _renumbered(drawn, np.bincount(drawn.ravel()) > 0)
    return Objects(numbers, _majority(numbers, damage))


def find_objects(building: NDArray[np.bool_], smallest: int = 1) -> Objects:
    """Number the 4-connected components of a mask.

    Buildings that touch in the mask are one object; give label polygons where they are known.

    Args:
        building: bool (H, W).
        smallest: components of fewer pixels are dropped.
    """
    _, drawn, statistics, _ = cv2.connectedComponentsWithStats(building.astype(np.uint8), connectivity=4)
    return Objects(_renumbered(drawn, statistics[:, cv2.CC_STAT_AREA] >= smallest), None)


def classify_by_mask(objects: Objects, damage: NDArray[np.uint8]) -> Objects:
    """Give each building the class 1…4 or 255 that most of its pixels have in ``damage``, uint8 (H, W)."""
    return Objects(objects.numbers, _majority(objects.numbers, damage))


def classify_by_probability(objects: Objects, building: NDArray[np.float32], damage: NDArray[np.float32]) -> Objects:
    """Give each building the class with the largest sum of its pixels' class probabilities.

    A pixel's vote weighs as much as the network is sure of the building there, as in the engine.

    Args:
        objects: the buildings.
        building: probability of a building, (H, W).
        damage: class probabilities given a building, (4, H, W).
    """
    inside = np.flatnonzero(objects.numbers)
    owners = objects.numbers.ravel()[inside]
    sums = class_sums(owners, len(objects), building.ravel()[inside], damage.reshape(4, -1)[:, inside])
    return Objects(objects.numbers, (sums.argmax(axis=0) + 1).astype(np.uint8))


def _renumbered(drawn: NDArray[np.int32], keep: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Number the objects to keep 1…N in their order; ``keep`` has an entry per number, that of 0 does not matter."""
    kept = keep.copy()
    kept[0] = False
    table = np.where(kept, np.cumsum(kept), 0).astype(np.int32)
    return np.asarray(table[drawn])


def _majority(numbers: NDArray[np.int32], damage: NDArray[np.uint8]) -> NDArray[np.uint8]:
    count = int(numbers.max(initial=0))
    inside = np.flatnonzero(numbers)
    owners, values = numbers.ravel()[inside], damage.ravel()[inside]
    # first place wins a draw: a building whose pixels have no class at all has none
    candidates = np.array([IGNORED, 1, 2, 3, 4], np.uint8)
    votes = np.stack([np.bincount(owners[values == c], minlength=count + 1)[1:] for c in candidates])
    return np.asarray(candidates[votes.argmax(axis=0)])
