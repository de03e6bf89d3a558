"""Paint the roofs of the synthetic town from a small height model of each building.

The roof of a building is the highest of the roofs of its rectangles; valleys, ridges and the shading of each side
follow from that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xview2_qgis.engine.synthetic.canvas import FloatImage, Patch, Sun, patch_around
from xview2_qgis.engine.synthetic.layout import House

_AMBIENT = 0.52


@dataclass(frozen=True)
class HousePatch:
    """A building on the pixels around it.

    Attributes:
        patch: the pixels.
        u: first building axis per pixel, shape (h, w).
        v: second building axis per pixel, shape (h, w).
        inside: distance in pixels to the outline, positive inside, shape (h, w).
        height: height of the roof above the eaves, shape (h, w).
    """

    patch: Patch
    u: FloatImage
    v: FloatImage
    inside: FloatImage
    height: FloatImage

    @property
    def cover(self) -> FloatImage:
        """How much of each pixel the building covers, 0–1."""
        return np.asarray(np.clip(self.inside + np.float32(0.5), 0, 1), dtype=np.float32)


def house_patch(house: House, shape: tuple[int, ...], margin: float = 3.0) -> HousePatch:
    """Return a building on the pixels within ``margin`` around it of an image of ``shape`` (H, W, …)."""
    reach = house.radius
    low, high = (house.x - reach, house.y - reach), (house.x + reach, house.y + reach)
    patch = patch_around(shape, low, high, margin)
    x, y = patch.centres()
    cos, sin = np.float32(math.cos(house.angle)), np.float32(math.sin(house.angle))
    dx, dy = x - np.float32(house.x), y - np.float32(house.y)
    u, v = cos * dx + sin * dy, cos * dy - sin * dx
    inside = np.full(u.shape, -1e3, np.float32)
    height = np.zeros(u.shape, np.float32)
    for part in house.parts:
        along = np.float32(part.half_u) - np.abs(u - np.float32(part.u))
        across = np.float32(part.half_v) - np.abs(v - np.float32(part.v))
        nearest = np.minimum(along, across)
        inside = np.maximum(inside, nearest)
        if house.roof == "gable":
            rise = across if part.half_u >= part.half_v else along
            rise = np.where(nearest > -0.5, rise, np.float32(0))
        else:
            rise = nearest
        height = np.maximum(height, np.maximum(rise, 0) * np.float32(house.slope))
    return HousePatch(patch, u, v, inside, height)


def roof_colours(house: House, place: HousePatch, sun: Sun) -> FloatImage:
    """Return the colours of an undamaged roof on its patch, shape (h, w, 3)."""
    rng = np.random.default_rng(house.seed)
    shade = _shading(place, sun)
    size = place.u.shape
    pattern = np.zeros(size, np.float32)
    pattern += rng.standard_normal(size, dtype=np.float32) * np.float32(rng.uniform(1.5, 4.0))
    if house.roof == "flat":
        pattern += np.where(np.sin(place.u * rng.uniform(0.3, 0.7)) > 0.93, -6, 0)
    elif max(house.colour) > 150:  # metal and clay show their courses
        pattern += np.sin(place.u * np.float32(rng.uniform(1.0, 2.0))) * np.float32(3.5)
    weather = np.sin(place.u * rng.uniform(0.1, 0.3) + rng.uniform(0, 6)) * np.sin(
        place.v * rng.uniform(0.1, 0.4) + rng.uniform(0, 6)
    )
    pattern += weather.astype(np.float32) * np.float32(rng.uniform(1.0, 5.0))
    colours = (np.asarray(house.colour, np.float32) + pattern[..., None]) * shade[..., None]
    if house.roof == "flat":
        _flat_details(rng, house, place, colours, sun)
    else:
        _pitched_details(rng, house, place, colours)
    # the eaves and the gutter stand out a little
    rim = (place.inside < 1.2)[..., None]
    return np.asarray(np.where(rim, colours * (1.12 if house.roof == "flat" else 0.9), colours), dtype=np.float32)


def _shading(place: HousePatch, sun: Sun) -> FloatImage:
    sx, sy, sz = sun.direction
    dy, dx = np.gradient(place.height) if min(place.height.shape) > 1 else (place.height, place.height)
    length = np.sqrt(1 + dx * dx + dy * dy)
    lit = np.maximum(0.0, (sz - sx * dx - sy * dy) / length)
    return np.asarray(_AMBIENT + (1 - _AMBIENT) * lit / sz, dtype=np.float32)


def _flat_details(rng: np.random.Generator, house: House, place: HousePatch, colours: FloatImage, sun: Sun) -> None:
    part = house.parts[0]
    offset = sun.shadow(2.5)
    cos, sin = math.cos(house.angle), math.sin(house.angle)
    du, dv = cos * offset[0] + sin * offset[1], cos * offset[1] - sin * offset[0]
    for _ in range(int(rng.poisson(part.half_u * part.half_v / 140))):
        u = part.u + rng.uniform(-0.75, 0.75) * part.half_u
        v = part.v + rng.uniform(-0.75, 0.75) * part.half_v
        half = rng.uniform(1.2, 2.6)
        colours[_box(place, u + du, v + dv, half, half)] *= 0.6
        colours[_box(place, u, v, half, half)] = rng.uniform(150, 225)


def _pitched_details(rng: np.random.Generator, house: House, place: HousePatch, colours: FloatImage) -> None:
    part = house.parts[0]
    if part.half_u < 8:
        return
    top = float(place.height.max(initial=0.0))
    colours[(place.height > top - 0.5 * house.slope) & (place.height > 1)] *= np.float32(rng.uniform(0.94, 1.15))
    for _ in range(int(rng.integers(1, 4))):
        u = part.u + rng.uniform(-0.7, 0.7) * part.half_u
        v = part.v + rng.uniform(-0.5, 0.5) * part.half_v
        colours[_box(place, u, v, 0.8, 0.8)] = rng.choice([70.0, 190.0, 120.0])
    if rng.random() < 0.09:  # solar panels
        side = rng.choice([-1.0, 1.0])
        panels = _box(place, part.u + rng.uniform(-0.3, 0.3) * part.half_u, part.v + side * part.half_v / 2, 4.5, 2.2)
        colours[panels] = (46, 54, 74)


def _box(place: HousePatch, u: float, v: float, half_u: float, half_v: float) -> NDArray[np.bool_]:
    inside = (np.abs(place.u - np.float32(u)) < half_u) & (np.abs(place.v - np.float32(v)) < half_v)
    return np.asarray(inside & (place.inside > 0))
