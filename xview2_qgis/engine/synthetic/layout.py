"""Layout of the synthetic town: roads, lots, buildings, trees and cars, before anything is painted.

Streets form a grid with irregular blocks in a plane (u, v), which is turned and gently bent onto the image, so that
streets curve and houses stand along them. All lengths are pixels of 0.5 m.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field

import numpy as np
from shapely.geometry import Polygon
from shapely.ops import unary_union

from xview2_qgis.engine.synthetic.canvas import Colour, Points, rectangle
from xview2_qgis.engine.synthetic.palette import CAR_COLOURS, Palette

_STREET = 14.0
_MAIN_STREET = 24.0


@dataclass(frozen=True)
class Part:
    """One rectangle of a building in the building's own axes: centre and half sides."""

    u: float
    v: float
    half_u: float
    half_v: float


@dataclass(frozen=True)
class House:
    """A building before damage.

    Attributes:
        x: centre column.
        y: centre row.
        angle: direction of its first axis, radians.
        parts: rectangles it is made of.
        roof: ``gable``, ``hip`` or ``flat``.
        colour: roof colour.
        height: height of the eaves.
        slope: rise of the roof per pixel.
        seed: of its details.
    """

    x: float
    y: float
    angle: float
    parts: tuple[Part, ...]
    roof: str
    colour: Colour
    height: float
    slope: float
    seed: int

    def rings(self) -> list[Points]:
        """Return the corners (4, 2) of each of its rectangles in pixel coordinates."""
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        return [
            rectangle(self.x + p.u * cos - p.v * sin, self.y + p.u * sin + p.v * cos, self.angle, p.half_u, p.half_v)
            for p in self.parts
        ]

    def outline(self) -> Polygon:
        """Return its outline in pixel coordinates."""
        whole = unary_union([Polygon(ring) for ring in self.rings()])
        if not isinstance(whole, Polygon):
            raise ValueError("the parts of a building must touch")
        return whole

    @property
    def radius(self) -> float:
        """Radius of a circle around its centre that contains it."""
        return max(math.hypot(abs(p.u) + p.half_u, abs(p.v) + p.half_v) for p in self.parts)


@dataclass(frozen=True)
class Road:
    """A road along ``points`` (N, 2)."""

    points: Points
    width: float


@dataclass(frozen=True)
class Area:
    """A piece of ground of one ``kind``: lawn, field, drive, parking, pool, pond or yard."""

    points: Points
    kind: str
    tint: float


@dataclass(frozen=True)
class Tree:
    """A tree: place, crown radius, index of its colour."""

    x: float
    y: float
    radius: float
    species: int


@dataclass(frozen=True)
class Car:
    """A car: place, direction, colour, whether it has gone in the post-event image."""

    x: float
    y: float
    angle: float
    colour: Colour
    gone: bool


@dataclass(frozen=True)
class TownLayout:
    """Everything that stands in the town before the event."""

    houses: list[House] = field(default_factory=list)
    roads: list[Road] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    trees: list[Tree] = field(default_factory=list)
    cars: list[Car] = field(default_factory=list)


class Bend:
    """Maps the plane of the street grid onto the image.

    Args:
        rng: source of randomness.
        width: columns of the image.
        height: rows of the image.
    """

    def __init__(self, rng: np.random.Generator, width: int, height: int) -> None:
        self.reach = math.hypot(width, height) / 2 + 150.0
        self._centre = np.array([width / 2, height / 2])
        self._angle = rng.uniform(-math.pi / 2, math.pi / 2)
        self._amplitude = rng.uniform(4.0, 45.0, 2)
        self._wavelength = rng.uniform(600.0, 1300.0, 2)
        self._phase = rng.uniform(0.0, 2 * math.pi, 2)

    def __call__(self, u: float | Points, v: float | Points) -> Points:
        """Return the image points (…, 2) of plane points."""
        ui, vi = np.broadcast_arrays(np.asarray(u, np.float64), np.asarray(v, np.float64))
        a = ui + self._amplitude[0] * np.sin(2 * math.pi * vi / self._wavelength[0] + self._phase[0])
        b = vi + self._amplitude[1] * np.sin(2 * math.pi * ui / self._wavelength[1] + self._phase[1])
        cos, sin = math.cos(self._angle), math.sin(self._angle)
        return np.asarray(np.stack([cos * a - sin * b, sin * a + cos * b], axis=-1) + self._centre)

    def place(self, u: float, v: float) -> tuple[float, float, float]:
        """Return x, y and the direction of the street (radians) at a plane point."""
        turn_u = 2 * math.pi * v / self._wavelength[0] + self._phase[0]
        turn_v = 2 * math.pi * u / self._wavelength[1] + self._phase[1]
        a, b = u + self._amplitude[0] * math.sin(turn_u), v + self._amplitude[1] * math.sin(turn_v)
        cos, sin = math.cos(self._angle), math.sin(self._angle)
        x, y = cos * a - sin * b + self._centre[0], sin * a + cos * b + self._centre[1]
        rise = self._amplitude[1] * math.cos(turn_v) * 2 * math.pi / self._wavelength[1]
        return float(x), float(y), self._angle + math.atan(rise)

    def quad(self, u0: float, u1: float, v0: float, v1: float) -> Points:
        """Return the outline (N, 2) of a rectangle of the plane."""
        n = max(2, round(abs(u1 - u0) / 20))
        us, vs = np.linspace(u0, u1, n), np.linspace(v0, v1, 4)
        u = np.concatenate([us, np.full(3, u1), us[::-1][1:], np.full(2, u0)])
        v = np.concatenate([np.full(n, v0), vs[1:], np.full(n - 1, v1), vs[::-1][1:-1]])
        return self(u, v)


def lay_out_town(rng: np.random.Generator, width: int, height: int, density: float, palette: Palette) -> TownLayout:
    """Lay out a town on an image of ``width`` × ``height`` pixels.

    Args:
        rng: source of randomness.
        width: columns.
        height: rows.
        density: share of the lots that are built on, 0–1.
        palette: colours and habits of the climate.
    """
    return _Builder(rng, width, height, density, palette).build()


class _Builder:
    def __init__(self, rng: np.random.Generator, width: int, height: int, density: float, palette: Palette) -> None:
        self.rng = rng
        self.size = (width, height)
        self.density = density
        self.palette = palette
        self.bend = Bend(rng, width, height)
        self.town = TownLayout()

    def build(self) -> TownLayout:
        rng, reach, bend = self.rng, self.bend.reach, self.bend
        rows = _steps(rng, reach, 112.0, 168.0)
        cols = _steps(rng, reach, 210.0, 430.0)
        main_row, main_col = int(rng.integers(len(rows))), int(rng.integers(len(cols)))
        along = np.arange(-reach, reach, 12.0)
        for i, v in enumerate(rows):
            self.town.roads.append(Road(bend(along, v), _MAIN_STREET if i == main_row else _STREET))
        for i, u in enumerate(cols):
            for v0, v1 in itertools.pairwise(rows):
                # leaving out some cross streets makes blocks of unequal length
                if i == main_col or rng.random() < 0.7:
                    street = Road(bend(u, np.linspace(v0, v1, 12)), _MAIN_STREET if i == main_col else _STREET)
                    self.town.roads.append(street)
        for v0, v1 in itertools.pairwise(rows):
            for u0, u1 in itertools.pairwise(cols):
                if self._outside(bend((u0 + u1) / 2, (v0 + v1) / 2), (u1 - u0 + v1 - v0) / 2 + 40):
                    continue
                self._block(u0 + 13, u1 - 13, v0 + 11, v1 - 11)
        self._traffic()
        return self.town

    def _outside(self, point: Points, margin: float) -> bool:
        x, y = float(point[0]), float(point[1])
        return not (-margin < x < self.size[0] + margin and -margin < y < self.size[1] + margin)

    def _block(self, u0: float, u1: float, v0: float, v1: float) -> None:
        wild = 0.06 + 0.5 * (1.0 - self.density) ** 1.5
        kind = self.rng.choice(["homes", "trade", "wood", "field"], p=[0.92 - 1.3 * wild, 0.08, 0.7 * wild, 0.6 * wild])
        if kind == "trade":
            self._trade_block(u0, u1, v0, v1)
        elif kind == "wood":
            self._wood(u0, u1, v0, v1)
        elif kind == "field":
            self.town.areas.append(Area(self.bend.quad(u0, u1, v0, v1), "field", self.rng.normal()))
            self._scatter_trees(u0, u1, v0, v0 + 8, 0.002)
        else:
            middle = (v0 + v1) / 2 + self.rng.uniform(-6, 6)
            self._row(u0, u1, v0, middle - 1, 1.0)
            self._row(u0, u1, v1, middle + 1, -1.0)

    def _row(self, u0: float, u1: float, street: float, back: float, side: float) -> None:
        rng = self.rng
        u = u0
        typical = rng.uniform(34.0, 54.0)
        while u + 26 < u1:
            width = min(u1 - u, typical * rng.uniform(0.8, 1.35))
            if u1 - u - width < 24:
                width = u1 - u
            tint = rng.normal()
            self.town.areas.append(Area(self.bend.quad(u + 0.5, u + width - 0.5, street, back), "lawn", tint))
            if rng.random() < 0.35 + 0.62 * self.density:
                self._lot(u, width, street, back, side)
            else:
                self._scatter_trees(u, u + width, min(street, back), max(street, back), 0.006)
            u += width

    def _lot(self, u: float, width: float, street: float, back: float, side: float) -> None:
        rng, depth = self.rng, abs(back - street)
        half_u = min(rng.uniform(11.0, 20.0), width / 2 - 2.0)
        half_v = min(rng.uniform(8.0, 13.0), depth / 2 - 8)
        v = street + side * min(rng.uniform(8.0, 18.0) + half_v, depth - half_v - 4)
        centre = u + width / 2 + rng.uniform(-0.5, 0.5) * max(0.0, width - 2 * half_u - 6)
        flat = rng.random() < self.palette.flat_share
        roof = "flat" if flat else str(rng.choice(["gable", "hip"]))
        colours = self.palette.flat_roofs if flat else self.palette.roofs
        house = self._house(centre, v, _house_parts(rng, half_u, half_v), roof, colours, rng.uniform(5.5, 9.0))
        gate = centre + rng.choice([-1, 1]) * half_u * 0.6
        drive = self.bend.quad(gate - 3, gate + 3, street - side * 4, v - side * (half_v - 2))
        self.town.areas.append(Area(drive, "drive", rng.normal()))
        if rng.random() < 0.5:
            x, y, angle = self.bend.place(gate, street + side * 6)
            self._car(x, y, angle + math.pi / 2)
        garden = abs(back - v) - half_v
        if garden > 14 and rng.random() < self.palette.pool_share:
            x, y, angle = self.bend.place(centre + rng.uniform(-5, 5), v + side * (half_v + 8))
            self.town.areas.append(Area(rectangle(x, y, angle, 7.5, 5.0), "yard", 0.0))
            self.town.areas.append(Area(rectangle(x, y, angle, 5.2, 2.8), "pool", rng.normal()))
        elif garden > 16 and rng.random() < 0.3:
            shed = (Part(0, 0, rng.uniform(3.5, 6.0), rng.uniform(3.2, 4.6)),)
            place = u + rng.choice([7.5, width - 7.5])
            kinds = self.palette.roofs + self.palette.flat_roofs
            self._house(place, back - side * 7.0, shed, "gable", kinds, 4.0)
        self._lot_trees(u, width, street, back, house)

    def _lot_trees(self, u: float, width: float, street: float, back: float, house: House | None) -> None:
        rng = self.rng
        for _ in range(int(rng.poisson(5.2 * self.palette.tree_cover))):
            tu, tv = rng.uniform(u, u + width), street + (back - street) * rng.beta(1.6, 1.0)
            x, y, _ = self.bend.place(tu, tv)
            radius = float(np.clip(rng.lognormal(1.6, 0.5), 1.8, 14.0))
            # crowns may hang over a roof's edge, they must not hide the roof
            if house and math.hypot(x - house.x, y - house.y) < house.radius * 0.72 + radius * 0.62:
                continue
            self._tree(x, y, radius)

    def _trade_block(self, u0: float, u1: float, v0: float, v1: float) -> None:
        rng = self.rng
        self.town.areas.append(Area(self.bend.quad(u0, u1, v0, v1), "parking", rng.normal()))
        u = u0 + 6
        while u + 50 < u1:
            half_u = min(rng.uniform(22.0, 60.0), (u1 - u) / 2 - 4)
            half_v = rng.uniform(16.0, min(34.0, (v1 - v0) / 2 - 12))
            v = v0 + half_v + 6
            parts = _house_parts(rng, half_u, half_v)
            self._house(u + half_u, v, parts, "flat", self.palette.flat_roofs, rng.uniform(9.0, 16.0))
            for row in np.arange(v + half_v + 12, v1 - 8, 16.0):
                for spot in np.arange(u, u + 2 * half_u, 6.0):
                    if rng.random() < 0.4:
                        x, y, angle = self.bend.place(spot, float(row))
                        self._car(x, y, angle + math.pi / 2)
            u += 2 * half_u + rng.uniform(12.0, 40.0)

    def _wood(self, u0: float, u1: float, v0: float, v1: float) -> None:
        if self.rng.random() < 0.25:
            x, y, _ = self.bend.place((u0 + u1) / 2, (v0 + v1) / 2)
            turn = np.linspace(0, 2 * math.pi, 40, endpoint=False)
            wave = (
                1 + 0.18 * np.sin(2 * turn + self.rng.uniform(0, 6)) + 0.1 * np.sin(3 * turn + self.rng.uniform(0, 6))
            )
            radius = (v1 - v0) * 0.34
            pond = np.stack([x + radius * 1.3 * wave * np.cos(turn), y + radius * wave * np.sin(turn)], axis=1)
            self.town.areas.append(Area(pond, "pond", self.rng.normal()))
            edge = 0.06
            self._scatter_trees(u0, u0 + (u1 - u0) * edge, v0, v1, 0.01)
            self._scatter_trees(u1 - (u1 - u0) * edge, u1, v0, v1, 0.01)
        else:
            self._scatter_trees(u0, u1, v0, v1, self.rng.uniform(0.006, 0.014))

    def _scatter_trees(self, u0: float, u1: float, v0: float, v1: float, per_pixel: float) -> None:
        count = int(self.rng.poisson(per_pixel * self.palette.tree_cover * abs((u1 - u0) * (v1 - v0))))
        for _ in range(count):
            x, y, _ = self.bend.place(self.rng.uniform(u0, u1), self.rng.uniform(v0, v1))
            self._tree(x, y, float(np.clip(self.rng.lognormal(1.75, 0.35), 2.5, 13.0)))

    def _traffic(self) -> None:
        rng = self.rng
        for road in self.town.roads:
            step = np.diff(road.points, axis=0)
            for i in range(len(step)):
                if rng.random() < 0.05:
                    angle = math.atan2(step[i, 1], step[i, 0])
                    lane = road.width * rng.choice([-0.24, 0.24, 0.4])
                    x = road.points[i, 0] - lane * math.sin(angle)
                    self._car(x, road.points[i, 1] + lane * math.cos(angle), angle)

    def _house(
        self, u: float, v: float, parts: tuple[Part, ...], roof: str, colours: tuple[Colour, ...], height: float
    ) -> House | None:
        rng = self.rng
        x, y, angle = self.bend.place(u, v)
        turned = angle + rng.normal(0, 0.03)
        base = np.array(colours[int(rng.integers(len(colours)))]) * rng.uniform(0.86, 1.14) + rng.normal(0, 3, 3)
        colour = (float(base[0]), float(base[1]), float(base[2]))
        slope = 0.0 if roof == "flat" else rng.uniform(0.32, 0.6)
        house = House(x, y, turned, parts, roof, colour, height, slope, int(rng.integers(2**31)))
        if self._outside(np.array([x, y]), house.radius + 30):
            return None
        self.town.houses.append(house)
        return house

    def _tree(self, x: float, y: float, radius: float) -> None:
        if not self._outside(np.array([x, y]), 40):
            self.town.trees.append(Tree(x, y, radius, int(self.rng.integers(len(self.palette.trees)))))

    def _car(self, x: float, y: float, angle: float) -> None:
        if not self._outside(np.array([x, y]), 10):
            colour = CAR_COLOURS[int(self.rng.integers(len(CAR_COLOURS)))]
            self.town.cars.append(Car(x, y, angle + self.rng.normal(0, 0.06), colour, bool(self.rng.random() < 0.6)))


def _steps(rng: np.random.Generator, reach: float, low: float, high: float) -> list[float]:
    steps = [-reach + rng.uniform(0.0, low)]
    while steps[-1] < reach:
        steps.append(steps[-1] + rng.uniform(low, high))
    return steps


def _house_parts(rng: np.random.Generator, half_u: float, half_v: float) -> tuple[Part, ...]:
    """Return a rectangle, an L, a T, or a house with a garage in front, within half_u × half_v."""
    shape = rng.random()
    if shape < 0.42 or half_u < 8:
        return (Part(0, 0, half_u, half_v),)
    hand = float(rng.choice([-1.0, 1.0]))
    end = float(rng.choice([-1.0, 1.0]))
    bar = half_v * rng.uniform(0.55, 0.7)
    main = Part(0, hand * (half_v - bar), half_u, bar)
    wing = half_u * rng.uniform(0.3, 0.45)
    if shape < 0.74:
        return (main, Part(end * (half_u - wing), 0, wing, half_v))
    if shape < 0.88:
        return (main, Part(end * half_u * rng.uniform(0.0, 0.25), 0, wing, half_v))
    garage = Part(end * (half_u - wing * 0.8), -hand * half_v * 0.45, wing * 0.8, half_v * 0.55)
    return (Part(-end * wing * 0.4, 0, half_u - wing * 0.4, half_v), garage)
