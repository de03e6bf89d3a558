"""What an event does to the synthetic town: where it is how severe, how damaged roofs and what is around them look."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from xview2_qgis.engine.synthetic.canvas import FloatImage, value_noise
from xview2_qgis.engine.synthetic.layout import TownLayout
from xview2_qgis.engine.synthetic.palette import ASH, CHAR, MUD, RUBBLE_COLOURS, TARP, WOOD, Palette
from xview2_qgis.engine.synthetic.roofs import HousePatch
from xview2_qgis.protocol.schema import Damage


@dataclass(frozen=True)
class Event:
    """An event and what it did to each building.

    Attributes:
        hazard: ``wind``, ``fire`` or ``flood``.
        severity: per pixel, shape (H, W); 0 where damage begins, 1 where most buildings are destroyed.
        damages: damage of each house of the layout.
    """

    hazard: str
    severity: FloatImage
    damages: tuple[Damage, ...]


def strike(
    rng: np.random.Generator,
    layout: TownLayout,
    height: int,
    width: int,
    hazard: str,
    mix: tuple[float, float, float, float],
) -> Event:
    """Let an event cross the town along a track.

    Args:
        rng: source of randomness.
        layout: the town.
        height: rows.
        width: columns.
        hazard: ``wind``, ``fire`` or ``flood``.
        mix: relative shares of buildings without damage, with minor, with major damage, and destroyed.
    """
    field = _track(rng, height, width)
    jitter = 0.12 if hazard == "flood" else 0.3
    if not layout.houses:
        return Event(hazard, field - np.float32(1), ())
    x = np.clip([int(h.x) for h in layout.houses], 0, width - 1)
    y = np.clip([int(h.y) for h in layout.houses], 0, height - 1)
    values = field[y, x] + rng.normal(0, jitter, len(x))
    shares = np.cumsum(np.array(mix) / sum(mix))[:3]
    bounds = np.quantile(values, shares)
    damages = tuple(Damage(int(n) + 1) for n in np.searchsorted(bounds, values, side="right"))
    spread = max(0.15, float(bounds[2] - bounds[0]))
    return Event(hazard, np.asarray((field - bounds[0]) / spread, dtype=np.float32), damages)


def _track(rng: np.random.Generator, height: int, width: int) -> FloatImage:
    angle = rng.uniform(0, math.pi)
    x = (np.arange(width, dtype=np.float32) - width / 2)[None, :]
    y = (np.arange(height, dtype=np.float32) - height / 2)[:, None]
    size = max(height, width)
    away = -math.sin(angle) * x + math.cos(angle) * y - rng.uniform(-0.15, 0.15) * size
    noise = value_noise(rng, height, width, 0.3 * size, 3)
    return np.asarray(1.5 * np.exp(-((away / (0.24 * size)) ** 2)) + 0.45 * noise, dtype=np.float32)


def rubble(rng: np.random.Generator, height: int, width: int) -> FloatImage:
    """Return a texture of rubble: pieces of 0.5 to 2 m in many colours, shape (height, width, 3)."""
    colours = np.array(RUBBLE_COLOURS, np.float32)
    small = colours[rng.integers(len(colours), size=(height, width))]
    rows, cols = height // 3 + 2, width // 3 + 2
    large = cv2.resize(
        colours[rng.integers(len(colours), size=(rows, cols))], (cols * 3, rows * 3), interpolation=cv2.INTER_NEAREST
    )[:height, :width]
    return np.asarray(0.55 * small + 0.45 * large + value_noise(rng, height, width, 7.0)[..., None] * 9.0, np.float32)


def surroundings(
    rng: np.random.Generator, canvas: FloatImage, layout: TownLayout, event: Event, palette: Palette
) -> FloatImage:
    """Paint mud, burnt ground, flood water and scattered debris on the ground.

    Args:
        rng: source of randomness.
        canvas: image (H, W, 3), changed in place.
        layout: the town.
        event: what happened.
        palette: colours of the climate.

    Returns:
        Density of debris, 0–1, shape (H, W).
    """
    height, width = canvas.shape[:2]
    density = _debris_density(layout, event, height, width)
    if event.hazard == "fire":
        burnt = np.clip(
            1.4 * cv2.GaussianBlur(density, (0, 0), 14) + 0.5 * np.clip(event.severity, 0, 1) - 0.1, 0, 0.78
        )
        ground = np.array((98, 88, 74), np.float32) + value_noise(rng, height, width, 14.0, 3)[..., None] * 12
        greyness = np.clip(1.3 - np.abs(canvas[..., 1] - canvas[..., 2]) / 24, 0.3, 1)  # roads do not burn
        canvas += (burnt * (1.3 - greyness))[..., None].astype(np.float32) * (ground - canvas)
    elif event.hazard == "flood":
        wave = value_noise(rng, height, width, 20.0, 3)
        depth = event.severity * np.float32(9.0) + wave * np.float32(0.35) + np.float32(0.6)
        wet = np.clip(depth, 0, 1) * np.clip(0.8 + 0.05 * depth, 0, 0.95)
        colour = np.asarray([0.5 * (m + w) for m, w in zip(MUD, palette.water, strict=True)], np.float32)
        canvas += wet[..., None].astype(np.float32) * (colour + wave[..., None] * np.float32(2.0) - canvas)
    pieces = value_noise(rng, height, width, 2.6) + np.float32(0.35) * rng.standard_normal((height, width), np.float32)
    strength = density * (0.75 if event.hazard == "wind" else 0.45)
    present = np.clip((pieces - (3.3 - 2.4 * strength)) * 2.2, 0, 0.95) * (density > 0.01)
    canvas += present[..., None].astype(np.float32) * (rubble(rng, height, width) * np.float32(1.04) - canvas)
    return density


def _debris_density(layout: TownLayout, event: Event, height: int, width: int) -> FloatImage:
    spots = np.zeros((height // 4 + 1, width // 4 + 1), np.float32)
    amount = {Damage.MINOR: 0.3, Damage.MAJOR: 0.75, Damage.DESTROYED: 1.1}
    for house, damage in zip(layout.houses, event.damages, strict=True):
        if damage in amount:
            centre, radius = (round(house.x / 4), round(house.y / 4)), max(2, round((house.radius + 5) / 4))
            layer = amount[damage]
            cv2.circle(spots, centre, radius, layer, -1)
    soft = np.maximum(cv2.GaussianBlur(spots, (0, 0), 2.2), 0.7 * cv2.GaussianBlur(spots, (0, 0), 6.0))
    if event.hazard == "wind":
        coarse = cv2.resize(event.severity, (spots.shape[1], spots.shape[0]), interpolation=cv2.INTER_AREA)
        soft = soft + 0.22 * np.clip(coarse, 0, 1.2)
    return np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


@dataclass(frozen=True)
class DamagedRoof:
    """What is left of a roof on its patch: colours (h, w, 3), opacity (h, w), share of the height that still stands."""

    colours: FloatImage
    alpha: FloatImage
    standing: float


def damage_roof(
    rng: np.random.Generator, place: HousePatch, colours: FloatImage, damage: Damage, hazard: str
) -> DamagedRoof:
    """Damage a roof.

    Args:
        rng: source of randomness.
        place: the building on its patch.
        colours: the undamaged roof, shape (h, w, 3).
        damage: how much.
        hazard: ``wind``, ``fire`` or ``flood``.
    """
    cover = place.cover
    if damage is Damage.MINOR:
        return DamagedRoof(_minor(rng, place, colours, hazard), cover, 1.0)
    if damage is Damage.MAJOR:
        return _major(rng, place, colours, hazard)
    if damage is Damage.DESTROYED:
        return _destroyed(rng, place, hazard)
    return DamagedRoof(colours, cover, 1.0)


def _spots(rng: np.random.Generator, place: HousePatch, share: float, scale: float, edge: float) -> FloatImage:
    """Return soft spots (h, w) over ``share`` of the roof, drawn to one side of it by ``edge``."""
    height, width = place.u.shape
    noise = value_noise(rng, height, width, scale, 2)
    angle = rng.uniform(0, 2 * math.pi)
    reach = max(4.0, float(np.abs(place.u).max(initial=1.0)))
    noise = noise + np.float32(edge) * (math.cos(angle) * place.u + math.sin(angle) * place.v) / reach * 2
    roof = noise[place.inside > 0]
    if roof.size == 0:
        return np.zeros_like(noise)
    bound = float(np.quantile(roof, 1 - share))
    return np.asarray(np.clip((noise - bound) * 3 + 0.5, 0, 1) * (place.inside > -0.5), np.float32)


def _minor(rng: np.random.Generator, place: HousePatch, colours: FloatImage, hazard: str) -> FloatImage:
    grain = rng.standard_normal(place.u.shape, dtype=np.float32)[..., None]
    spots = _spots(rng, place, rng.uniform(0.1, 0.24), rng.uniform(5.0, 9.0), 0.8)
    if hazard == "fire":
        bared = np.array(CHAR, np.float32) + grain * 8
    elif hazard == "flood":
        bared = np.array(MUD, np.float32) * rng.uniform(0.7, 1.0) + grain * 8
        spots = spots * np.float32(0.8)
    else:
        kind = rng.random()
        if kind < 0.34:
            return _tarp(rng, place, colours)
        base = np.array(WOOD if kind < 0.75 else (92, 78, 66), np.float32) * rng.uniform(0.85, 1.15)
        bared = base + grain * 14
    out = colours + spots[..., None] * (bared - colours)
    holes = _spots(rng, place, 0.035, 3.0, 0.3)
    return np.asarray(out + holes[..., None] * (np.array((48, 42, 38), np.float32) - out), np.float32)


def _tarp(rng: np.random.Generator, place: HousePatch, colours: FloatImage) -> FloatImage:
    u0 = rng.uniform(-0.5, 0.5) * float(place.u[place.inside > 1].max(initial=4.0))
    v0 = rng.choice([-0.45, 0.45]) * float(place.v[place.inside > 1].max(initial=4.0))
    half_u, half_v = rng.uniform(3.5, 6.5), rng.uniform(2.5, 4.0)
    sheet = np.clip(half_u + 0.5 - np.abs(place.u - u0), 0, 1) * np.clip(half_v + 0.5 - np.abs(place.v - v0), 0, 1)
    folds = np.sin(place.u * 1.1 + place.v * 0.6) * 9
    blue = np.array(TARP, np.float32) * rng.uniform(0.9, 1.25) + folds[..., None]
    out = colours + (sheet * (place.inside > 0))[..., None] * (blue - colours)
    spots = _spots(rng, place, 0.07, 4.0, 0.4)
    return np.asarray(out + spots[..., None] * (np.array(WOOD, np.float32) - out), np.float32)


def _major(rng: np.random.Generator, place: HousePatch, colours: FloatImage, hazard: str) -> DamagedRoof:
    height, width = place.u.shape
    hole = _spots(rng, place, rng.uniform(0.42, 0.62), rng.uniform(9.0, 15.0), 2.2)
    dark = np.array(CHAR if hazard == "fire" else (66, 58, 50), np.float32)
    interior = dark + value_noise(rng, height, width, 4.0)[..., None] * 10
    scraps = np.clip(value_noise(rng, height, width, 2.6) * 1.4 - 0.35, 0, 0.9)[..., None]
    interior = interior + scraps * (rubble(rng, height, width) - interior)
    # rafters, and inner walls seen from above
    spacing = rng.uniform(3.4, 5.0)
    rafters = np.clip(1.6 * np.cos(place.u * 2 * math.pi / spacing) - 0.8, 0, 0.7) * (_spots(rng, place, 0.5, 8.0, 0.5))
    walls = np.clip(1.2 - np.abs(place.u - rng.uniform(-3, 3)), 0, 0.8) + np.clip(1.0 - np.abs(place.v), 0, 0.6)
    beam = np.array((104, 96, 88) if hazard == "fire" else WOOD, np.float32)
    interior = interior + np.clip(rafters + 0.6 * walls, 0, 0.85)[..., None] * (beam - interior)
    rim = ((place.inside > 0) & (place.inside < 1.6))[..., None]
    interior = np.where(rim, 0.5 * interior + 0.5 * np.float32(186), interior)
    worn = colours + _spots(rng, place, 0.2, 5.0, 0.4)[..., None] * (np.array(dark) * 1.5 + 30 - colours)
    out = worn + hole[..., None] * (interior - worn)
    # part of the outline has fallen outwards
    spill = np.clip(1 + place.inside / 5, 0, 0.8) * _gaps(rng, height, width) * (place.inside <= 0)
    spill = spill * cv2.GaussianBlur(hole, (0, 0), 4.0)
    debris = rubble(rng, height, width)
    out = np.where((place.inside <= 0)[..., None], debris, out)
    return DamagedRoof(np.asarray(out, np.float32), np.asarray(np.maximum(place.cover, spill), np.float32), 0.7)


def _destroyed(rng: np.random.Generator, place: HousePatch, hazard: str) -> DamagedRoof:
    height, width = place.u.shape
    pieces = rubble(rng, height, width)
    broad = value_noise(rng, height, width, 8.0)
    if hazard == "fire":
        pieces = 0.42 * pieces + 0.58 * np.array(ASH, np.float32) + 10 * broad[..., None]
        soot = np.clip(value_noise(rng, height, width, 5.0) - 0.5, 0, 0.8)[..., None]
        pieces = pieces + soot * (np.array(CHAR, np.float32) - pieces)
    elif hazard == "flood":
        pieces = 0.6 * pieces + 0.4 * np.array(MUD, np.float32) + 6 * broad[..., None]
    else:
        slab = np.array((168, 162, 150), np.float32) * rng.uniform(0.8, 1.05)
        swept = np.clip(0.35 - 0.7 * broad, 0, 0.85)[..., None] * rng.uniform(0.2, 1.0)
        pieces = pieces + swept * (slab + 5 * broad[..., None] - pieces)
        wood = np.clip(value_noise(rng, height, width, 3.5) - 0.9, 0, 0.8)[..., None]
        pieces = pieces + wood * (np.array(WOOD, np.float32) - pieces)
    # foundations and stumps of walls, with the dark of their shade beside them
    stump = ((place.inside > 0.2) & (place.inside < 1.7)) * _gaps(rng, height, width)
    inner = np.clip(1.1 - np.abs(place.u - rng.uniform(-4, 4)), 0, 1) + np.clip(1.1 - np.abs(place.v), 0, 1)
    stump = np.maximum(stump, inner * 0.6 * (place.inside > 0) * _gaps(rng, height, width))
    pieces = pieces + (0.6 * np.clip(stump, 0, 1))[..., None] * (np.array((206, 200, 188), np.float32) - pieces)
    shade = ((place.inside > 1.7) & (place.inside < 3.2)) * _gaps(rng, height, width) * 0.4
    pieces = pieces * (1 - shade[..., None])
    ragged = np.clip((place.inside + 2.5 * value_noise(rng, height, width, 5.0) + 1.5) / 2.0, 0, 0.95)
    alpha = np.maximum(np.clip(place.inside / 3, 0, 0.93), ragged)
    return DamagedRoof(np.asarray(pieces, np.float32), np.asarray(alpha, np.float32), 0.08)


def _gaps(rng: np.random.Generator, height: int, width: int) -> NDArray[np.float32]:
    return np.asarray(np.clip(value_noise(rng, height, width, 8.0) * 2 + 0.6, 0, 1), np.float32)
