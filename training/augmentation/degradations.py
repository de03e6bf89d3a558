"""Degradations: blur, coarser sampling, noise and compression.

Called like the changes of :mod:`training.augmentation.colours`.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import cv2
import numpy as np

from .colours import Image

#: A normal draw for every byte: bytes are drawn ten times as fast as normal numbers, and images hold whole levels.
_QUANTILES = np.array([NormalDist().inv_cdf((byte + 0.5) / 256) for byte in range(256)])


@dataclass(frozen=True)
class Blur:
    """Gaussian blur with a standard deviation between ``low`` and ``high`` pixels."""

    low: float = 0.4
    high: float = 1.3
    kind: Literal["blur"] = "blur"

    def __call__(self, image: Image, rng: np.random.Generator) -> Image:
        """Return the blurred image."""
        return np.asarray(cv2.GaussianBlur(image, (0, 0), float(rng.uniform(self.low, self.high))), dtype=np.uint8)


@dataclass(frozen=True)
class BoxBlur:
    """Mean over a square with an odd edge of 3 to ``largest`` pixels."""

    largest: int = 7
    kind: Literal["box-blur"] = "box-blur"

    def __call__(self, image: Image, rng: np.random.Generator) -> Image:
        """Return the blurred image."""
        edge = int(rng.integers(1, (self.largest - 1) // 2, endpoint=True)) * 2 + 1
        return np.asarray(cv2.blur(image, (edge, edge)), dtype=np.uint8)


@dataclass(frozen=True)
class Coarsen:
    """Resolution coarser by a factor between ``low`` and ``high``, brought back to the same number of pixels."""

    low: float = 1.1
    high: float = 1.8
    kind: Literal["coarsen"] = "coarsen"

    def __call__(self, image: Image, rng: np.random.Generator) -> Image:
        """Return the coarser image."""
        height, width = image.shape[:2]
        factor = rng.uniform(self.low, self.high)
        coarse = cv2.resize(image, (int(width / factor), int(height / factor)), interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


@dataclass(frozen=True)
class Noise:
    """Gaussian noise, each channel on its own, with a variance between ``low`` and ``high`` squared levels."""

    low: float = 10.0
    high: float = 30.0
    kind: Literal["noise"] = "noise"

    def __call__(self, image: Image, rng: np.random.Generator) -> Image:
        """Return the noisy image."""
        deviation = rng.uniform(self.low, self.high) ** 0.5
        drawn = rng.integers(0, 256, image.shape, dtype=np.uint8)
        noise = np.asarray(cv2.LUT(drawn, np.rint(_QUANTILES * deviation).astype(np.int16)), dtype=np.int16)
        return np.asarray(cv2.add(image, noise, dtype=cv2.CV_8U), dtype=np.uint8)


@dataclass(frozen=True)
class SensorNoise:
    """What a high ISO setting does: luminance noise that grows with the root of the light, and wobbling hues.

    Attributes:
        intensity: deviation of the luminance at full light, least and most, in parts of the full range.
        hue: deviation of the hue, least and most, in parts of the circle.
    """

    intensity: tuple[float, float] = (0.01, 0.05)
    hue: tuple[float, float] = (0.01, 0.05)
    kind: Literal["sensor-noise"] = "sensor-noise"

    def __call__(self, image: Image, rng: np.random.Generator) -> Image:
        """Return the noisy image."""
        light, wobble = rng.uniform(*self.intensity), rng.uniform(*self.hue)
        noise = rng.standard_normal((2, *image.shape[:2]), dtype=np.float32)
        hls = np.asarray(cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_RGB2HLS), dtype=np.float32)
        hls[..., 0] = (hls[..., 0] + noise[0] * np.float32(wobble * 360)) % 360
        hls[..., 1] = (hls[..., 1] + noise[1] * np.sqrt(hls[..., 1]) * np.float32(light)).clip(0, 1)
        rgb = np.asarray(cv2.cvtColor(hls, cv2.COLOR_HLS2RGB), dtype=np.float32)
        return np.asarray(np.rint(rgb * 255).clip(0, 255), dtype=np.uint8)


@dataclass(frozen=True)
class Compression:
    """JPEG at a quality between ``low`` and ``high``."""

    low: int = 70
    high: int = 95
    kind: Literal["compression"] = "compression"

    def __call__(self, image: Image, rng: np.random.Generator) -> Image:
        """Return the image as it comes back from JPEG."""
        quality = int(rng.integers(self.low, self.high, endpoint=True))
        # OpenCV takes the first channel for blue, and JPEG keeps less of blue than of green
        _, data = cv2.imencode(".jpg", np.ascontiguousarray(image[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, quality])
        return np.ascontiguousarray(np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR))[..., ::-1], dtype=np.uint8)
