"""Other ways to make buildings of the same probabilities."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from unittest.mock import patch

import cv2
import numpy as np
from numpy.typing import NDArray

from xview2_qgis.engine.buildings import instances
from xview2_qgis.engine.buildings.building import Building
from xview2_qgis.engine.buildings.extraction import find_buildings
from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.run.context import RunContext

from .stored_scene import StoredScene

Change = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]


@dataclass(frozen=True)
class Variant:
    """What is done otherwise than usual; None for what the model says.

    Attributes:
        threshold: building probability above which there is a building.
        saddle_ratio: see :data:`.instances.SADDLE_RATIO`.
        minimum_area_m2: smaller objects are not reported.
        change: of the building probabilities × 255, uint8 (H, W).
        right_angles: whether outlines are squared.
    """

    threshold: float | None = None
    saddle_ratio: float = instances.SADDLE_RATIO
    minimum_area_m2: float | None = None
    change: Change | None = None
    right_angles: bool = False

    def buildings(self, scene: StoredScene, rule: ObjectVote, context: RunContext) -> list[Building]:
        """Return the buildings of a scene."""
        if self.threshold is not None:
            rule = replace(rule, building_threshold=self.threshold, damaged_building_threshold=self.threshold)
        if self.minimum_area_m2 is not None:
            rule = replace(rule, minimum_area_m2=self.minimum_area_m2)
        if self.change is not None:
            scene = StoredScene(scene.grid, np.concatenate([self.change(scene.bands[0])[None], scene.bands[1:]]))
        with self._separation():
            return list(find_buildings(scene, rule, context, right_angles=self.right_angles))

    def _separation(self) -> AbstractContextManager[object]:
        return patch.object(instances, "SADDLE_RATIO", self.saddle_ratio)


def closed(side: int) -> Change:
    """Return a change that closes gaps: each pixel has the probability that surrounds it."""
    return lambda building: np.asarray(cv2.morphologyEx(building, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8)))


def smoothed(sigma: float) -> Change:
    """Return a change that blurs probabilities, sigma in pixels."""
    return lambda building: np.asarray(cv2.GaussianBlur(building, (0, 0), sigma))


VARIANTS: dict[str, Variant] = {
    "as shipped": Variant(),
    "right-angled": Variant(right_angles=True),
    "threshold 0.25": Variant(threshold=0.25),
    "threshold 0.30": Variant(threshold=0.30),
    "threshold 0.40": Variant(threshold=0.40),
    "threshold 0.45": Variant(threshold=0.45),
    "threshold 0.50": Variant(threshold=0.50),
    "saddle 0.5": Variant(saddle_ratio=0.5),
    "saddle 0.7": Variant(saddle_ratio=0.7),
    "saddle 0.8": Variant(saddle_ratio=0.8),
    "from 10 m2": Variant(minimum_area_m2=10.0),
    "from 20 m2": Variant(minimum_area_m2=20.0),
    "from 30 m2": Variant(minimum_area_m2=30.0),
    "gaps closed, 3 pixels": Variant(change=closed(3)),
    "gaps closed, 5 pixels": Variant(change=closed(5)),
    "smoothed, 1.5 pixels": Variant(change=smoothed(1.5)),
}
