"""Paint the ground of the synthetic town: grass and soil, lots, fields, roads, water, cars."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from xview2_qgis.engine.synthetic.canvas import (
    Colour,
    FloatImage,
    blend,
    coverage,
    draw_line,
    fill,
    patch_around,
    rectangle,
    sweep,
    value_noise,
)
from xview2_qgis.engine.synthetic.layout import Area, Car, TownLayout
from xview2_qgis.engine.synthetic.palette import CONCRETE, POOL, Palette


@dataclass(frozen=True)
class Season:
    """How the plants look when an image is taken.

    Attributes:
        green: added greenness of grass, −1 (dry) to 1 (fresh).
        crown: factor on the brightness of tree crowns.
    """

    green: float
    crown: float


@dataclass(frozen=True)
class Textures:
    """Noise shared by both images, each of shape (H, W), mean 0 and standard deviation 1.

    Attributes:
        broad: features of some hundred metres.
        middle: features of some ten metres.
        fine: features of one to five metres.
        grain: one pixel.
    """

    broad: FloatImage
    middle: FloatImage
    fine: FloatImage
    grain: FloatImage

    @classmethod
    def draw(cls, rng: np.random.Generator, height: int, width: int) -> Textures:
        """Draw textures for an image of the given size."""
        return cls(
            broad=value_noise(rng, height, width, 260.0, 3),
            middle=value_noise(rng, height, width, 48.0, 3),
            fine=value_noise(rng, height, width, 9.0, 3),
            grain=rng.standard_normal((height, width), dtype=np.float32),
        )


def paint_ground(layout: TownLayout, palette: Palette, textures: Textures, season: Season) -> FloatImage:
    """Return the ground without buildings, trees, cars and shadows, shape (H, W, 3), 0–255."""
    canvas = _terrain(palette, textures, season)
    rough = textures.middle * np.float32(4) + textures.fine * np.float32(5) + textures.grain * np.float32(3)
    smooth = textures.fine * np.float32(1.6) + textures.grain * np.float32(1.6)
    for area in layout.areas:
        if area.kind in ("lawn", "field", "parking"):
            _paint_area(canvas, area, palette, textures, season, rough)
    _paint_roads(canvas, layout, palette, textures)
    for area in layout.areas:
        if area.kind == "drive":
            shade = 0.86 + 0.1 * float(np.clip(area.tint, -1.5, 1.2))
            fill(canvas, area.points, _times(CONCRETE, shade), 0.9, smooth)
        elif area.kind == "yard":
            fill(canvas, area.points, CONCRETE, 0.9, smooth)
        elif area.kind == "pool":
            fill(canvas, area.points, _times(POOL, 1 + 0.08 * area.tint))
        elif area.kind == "pond":
            fill(canvas, area.points, palette.water, 0.97, textures.middle * np.float32(2.0))
    return canvas


def _terrain(palette: Palette, textures: Textures, season: Season) -> FloatImage:
    grass, soil = np.array(_seasonal(palette.grass, season), np.float32), np.array(palette.soil, np.float32)
    level = 2.2 * (palette.greenness + 0.15 * season.green - 0.5)
    share = level + 0.55 * textures.broad + 0.5 * textures.middle + 0.3 * textures.fine
    mixed = (1 / (1 + np.exp(-1.6 * share)))[..., None].astype(np.float32)
    canvas = soil + mixed * (grass - soil)
    canvas += (textures.middle * 4.5 + textures.fine * 6.0 + textures.grain * 3.0)[..., None]
    return np.asarray(canvas, dtype=np.float32)


def _paint_area(
    canvas: FloatImage, area: Area, palette: Palette, textures: Textures, season: Season, rough: FloatImage
) -> None:
    if area.kind == "lawn":
        # every owner waters and mows differently
        dry = float(np.clip(0.45 * area.tint + 0.45 - 0.6 * palette.greenness - 0.3 * season.green, 0, 0.75))
        colour = _mix(_seasonal(palette.grass, season), palette.soil, dry)
        fill(canvas, area.points, _times(colour, 1.0 + 0.07 * area.tint), 0.5, rough)
    elif area.kind == "parking":
        shade = _times(palette.asphalt, 0.97 + 0.06 * float(np.clip(area.tint, -1.5, 1.5)))
        fill(canvas, area.points, shade, 0.95, textures.middle * np.float32(3) + textures.grain * np.float32(2))
    else:
        crop = palette.fields[int(abs(area.tint) * 10) % len(palette.fields)]
        patch = patch_around(canvas.shape, area.points.min(axis=0), area.points.max(axis=0))
        if patch.empty:
            return
        x, y = patch.centres()
        edge = area.points[1] - area.points[0]
        edge = edge / max(1e-6, float(np.hypot(edge[0], edge[1])))
        rows = np.sin((x * -edge[1] + y * edge[0]) * (1.1 + 0.25 * area.tint)) * 4.0
        texture = rows + textures.middle[patch.rows, patch.cols] * 4.0 + rough[patch.rows, patch.cols]
        colour_map = np.asarray(_seasonal(crop, season), np.float32) + texture[..., None]
        blend(canvas, patch, coverage(area.points, patch) * np.float32(0.95), colour_map)


def _paint_roads(canvas: FloatImage, layout: TownLayout, palette: Palette, textures: Textures) -> None:
    shape = canvas.shape[:2]
    verge, surface, marks = (np.zeros(shape, np.uint8) for _ in range(3))
    for road in layout.roads:
        draw_line(verge, road.points, road.width + 5)
    for road in layout.roads:
        draw_line(surface, road.points, road.width)
        if road.width > 20:
            draw_line(marks, road.points, 1.0)
            for start in range(1, len(road.points) - 1, 2):
                for lane in (-0.25, 0.25):
                    step = road.points[start] - road.points[start - 1]
                    aside = np.array([-step[1], step[0]]) / max(1e-6, float(np.hypot(*step))) * road.width * lane
                    draw_line(marks, road.points[[start - 1, start]] + aside, 0.7)
    ragged = np.clip(verge / 255.0 * (0.62 + 0.25 * textures.middle), 0, 1).astype(np.float32)
    dust = np.asarray(_mix(palette.soil, CONCRETE, 0.4), np.float32) + textures.fine[..., None] * 4
    canvas += ragged[..., None] * (dust - canvas)
    worn = textures.broad * 3.0 + textures.middle * 3.5 + textures.fine * 2.0 + textures.grain * 1.5
    asphalt = np.asarray(palette.asphalt, np.float32) + worn[..., None]
    canvas += (surface.astype(np.float32) / np.float32(255))[..., None] * (asphalt - canvas)
    canvas += (marks.astype(np.float32) / np.float32(255) * np.float32(0.45))[..., None] * (np.float32(214) - canvas)


def paint_cars(canvas: FloatImage, cars: list[Car], shadow: tuple[float, float]) -> None:
    """Paint cars with their shadows.

    Args:
        canvas: image (H, W, 3), changed in place.
        cars: what to paint.
        shadow: where the shadow of a car's roof falls, pixels.
    """
    shade = np.zeros(canvas.shape[:2], np.uint8)
    for car in cars:
        sweep(shade, rectangle(car.x, car.y, car.angle, 4.2, 1.8), shadow)
    darken(canvas, shade, 0.55)
    for car in cars:
        fill(canvas, rectangle(car.x, car.y, car.angle, 4.3, 1.9), car.colour)
        glass = rectangle(car.x + np.cos(car.angle) * 1.2, car.y + np.sin(car.angle) * 1.2, car.angle, 0.7, 1.5)
        fill(canvas, glass, (52, 58, 64), 0.8)


def darken(canvas: FloatImage, mask: NDArray[np.uint8], strength: float) -> None:
    """Shade ``canvas`` (H, W, 3) where ``mask`` (H, W) is set; the blue sky lights shadows, so blue darkens least."""
    soft = cv2.GaussianBlur(mask, (0, 0), 0.8).astype(np.float32) / np.float32(255.0 / strength)
    canvas *= 1 - soft[..., None] * np.array([1.0, 0.96, 0.88], np.float32)


def _seasonal(colour: Colour, season: Season) -> Colour:
    return colour[0] - 14 * season.green, colour[1] + 4 * season.green, colour[2] - 8 * season.green


def _mix(first: Colour, second: Colour, share: float) -> Colour:
    (red, green, blue), (to_red, to_green, to_blue) = first, second
    return red + share * (to_red - red), green + share * (to_green - green), blue + share * (to_blue - blue)


def _times(colour: Colour, factor: float) -> Colour:
    return colour[0] * factor, colour[1] * factor, colour[2] * factor
