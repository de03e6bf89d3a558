"""Colours: what another sensor, season or haze does to an image.

Every change is called with an uint8 (H, W, 3) RGB image and a source of draws, and returns a new image of that kind.
Which draws it makes never depends on the image, so that two images called with equally seeded sources change equally.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Curve = NDArray[np.float64]

_LEVELS: Curve = np.linspace(0, 1, 256)

#: Weights of red, green and blue in luminance (ITU-R BT.601).
_LUMINANCE = np.array([0.299, 0.587, 0.114])

#: Principal components of the colours of ImageNet (Krizhevsky, Sutskever and Hinton 2012), for images in 0…1.
_EIGENVALUES = np.array([0.2175, 0.0188, 0.0045])
_EIGENVECTORS = np.array(
    [[-0.5675, 0.7192, 0.4009], [-0.5808, -0.0045, -0.8140], [-0.5836, -0.6948, 0.4203]],
)


@dataclass(frozen=True)
class SensorChange:
    """Gamma, contrast, brightness, tint and saturation together.

    Attributes:
        strength: 0…1.
    """

    strength: float = 0.3
    kind: Literal["sensor"] = "sensor"

    def __call__(self, image: Image, rng: np.random.Generator) -> Image:
        """Return the changed image."""
        k = self.strength
        gamma = np.exp(rng.uniform(-1, 1) * k * 1.2)
        contrast, brightness = 1 + rng.uniform(-1, 1) * k, rng.uniform(-1, 1) * k * 0.5
        tint = 1 + rng.normal(0, k * 0.2, 3)
        curve = (_LEVELS**gamma - 0.5) * contrast + 0.5 + brightness
        return _saturate(_through(image, curve[:, None] * tint), 1 + rng.uniform(-1, 1) * k * 1.3)


@dataclass(frozen=True)
class BrightnessContrast:
    """Levels times 1 ± ``contrast``, plus or minus ``brightness`` of the full range."""

    brightness: float = 0.2
    contrast: float = 0.2
    kind: Literal["brightness-contrast"] = "brightness-contrast"

    def __call__(self, image: Image, rng: np.random.Generator) -> Image:
        """Return the changed image."""
        factor = 1 + rng.uniform(-self.contrast, self.contrast)
        return _through(image, _LEVELS * factor + rng.uniform(-self.brightness, self.brightness))


@dataclass(frozen=True)
class Gamma:
    """Levels to the power of a number between ``low`` and ``high``."""

    low: float = 0.8
    high: float = 1.2
    kind: Literal["gamma"] = "gamma"

    def __call__(self, image: Image, rng: np.random.Generator) -> Image:
        """Return the changed image."""
        return _through(image, _LEVELS ** rng.uniform(self.low, self.high))


@dataclass(frozen=True)
class ChannelShift:
    """Each channel plus or minus ``amount`` levels of 255, drawn one by one."""

    amount: float = 20.0
    kind: Literal["channel-shift"] = "channel-shift"

    def __call__(self, image: Image, rng: np.random.Generator) -> Image:
        """Return the changed image."""
        return _through(image, _LEVELS[:, None] + rng.uniform(-self.amount, self.amount, 3) / 255)


@dataclass(frozen=True)
class Lighting:
    """A shift along the principal components of natural colours, as AlexNet was trained with.

    Attributes:
        deviation: standard deviation of the coefficients.
    """

    deviation: float = 0.3
    kind: Literal["lighting"] = "lighting"

    def __call__(self, image: Image, rng: np.random.Generator) -> Image:
        """Return the changed image."""
        shift = _EIGENVECTORS @ (rng.normal(0, self.deviation, 3) * _EIGENVALUES)
        return _through(image, _LEVELS[:, None] + shift)


@dataclass(frozen=True)
class HueSaturationValue:
    """Plus or minus in OpenCV's units: hue in steps of 2 degrees, saturation and value in levels of 255."""

    hue: float = 20.0
    saturation: float = 30.0
    value: float = 20.0
    kind: Literal["hue-saturation-value"] = "hue-saturation-value"

    def __call__(self, image: Image, rng: np.random.Generator) -> Image:
        """Return the changed image."""
        hue, saturation, value = (rng.uniform(-a, a) for a in (self.hue, self.saturation, self.value))
        return _shift_hsv(image, hue, saturation, value)


@dataclass(frozen=True)
class Jitter:
    """Factors 1 ± ``brightness``, ``contrast`` (about the mean) and ``saturation``; hue ± ``hue`` of the circle."""

    brightness: float = 0.2
    contrast: float = 0.2
    saturation: float = 0.2
    hue: float = 0.1
    kind: Literal["jitter"] = "jitter"

    def __call__(self, image: Image, rng: np.random.Generator) -> Image:
        """Return the changed image."""
        bright, contrast, saturation = (
            1 + rng.uniform(-a, a) for a in (self.brightness, self.contrast, self.saturation)
        )
        hue = rng.uniform(-self.hue, self.hue)
        mean = float(np.array(cv2.mean(image)[:3]) @ _LUMINANCE) / 255 * bright
        changed = _saturate(_through(image, (_LEVELS * bright - mean) * contrast + mean), saturation)
        return _shift_hsv(changed, hue * 180) if self.hue else changed


def _through(image: Image, curves: Curve) -> Image:
    """Send levels through curves in 0…1, (256,) for all channels or (256, 3)."""
    table = np.rint(curves.clip(0, 1) * 255).astype(np.uint8)
    return np.asarray(cv2.LUT(image, table if table.ndim == 1 else table[None]), dtype=np.uint8)


def _saturate(image: Image, factor: float) -> Image:
    """Scale the distance of every colour from its grey."""
    mix = np.eye(3) * factor + (1 - factor) * _LUMINANCE
    return np.asarray(cv2.transform(image, mix), dtype=np.uint8)


def _shift_hsv(image: Image, hue: float, saturation: float = 0.0, value: float = 0.0) -> Image:
    """Turn the hue and shift saturation and value, in OpenCV's units."""
    turned = np.rint(np.arange(256) + hue) % 180
    curves = np.c_[turned / 255, _LEVELS + saturation / 255, _LEVELS + value / 255]
    changed = _through(np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2HSV), dtype=np.uint8), curves)
    return np.asarray(cv2.cvtColor(changed, cv2.COLOR_HSV2RGB), dtype=np.uint8)
