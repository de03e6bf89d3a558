"""Label rules of the published solutions, pixel for pixel.

Facts from the public programs: second place 5d0caba, fifth place ba19ed1, first place 8c70776, baseline 821d9f8. All of
them draw with OpenCV's ``fillPoly``, whose edges differ a little between versions (4.11 to 5.0 agree).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from shapely import Polygon

from xview2_qgis.engine.scoring.challenge import IGNORED

from .outlines import Outline, Ring, read_first_outlines, read_outlines, rounded, truncated

Mask = NDArray[np.uint8]


def _fill(mask: Mask, rings: list[Ring], value: int) -> None:
    """Fill rings into a mask, by the even-odd rule where they overlap each other."""
    if rings:
        cv2.fillPoly(mask, rings, [value])


@dataclass(frozen=True)
class SecondPlaceRule:
    """Outer rings, truncated coordinates, later ones over earlier ones; un-classified damage is ignored."""

    def building_mask(self, pre: Path, post: Path, height: int, width: int) -> Mask:
        """Return 1 where the pre label has a building."""
        return (self.damage_mask(pre, height, width) > 0).astype(np.uint8)

    def damage_mask(self, post: Path, height: int, width: int) -> Mask:
        """Return the mask of the post label."""
        mask = np.zeros((height, width), np.uint8)
        for outline in read_first_outlines(post):
            _fill(mask, [truncated(outline.exterior)], outline.value)
        return mask


@dataclass(frozen=True)
class FifthPlaceRule:
    """Outer rings, rounded coordinates, both masks from the post label; un-classified is ignored in both.

    All buildings of a class are one even-odd fill: where two of them overlap, there is a hole. Classes are drawn in the
    order 1, 2, 3, 4, un-classified.
    """

    def building_mask(self, pre: Path, post: Path, height: int, width: int) -> Mask:
        """Return 1 where the post label has a building with a class, 255 where it has one without."""
        damage = self.damage_mask(post, height, width)
        return np.where(damage == IGNORED, damage, damage > 0).astype(np.uint8)

    def damage_mask(self, post: Path, height: int, width: int) -> Mask:
        """Return the mask of the post label."""
        mask = np.zeros((height, width), np.uint8)
        outlines = read_outlines(post)
        for value in (1, 2, 3, 4, IGNORED):
            _fill(mask, [rounded(o.exterior) for o in outlines if o.value == value], value)
        return mask


@dataclass(frozen=True)
class FirstPlaceRule:
    """Holes cut, rounded coordinates, later ones over earlier ones; un-classified counts as no damage."""

    def building_mask(self, pre: Path, post: Path, height: int, width: int) -> Mask:
        """Return 1 where the pre label has a building."""
        return (self.damage_mask(pre, height, width) > 0).astype(np.uint8)

    def damage_mask(self, post: Path, height: int, width: int) -> Mask:
        """Return the mask of the post label."""
        mask = np.zeros((height, width), np.uint8)
        for outline in read_outlines(post):
            # a building of its own, because a hole must not erase what lies in it
            alone = np.zeros_like(mask)
            _fill(alone, [rounded(outline.exterior)], 1)
            _fill(alone, [rounded(hole) for hole in outline.holes], 0)
            mask[alone > 0] = _or_no_damage(outline.value)
        return mask


@dataclass(frozen=True)
class BaselineRule:
    """Outer rings, truncated coordinates; un-classified counts as no damage.

    In the building mask pixels of more than one building are background, in the damage mask later ones overwrite. The
    published program writes no building mask for a scene without buildings; here it is all background.

    Attributes:
        border: pixels by which vertices of the building mask are first moved towards the centroid, in x and in y.
            The published instructions use 2.
    """

    border: int = 0

    def building_mask(self, pre: Path, post: Path, height: int, width: int) -> Mask:
        """Return 1 where the pre label has exactly one building."""
        once, more = np.zeros((2, height, width), np.uint8)
        for ring in self._building_rings(pre):
            alone = np.zeros_like(once)
            _fill(alone, [ring], 1)
            more |= once & alone
            once |= alone
        return once & ~more

    def damage_mask(self, post: Path, height: int, width: int) -> Mask:
        """Return the mask of the post label."""
        mask = np.zeros((height, width), np.uint8)
        for outline in read_outlines(post):
            _fill(mask, [truncated(outline.exterior)], _or_no_damage(outline.value))
        return mask

    def _building_rings(self, pre: Path) -> list[Ring]:
        if not self.border:
            return [truncated(outline.exterior) for outline in read_first_outlines(pre)]
        return [self._moved(outline) for outline in read_outlines(pre)]

    def _moved(self, outline: Outline) -> Ring:
        points = truncated(outline.exterior).astype(np.float64)
        centroid = Polygon(points).centroid
        towards = np.sign(np.array([centroid.x, centroid.y]) - points)
        return truncated(points + self.border * towards)


def _or_no_damage(value: int) -> int:
    return 1 if value == IGNORED else value
