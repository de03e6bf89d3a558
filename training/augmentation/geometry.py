"""Geometry: which part of a pair a crop shows, and how it lies in it.

Coordinates are (column, row). They are continuous where a window is placed: pixel 0 reaches from 0 to 1. A
:class:`Window` counts from pixel centres, as OpenCV does.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .colours import Image
from .presets import Augmentation

_FLAGS = {
    "nearest": cv2.INTER_NEAREST,
    "linear": cv2.INTER_LINEAR,
    "cubic": cv2.INTER_CUBIC,
    "lanczos": cv2.INTER_LANCZOS4,
}

#: Pixels beside the window that the widest interpolation looks at.
_REACH = 5


@dataclass(frozen=True)
class Subject:
    """What must be in a crop.

    Attributes:
        box: left, top, right and bottom in the pair, in pixels.
        margin: least distance from the edge of the crop, in edges of the crop.
    """

    box: tuple[float, float, float, float]
    margin: float = 0.0


@dataclass(frozen=True)
class Window:
    """The part of a pair that a crop shows.

    Attributes:
        matrix: float64 (2, 3), from pixel centres of the crop to those of the pair.
        size: edge length of the crop in pixels.
    """

    matrix: NDArray[np.float64]
    size: int

    def moved(self, columns: float, rows: float) -> Window:
        """Return the window that shows what lies so many pixels of the pair further right and down."""
        return Window(self.matrix + np.array([[0, 0, columns], [0, 0, rows]]), self.size)

    def read(self, image: Image, interpolation: str, fill: int) -> Image:
        """Return uint8 (size, size) or (size, size, 3), with ``fill`` outside the image."""
        left, top, right, bottom = self._bounds(image, _REACH)
        out = cv2.warpAffine(
            image[top:bottom, left:right],
            self.moved(-left, -top).matrix,
            (self.size, self.size),
            flags=_FLAGS[interpolation] | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(fill, fill, fill),
        )
        return np.asarray(out, dtype=np.uint8)

    def read_along(self, image: Image, field: NDArray[np.float32], interpolation: str, fill: int) -> Image:
        """Read like :meth:`read`, each pixel displaced by the field, float32 (2, size, size) in pixels of the pair."""
        left, top, right, bottom = self._bounds(image, _REACH + float(np.abs(field).max()))
        rows, columns = np.mgrid[: self.size, : self.size].astype(np.float32)
        a = self.moved(-left, -top).matrix.astype(np.float32)
        out = cv2.remap(
            image[top:bottom, left:right],
            a[0, 0] * columns + a[0, 1] * rows + a[0, 2] + field[0],
            a[1, 0] * columns + a[1, 1] * rows + a[1, 2] + field[1],
            _FLAGS[interpolation],
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(fill, fill, fill),
        )
        return np.asarray(out, dtype=np.uint8)

    def _bounds(self, image: Image, reach: float) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of what the window touches; of a larger image OpenCV would read far more."""
        last = self.size - 1.0
        corners = self.matrix @ np.array([[0, last, 0, last], [0, 0, last, last], [1, 1, 1, 1]])
        edge = np.array([image.shape[1], image.shape[0]])
        left, top = np.clip(np.floor(corners.min(1) - reach), 0, edge - 1).astype(int)
        right, bottom = np.clip(np.ceil(corners.max(1) + reach) + 1, [left + 1, top + 1], edge).astype(int)
        return int(left), int(top), int(right), int(bottom)


def draw_window(
    settings: Augmentation,
    size: int,
    shape: tuple[int, int],
    subject: Subject | None,
    overhang: float,
    rng: np.random.Generator,
) -> Window:
    """Draw a window.

    Args:
        settings: how strongly scale, rotation and shift vary.
        size: edge length of the crop in pixels.
        shape: height and width of the pair.
        subject: what the crop must contain; without, every place is equally likely. A subject that is larger than the
            window fills it.
        overhang: how much of the window's edge may lie outside the pair, 0…1.
        rng: source of the draws.
    """
    affine = rng.random() < settings.affine_share
    linear = _draw_linear(settings, affine, rng)
    extent = np.abs(linear).sum(1) * size
    low = extent * (0.5 - overhang)
    high = np.array([shape[1], shape[0]]) - low
    middle = (low + high) / 2
    low, high = np.minimum(low, middle), np.maximum(high, middle)
    shift = settings.shift if affine else 0.0
    centre = rng.uniform(low, high) if subject is None else _around(subject, linear, size, shift, (low, high), rng)
    centre = centre + linear @ rng.uniform(-shift, shift, 2) * size
    start = linear @ np.full(2, 0.5 - size / 2) + centre - 0.5
    if np.array_equal(linear, np.rint(linear)):
        start = np.rint(start)  # neither scaled nor rotated: pixels are moved and stay sharp
    return Window(np.c_[linear, start], size)


def draw_field(size: int, deviation: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw a smooth displacement, float32 (2, size, size), that bends four times over the crop."""
    knots = rng.normal(0, deviation, (2, 4, 4)).astype(np.float32)
    return np.stack([cv2.resize(k, (size, size), interpolation=cv2.INTER_CUBIC) for k in knots])


def _draw_linear(settings: Augmentation, affine: bool, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw scale, rotation and orientation: (2, 2) from the crop to the pair."""
    step = 1.0
    if rng.random() < settings.sized_share:
        step = float(rng.uniform(*settings.sized))
    elif affine:
        step = float(np.exp(-rng.uniform(*np.log(settings.scale))))
    angle = 0.0
    if affine and rng.random() < settings.rotation_share:
        angle = float(np.radians(rng.uniform(-settings.rotation, settings.rotation)))
    cosine, sine = np.cos(angle) * step, np.sin(angle) * step
    linear = np.array([[cosine, -sine], [sine, cosine]])
    if settings.turns:
        # exact whole numbers, so that a quarter turn moves pixels and does not blur them
        linear = linear @ np.linalg.matrix_power(np.array([[0, -1], [1, 0]]), int(rng.integers(4)))
        linear = linear * np.array([-1 if rng.random() < 0.5 else 1, 1])
    return linear


def _around(
    subject: Subject,
    linear: NDArray[np.float64],
    size: int,
    slack: float,
    bounds: tuple[NDArray[np.floating], NDArray[np.floating]],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Draw a centre from which the window contains the subject, inside ``bounds`` where that is possible.

    ``slack`` of an edge stays free around the subject, because the window will be shifted.
    """
    left, top, right, bottom = subject.box
    inverse = np.linalg.inv(linear)
    corners = inverse @ np.array([[left, right, left, right], [top, top, bottom, bottom]])
    reach = size * (0.5 - max(subject.margin, slack))
    first, last = corners.max(1) - reach, corners.min(1) + reach
    centre: NDArray[np.float64] = linear @ rng.uniform(np.minimum(first, last), np.maximum(first, last))
    inside = np.clip(centre, *bounds)
    # moving a rotated window inside can push the subject out of it
    kept = np.abs(corners - (inverse @ inside)[:, None]).max(1) <= size * (0.5 - slack) + 1e-6
    return inside.astype(np.float64) if (kept | (first > last)).all() else centre
