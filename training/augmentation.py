"""Augmentation: one geometry for pre, post and masks; colours of each image on their own.

The post image is also displaced a little against the pre image, because real pairs never match exactly: sensors look
from different angles, and orthorectification leaves metres.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .labels import IGNORED


@dataclass(frozen=True)
class Augmentation:
    """How strongly to vary a crop.

    Attributes:
        scale: the crop covers between 1/scale and scale times its size.
        rotation: degrees either way, beside the quarter turns.
        displacement: standard deviation of the shift of the post image, pixels.
        colour: strength of brightness, contrast, gamma, tint and saturation changes, 0…1.
        degrade: probability of blur, coarser resolution or noise, per image.
    """

    scale: float = 1.25
    rotation: float = 15.0
    displacement: float = 1.5
    colour: float = 0.3
    degrade: float = 0.35


@dataclass(frozen=True)
class Crop:
    """A training sample.

    Attributes:
        pre: uint8 (3, S, S) RGB.
        post: uint8 (3, S, S) RGB.
        building: uint8 (S, S), 0, 1 or 255.
        damage: uint8 (S, S), 0…4 or 255.
    """

    pre: NDArray[np.uint8]
    post: NDArray[np.uint8]
    building: NDArray[np.uint8]
    damage: NDArray[np.uint8]


def draw_crop(
    pair: NDArray[np.uint8], centre: tuple[float, float], size: int, settings: Augmentation, rng: np.random.Generator
) -> Crop:
    """Cut one augmented crop.

    Args:
        pair: uint8 (H, W, 8): pre RGB, post RGB, building, damage.
        centre: row and column in the pair that come to the middle of the crop.
        size: edge length of the crop in pixels.
        settings: how strongly to vary.
        rng: source of all random draws.
    """
    scale = float(np.exp(rng.uniform(-1, 1) * np.log(settings.scale)))
    angle = float(rng.integers(4)) * 90 + (rng.uniform(-1, 1) * settings.rotation if rng.random() < 0.5 else 0.0)
    flip = -1.0 if rng.random() < 0.5 else 1.0
    c, s = np.cos(np.radians(angle)) * scale, np.sin(np.radians(angle)) * scale
    linear = np.array([[c * flip, -s], [s * flip, c]])
    # read only the part of the memory map that the crop can touch
    reach = int(np.ceil(size * scale * 0.75)) + 16
    row, column = int(centre[0]), int(centre[1])
    top, left = max(0, row - reach), max(0, column - reach)
    patch = np.ascontiguousarray(pair[top : row + reach, left : column + reach])
    middle = np.array([column - left, row - top], dtype=float)
    matrix = np.c_[linear, middle - linear @ np.array([size / 2, size / 2])]
    shifted = matrix.copy()
    if rng.random() < 0.7:
        shifted[:, 2] += rng.normal(0, settings.displacement, 2)

    def warp(image: NDArray[np.uint8], to_source: NDArray[np.float64], flags: int, fill: int) -> NDArray[np.uint8]:
        out = cv2.warpAffine(
            image, to_source, (size, size), flags=flags | cv2.WARP_INVERSE_MAP, borderValue=(fill, fill, fill)
        )
        return np.asarray(out, dtype=np.uint8)

    masks = [warp(np.ascontiguousarray(patch[..., i]), matrix, cv2.INTER_NEAREST, IGNORED) for i in (6, 7)]
    pre = warp(np.ascontiguousarray(patch[..., :3]), matrix, cv2.INTER_LINEAR, 0)
    post = warp(np.ascontiguousarray(patch[..., 3:6]), shifted, cv2.INTER_LINEAR, 0)
    pre, post = (
        _degrade(_recolour(pre, settings, rng), settings, rng),
        _degrade(_recolour(post, settings, rng), settings, rng),
    )
    return Crop(
        np.ascontiguousarray(pre.transpose(2, 0, 1)), np.ascontiguousarray(post.transpose(2, 0, 1)), masks[0], masks[1]
    )


def _recolour(image: NDArray[np.uint8], settings: Augmentation, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Change brightness, contrast, gamma, tint and saturation as another sensor, season or haze would."""
    k = settings.colour
    if k <= 0 or rng.random() < 0.2:
        return image
    x = np.linspace(0, 1, 256)
    gamma = np.exp(rng.uniform(-1, 1) * k * 1.2)
    contrast, brightness = 1 + rng.uniform(-1, 1) * k, rng.uniform(-1, 1) * k * 0.5
    tint = 1 + rng.normal(0, k * 0.2, 3)
    curves = [(((x**gamma - 0.5) * contrast + 0.5 + brightness) * t).clip(0, 1) for t in tint]
    table = np.stack([np.rint(c * 255) for c in curves], axis=-1).astype(np.uint8)
    out = np.stack([cv2.LUT(image[..., i], table[:, i]) for i in range(3)], axis=-1)
    saturation = 1 + rng.uniform(-1, 1) * k * 1.3
    grey = cv2.cvtColor(out, cv2.COLOR_RGB2GRAY)[..., None].astype(np.float32)
    return np.asarray((grey + (out - grey) * saturation).clip(0, 255), dtype=np.uint8)


def _degrade(image: NDArray[np.uint8], settings: Augmentation, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Blur, sample more coarsely or add noise."""
    if rng.random() >= settings.degrade:
        return image
    kind = rng.integers(3)
    if kind == 0:
        return np.asarray(cv2.GaussianBlur(image, (0, 0), float(rng.uniform(0.4, 1.3))), dtype=np.uint8)
    if kind == 1:
        size = image.shape[0]
        small = int(size / rng.uniform(1.1, 1.8))
        coarse = cv2.resize(image, (small, small), interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.resize(coarse, (size, size), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
    noise = rng.normal(0, rng.uniform(2, 9), image.shape).astype(np.float32)
    return np.asarray((image + noise).clip(0, 255), dtype=np.uint8)
