"""Paint on a float image: smooth noise, soft polygons, lines and shadows.

Coordinates are those of GDAL: (0, 0) is the outer corner of the upper left pixel, (0.5, 0.5) the centre of that pixel.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Colour = tuple[float, float, float]
FloatImage = NDArray[np.float32]

_SUBPIXEL_BITS = 4


@dataclass(frozen=True)
class Sun:
    """Where the sun stands.

    Attributes:
        azimuth: degrees clockwise from north (up in the image).
        elevation: degrees above the horizon.
    """

    azimuth: float
    elevation: float

    @property
    def direction(self) -> tuple[float, float, float]:
        """Unit vector to the sun: image x (right), image y (down), up."""
        azimuth, elevation = math.radians(self.azimuth), math.radians(self.elevation)
        flat = math.cos(elevation)
        return math.sin(azimuth) * flat, -math.cos(azimuth) * flat, math.sin(elevation)

    def shadow(self, height: float) -> tuple[float, float]:
        """Return where the shadow of a point ``height`` pixels above the ground falls, as an offset in pixels."""
        x, y, up = self.direction
        return -x / up * height, -y / up * height


@dataclass(frozen=True)
class Patch:
    """A rectangle of an image, with the coordinates of its pixel centres.

    Attributes:
        rows: rows of the image.
        cols: columns of the image.
    """

    rows: slice
    cols: slice

    @property
    def empty(self) -> bool:
        """True if no pixel of the image lies inside."""
        return bool(self.rows.start >= self.rows.stop or self.cols.start >= self.cols.stop)

    def centres(self) -> tuple[FloatImage, FloatImage]:
        """Return x with shape (1, w) and y with shape (h, 1) of the pixel centres."""
        x = np.arange(self.cols.start, self.cols.stop, dtype=np.float32)[None, :] + np.float32(0.5)
        y = np.arange(self.rows.start, self.rows.stop, dtype=np.float32)[:, None] + np.float32(0.5)
        return x, y


def patch_around(shape: tuple[int, ...], low: Sequence[float], high: Sequence[float], margin: float = 2.0) -> Patch:
    """Return the pixels of an image of ``shape`` (H, W, …) between the corners ``low`` and ``high`` (x, y)."""
    rows = slice(max(0, math.floor(low[1] - margin)), min(shape[0], math.ceil(high[1] + margin)))
    cols = slice(max(0, math.floor(low[0] - margin)), min(shape[1], math.ceil(high[0] + margin)))
    return Patch(rows, cols)


def value_noise(rng: np.random.Generator, height: int, width: int, scale: float, octaves: int = 1) -> FloatImage:
    """Return smooth noise with mean 0 and standard deviation 1, shape (height, width).

    Args:
        rng: source of randomness.
        height: rows.
        width: columns.
        scale: size in pixels of the coarsest features.
        octaves: number of layers, each half as coarse and half as strong as the one before.
    """
    total = np.zeros((height, width), dtype=np.float32)
    strength, power = 1.0, 0.0
    for _ in range(octaves):
        rows, cols = math.ceil(height / scale) + 3, math.ceil(width / scale) + 3
        coarse = rng.standard_normal((rows, cols), dtype=np.float32)
        fine = cv2.resize(coarse, (round(cols * scale), round(rows * scale)), interpolation=cv2.INTER_CUBIC)
        top, left = int(rng.integers(0, max(1, round(scale)))), int(rng.integers(0, max(1, round(scale))))
        total += np.float32(strength) * fine[top:, left:][:height, :width]
        power += strength**2
        strength, scale = strength / 2, max(1.0, scale / 2)
    # 0.75: what cubic interpolation leaves of the standard deviation of white noise, roughly
    return np.asarray(total / np.float32(0.75 * math.sqrt(power)), dtype=np.float32)


def coverage(points: Points, patch: Patch) -> FloatImage:
    """Return how much of each pixel of a patch the polygon ``points`` (N, 2) covers, 0 to 1 with soft edges."""
    mask = np.zeros((patch.rows.stop - patch.rows.start, patch.cols.stop - patch.cols.start), dtype=np.uint8)
    local = (points - (patch.cols.start + 0.5, patch.rows.start + 0.5)) * (1 << _SUBPIXEL_BITS)
    cv2.fillPoly(mask, [np.round(local).astype(np.int32)], 255, cv2.LINE_AA, _SUBPIXEL_BITS)
    return np.asarray(mask.astype(np.float32) / np.float32(255.0))


def blend(canvas: FloatImage, patch: Patch, alpha: FloatImage, colour: FloatImage | Colour) -> None:
    """Mix ``colour`` (one, or one per pixel with shape (h, w, 3)) into a patch of ``canvas`` (H, W, 3)."""
    area = canvas[patch.rows, patch.cols]
    area += alpha[..., None] * (np.asarray(colour, dtype=np.float32) - area)


def fill(
    canvas: FloatImage, points: Points, colour: Colour, alpha: float = 1.0, texture: FloatImage | None = None
) -> None:
    """Fill the polygon ``points`` (N, 2) on ``canvas`` (H, W, 3).

    Args:
        canvas: image, changed in place.
        points: corners.
        colour: colour.
        alpha: opacity.
        texture: brightness added per pixel, shape (H, W) of the whole canvas.
    """
    patch = patch_around(canvas.shape, points.min(axis=0), points.max(axis=0))
    if patch.empty:
        return
    cover = coverage(points, patch) * np.float32(alpha)
    if texture is None:
        blend(canvas, patch, cover, colour)
    else:
        blend(canvas, patch, cover, np.asarray(colour, np.float32) + texture[patch.rows, patch.cols, None])


def draw_line(mask: NDArray[np.uint8], points: Points, width: float, value: int = 255) -> None:
    """Draw a line of ``width`` pixels through ``points`` (N, 2) on ``mask`` (H, W), with soft edges."""
    tangent = np.gradient(points, axis=0)
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)
    normal *= width / 2 / np.maximum(np.hypot(normal[:, 0], normal[:, 1]), 1e-9)[:, None]
    ring = np.concatenate([points + normal, (points - normal)[::-1]])
    scaled = np.round((ring - 0.5) * (1 << _SUBPIXEL_BITS)).astype(np.int32)
    cv2.fillPoly(mask, [scaled], value, cv2.LINE_AA, _SUBPIXEL_BITS)


def sweep(mask: NDArray[np.uint8], ring: Points, offset: tuple[float, float], value: int = 255) -> None:
    """Draw on ``mask`` (H, W) what the convex ``ring`` (N, 2) sweeps over when moved by ``offset``: its shadow."""
    both = np.concatenate([ring, ring + offset])
    hull = cv2.convexHull(np.round((both - 0.5) * (1 << _SUBPIXEL_BITS)).astype(np.int32))
    cv2.fillConvexPoly(mask, hull, value, cv2.LINE_AA, _SUBPIXEL_BITS)


def rectangle(x: float, y: float, angle: float, half_length: float, half_width: float) -> Points:
    """Return the corners (4, 2) of a rectangle centred on (x, y) whose length points along ``angle`` (radians)."""
    along = np.array([math.cos(angle), math.sin(angle)]) * half_length
    across = np.array([-math.sin(angle), math.cos(angle)]) * half_width
    corners = np.array([-along - across, along - across, along + across, -along + across])
    return np.asarray(corners + np.array([x, y]), dtype=np.float64)
