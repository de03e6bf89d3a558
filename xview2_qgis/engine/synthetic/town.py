"""Draws a small town as a satellite would see it before and after an event, with the exact truth.

For demonstrations, tests and as additional training data: nothing here is a picture of a real place, so it may be given
away freely. One pixel is 0.5 m.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon, box

from xview2_qgis.engine.synthetic.canvas import FloatImage, Sun, blend, sweep, value_noise
from xview2_qgis.engine.synthetic.damage import Event, damage_roof, strike, surroundings
from xview2_qgis.engine.synthetic.ground import Season, Textures, darken, paint_cars, paint_ground
from xview2_qgis.engine.synthetic.layout import TownLayout, lay_out_town
from xview2_qgis.engine.synthetic.palette import PALETTES, Palette
from xview2_qgis.engine.synthetic.roofs import house_patch, roof_colours
from xview2_qgis.engine.synthetic.trees import Crowns, Foliage, TreeState, paint_trees
from xview2_qgis.protocol.schema import Damage

HAZARDS = ("wind", "fire", "flood")

#: Buildings of which less than this many pixels lie in the image are not in the truth.
SMALLEST_PIXELS = 12.0


@dataclass(frozen=True)
class TownOptions:
    """How the town looks.

    Attributes:
        density: share of the lots that are built on, 0–1.
        damage_mix: relative shares of buildings without damage, with minor, with major damage, and destroyed.
        palette: climate, one of ``temperate``, ``arid``, ``tropical``.
        hazard: ``wind``, ``fire`` or ``flood``.
        sun_azimuth: of the pre-event image, degrees clockwise from north (up); None draws one.
        sun_elevation: of the pre-event image, degrees; None draws one.
    """

    density: float = 0.85
    damage_mix: tuple[float, float, float, float] = (0.4, 0.22, 0.19, 0.19)
    palette: str = "temperate"
    hazard: str = "wind"
    sun_azimuth: float | None = None
    sun_elevation: float | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        if not 0 <= self.density <= 1:
            raise ValueError("density must lie between 0 and 1")
        if len(self.damage_mix) != 4 or min(self.damage_mix) < 0 or sum(self.damage_mix) <= 0:
            raise ValueError("damage_mix must be four shares of which at least one is above 0")
        if self.palette not in PALETTES:
            raise ValueError(f"palette must be one of {', '.join(PALETTES)}")
        if self.hazard not in HAZARDS:
            raise ValueError(f"hazard must be one of {', '.join(HAZARDS)}")


@dataclass(frozen=True)
class TownBuilding:
    """The truth about one building.

    Attributes:
        polygon: outline in pixel coordinates; (0, 0) is the outer corner of the upper left pixel.
        damage: its damage after the event.
    """

    polygon: Polygon
    damage: Damage


@dataclass(frozen=True)
class TownScene:
    """An image pair with its truth.

    Attributes:
        pre: RGB before, uint8, shape (3, H, W).
        post: RGB after on the same grid, uint8, shape (3, H, W).
        buildings: the truth, in the order in which the buildings were planned.
    """

    pre: NDArray[np.uint8]
    post: NDArray[np.uint8]
    buildings: tuple[TownBuilding, ...]


def draw_town(seed: int, width: int, height: int, options: TownOptions = TownOptions()) -> TownScene:
    """Draw a town; the same arguments give the same scene.

    Args:
        seed: chooses the town.
        width: columns.
        height: rows.
        options: how it looks.
    """
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(6)]
    palette = PALETTES[options.palette]
    layout = lay_out_town(streams[0], width, height, options.density, palette)
    textures = Textures.draw(streams[1], height, width)
    event = strike(streams[2], layout, height, width, options.hazard, options.damage_mix)
    suns = _suns(streams[3], options)
    tints = np.asarray(streams[3].normal(1.0, 0.09, len(layout.trees)))
    painter = _Painter(layout, palette, textures, tints)
    pre, post = painter.render(streams[4], suns[0], None), painter.render(streams[5], suns[1], event)
    return TownScene(_to_bytes(pre), _to_bytes(post), _truth(layout, event, width, height))


def draw_mask(scene: TownScene) -> NDArray[np.uint8]:
    """Return the damage per pixel, shape (H, W): 0 no building, 1–4 the damage at the pixel's centre."""
    mask = np.zeros(scene.pre.shape[1:], dtype=np.uint8)
    for building in scene.buildings:
        left, top, right, bottom = building.polygon.bounds
        rows, cols = slice(int(top), int(np.ceil(bottom))), slice(int(left), int(np.ceil(right)))
        x, y = np.meshgrid(np.arange(cols.start, cols.stop) + 0.5, np.arange(rows.start, rows.stop) + 0.5)
        shapely.prepare(building.polygon)
        mask[rows, cols][shapely.contains_xy(building.polygon, x, y)] = building.damage
    return mask


def _truth(layout: TownLayout, event: Event, width: int, height: int) -> tuple[TownBuilding, ...]:
    frame = box(0, 0, width, height)
    buildings = []
    for house, damage in zip(layout.houses, event.damages, strict=True):
        visible = house.outline().intersection(frame)
        parts = visible.geoms if hasattr(visible, "geoms") else [visible]
        largest = max(parts, key=lambda part: part.area)
        if isinstance(largest, Polygon) and largest.area >= SMALLEST_PIXELS:
            buildings.append(TownBuilding(largest, damage))
    return tuple(buildings)


def _suns(rng: np.random.Generator, options: TownOptions) -> tuple[Sun, Sun]:
    azimuth = rng.uniform(110.0, 220.0) if options.sun_azimuth is None else options.sun_azimuth
    elevation = rng.uniform(42.0, 66.0) if options.sun_elevation is None else options.sun_elevation
    after = Sun(azimuth + rng.uniform(-28.0, 28.0), float(np.clip(elevation + rng.uniform(-12.0, 8.0), 32.0, 75.0)))
    return Sun(azimuth, elevation), after


@dataclass(frozen=True)
class _Painter:
    """What both images of a town have in common."""

    layout: TownLayout
    palette: Palette
    textures: Textures
    tints: NDArray[np.float64]

    def render(self, rng: np.random.Generator, sun: Sun, event: Event | None) -> FloatImage:
        """Return the image, float32 (H, W, 3), before the event or after it."""
        layout = self.layout
        season = Season(green=float(rng.uniform(-0.6, 0.8)), crown=float(rng.uniform(0.9, 1.12)))
        canvas = paint_ground(layout, self.palette, self.textures, season)
        if event is not None:
            surroundings(rng, canvas, layout, event, self.palette)
        _paint_houses(rng, canvas, layout, sun, event)
        states = _tree_states(rng, layout, event)
        foliage = Foliage(self.palette, Crowns.draw(rng, sun), self.tints, season.crown)
        paint_trees(canvas, layout.trees, states, foliage, sun)
        return _sense(rng, canvas, darker=event is not None)


def _paint_houses(
    rng: np.random.Generator, canvas: FloatImage, layout: TownLayout, sun: Sun, event: Event | None
) -> None:
    damages = event.damages if event else (Damage.NO_DAMAGE,) * len(layout.houses)
    hazard = event.hazard if event else ""
    roofs, shadows = [], np.zeros(canvas.shape[:2], np.uint8)
    for house, damage in zip(layout.houses, damages, strict=True):
        place = house_patch(house, canvas.shape, 6.0)
        if place.patch.empty:
            continue
        roof = damage_roof(rng, place, roof_colours(house, place, sun), damage, hazard)
        roofs.append((place, roof))
        ridge = min(part.half_v for part in house.parts) * house.slope * 0.6
        for ring in house.rings():
            sweep(shadows, ring, sun.shadow((house.height + ridge) * roof.standing))
    darken(canvas, shadows, 0.6)
    paint_cars(canvas, [car for car in layout.cars if event is None or not car.gone], sun.shadow(3.0))
    for place, roof in roofs:
        blend(canvas, place.patch, roof.alpha, roof.colours)


def _tree_states(rng: np.random.Generator, layout: TownLayout, event: Event | None) -> list[TreeState]:
    if event is None:
        return [TreeState()] * len(layout.trees)
    height, width = event.severity.shape
    chance, direction = rng.random((len(layout.trees), 2)), rng.normal(rng.uniform(0, 6.28), 0.5, len(layout.trees))
    states = []
    for i, tree in enumerate(layout.trees):
        row, col = int(np.clip(tree.y, 0, height - 1)), int(np.clip(tree.x, 0, width - 1))
        severity = float(np.clip(event.severity[row, col] + 0.15, 0, 1.2))
        if event.hazard == "fire":
            burnt = float(np.clip(1.3 * severity * chance[i, 0] + 0.3 * (severity > 0.5), 0, 0.95))
            states.append(TreeState(leaves=1 - 0.65 * burnt, burnt=burnt))
        elif event.hazard == "wind" and chance[i, 0] < 0.55 * severity:
            states.append(TreeState(leaves=0.6, fallen=float(direction[i])))
        elif event.hazard == "wind":
            states.append(TreeState(leaves=1 - 0.75 * min(1.0, severity) * float(chance[i, 1])))
        else:
            states.append(TreeState())
    return states


def _sense(rng: np.random.Generator, canvas: FloatImage, darker: bool) -> FloatImage:
    """Return what a sensor makes of the scene: blur, haze, its own colour balance, noise."""
    height, width = canvas.shape[:2]
    image = cv2.GaussianBlur(canvas, (0, 0), float(rng.uniform(0.72, 0.95)))
    gain = rng.uniform(0.76, 1.0) if darker else rng.uniform(0.94, 1.1)
    balance = gain * rng.normal(1.0, 0.02, 3)
    haze = rng.uniform(2.0, 10.0) * np.array([0.85, 1.0, 1.1])
    image = image * balance.astype(np.float32) + haze.astype(np.float32)
    image += value_noise(rng, height, width, 400.0)[..., None] * np.float32(1.5)
    noise = rng.standard_normal((height, width, 3), dtype=np.float32)
    image += noise * np.float32(rng.uniform(1.2, 2.2))
    return np.asarray(image, dtype=np.float32)


def _to_bytes(image: FloatImage) -> NDArray[np.uint8]:
    return np.ascontiguousarray(np.clip(np.rint(image), 0, 255).astype(np.uint8).transpose(2, 0, 1))
