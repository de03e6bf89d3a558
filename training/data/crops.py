"""Crops: what a network is trained on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..augmentation.colours import Image
from ..augmentation.geometry import Subject, draw_field, draw_window
from ..augmentation.presets import Augmentation
from ..labels import IGNORED
from .xbd import LabelledPair


@dataclass(frozen=True)
class Crop:
    """A training sample.

    Attributes:
        pre: uint8 (3, S, S) RGB.
        post: uint8 (3, S, S) RGB.
        building: uint8 (S, S), 0, 1 or 255.
        damage: uint8 (S, S), 0…4 or 255.
        post_only: there is no pre-event image, and ``pre`` is the post-event image.
    """

    pre: NDArray[np.uint8]
    post: NDArray[np.uint8]
    building: NDArray[np.uint8]
    damage: NDArray[np.uint8]
    post_only: bool = False

    def without_pre(self) -> Crop:
        """Return the crop with its post-event image in the place of the pre-event one."""
        return replace(self, pre=self.post, post_only=True)


def draw_crop(
    pair: LabelledPair,
    size: int,
    settings: Augmentation,
    rng: np.random.Generator,
    subject: Subject | None = None,
    overhang: float = 0.0,
) -> Crop:
    """Cut one augmented crop.

    Args:
        pair: images and masks, in memory or mapped into it.
        size: edge length of the crop in pixels.
        settings: how strongly to vary.
        rng: source of all random draws.
        subject: what the crop must contain; without, every place is equally likely.
        overhang: how much of the crop's edge may lie outside the pair; there images are 0 and masks are ignored.
    """
    height, width = pair.building.shape
    window = draw_window(settings, size, (height, width), subject, overhang, rng)
    shifted = window
    # a post-event image alone is what its masks are drawn on
    if not pair.post_only and settings.displacement and rng.random() < settings.displacement_share:
        shifted = window.moved(*rng.normal(0, settings.displacement, 2))
    pre = window.read(pair.pre, settings.interpolation, 0)
    if settings.parallax:
        field = draw_field(size, settings.parallax, rng)
        post = shifted.read_along(pair.post, field, settings.interpolation, 0)
    else:
        post = shifted.read(pair.post, settings.interpolation, 0)
    seeds = rng.integers(2**63, size=2)
    if settings.shared_colour:
        seeds[1] = seeds[0]
    crop = Crop(
        _changed(pre, settings, seeds[0]),
        _changed(post, settings, seeds[1]),
        window.read(pair.building, "nearest", IGNORED),
        window.read(pair.damage, "nearest", IGNORED),
    )
    return crop.without_pre() if pair.post_only else crop


def _changed(image: Image, settings: Augmentation, seed: int) -> Image:
    """Change the levels, and bring the channels first."""
    rng = np.random.default_rng(seed)
    for stage in settings.colours:
        if rng.random() < stage.share:
            image = stage.one_of[rng.integers(len(stage.one_of))](image, rng)
    return np.ascontiguousarray(image.transpose(2, 0, 1))
