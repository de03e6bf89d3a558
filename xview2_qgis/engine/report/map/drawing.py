"""The map as the page draws it: the picture, and lines and words over it that stay sharp and can be translated."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from rasterio.crs import CRS
from shapely.geometry.base import BaseGeometry

from ...geo.crs import CrsTransform
from ...geo.polygons import polygonal
from ...language.wording import Wording
from .backdrop import Backdrop
from .graticule import Side, Tick, graticule
from .ground import Ground
from .picture import is_png
from .scale_bar import scale_bar

_WIDTH, _HIGHEST = 1000.0, 1150.0  # units of the drawing that a picture may fill
_MARGIN = 30.0  # beside and below it, for the coordinates
_TOP = 10.0  # above it
_TICK = 8.0
_SIMPLE = 0.5  # pixels


@dataclass(frozen=True)
class MapLayers:
    """What lies over the picture.

    Attributes:
        crs: of the geometries.
        assessed: what was assessed.
        not_visible: what was left out as not visible.
        zones: zones with what they are called on the map.
    """

    crs: CRS
    assessed: Sequence[BaseGeometry] = ()
    not_visible: Sequence[BaseGeometry] = ()
    zones: Sequence[tuple[str, BaseGeometry]] = ()


@dataclass(frozen=True)
class Label:
    """A word on the map, in units of the drawing; ``turn`` in degrees clockwise around its place."""

    x: float
    y: float
    text: str
    turn: float = 0.0


@dataclass(frozen=True)
class Bar:
    """The scale bar; ``x`` and ``y`` are its lower left end, in units of the drawing."""

    x: float
    y: float
    length: float
    text: str


@dataclass(frozen=True)
class MapDrawing:
    """A map in units of the drawing, y downwards.

    Attributes:
        width: of the whole.
        height: of the whole.
        frame: left, top, width and height of the picture.
        picture: the picture as an address that holds it.
        plain: there is no image below.
        assessed: path of the outline of the assessed area.
        not_visible: path of what was left out.
        zones: path of the outlines of the zones.
        zone_labels: their names.
        lines: path of the graticule.
        ticks: path of where it meets the frame.
        degrees: its numbers.
        bar: the scale bar, None where there is no place on the Earth.
        north: where north is, degrees clockwise from upwards, None the same.
    """

    width: float
    height: float
    frame: tuple[float, float, float, float]
    picture: str
    plain: bool
    assessed: str
    not_visible: str
    zones: str
    zone_labels: tuple[Label, ...]
    lines: str
    ticks: str
    degrees: tuple[Label, ...]
    bar: Bar | None
    north: float | None


def draw(backdrop: Backdrop, picture: bytes, layers: MapLayers, wording: Wording) -> MapDrawing:
    """Return the map of a picture.

    Args:
        backdrop: what the picture was drawn on.
        picture: PNG or JPEG.
        layers: what lies over it.
        wording: the language of its words.
    """
    _, rows, columns = backdrop.image.shape
    ground = Ground(backdrop.crs, backdrop.transform, columns, rows)
    scale = min(_WIDTH / columns, _HIGHEST / rows)
    left = _MARGIN + (_WIDTH - columns * scale) / 2
    sheet = _Sheet(backdrop, layers.crs, scale, left)
    net, bar = graticule(ground), scale_bar(ground)
    kind = "png" if is_png(picture) else "jpeg"
    frame = (left, _TOP, columns * scale, rows * scale)
    return MapDrawing(
        width=_WIDTH + 2 * _MARGIN,
        height=_TOP + rows * scale + _MARGIN,
        frame=frame,
        picture=f"data:image/{kind};base64,{base64.b64encode(picture).decode('ascii')}",
        plain=backdrop.plain,
        assessed=sheet.path(layers.assessed),
        not_visible=sheet.path(layers.not_visible),
        zones=sheet.path([outline for _, outline in layers.zones]),
        zone_labels=sheet.labels(layers.zones),
        lines="".join(_line([sheet.place(*corner) for corner in line]) for line in net.lines),
        ticks="".join(_line(_tick(tick.side, *sheet.place(tick.column, tick.row))) for tick in net.ticks),
        degrees=tuple(_number(tick, sheet, wording) for tick in net.ticks if tick.side in ("bottom", "left")),
        bar=None
        if bar is None
        else Bar(left + 24, _TOP + frame[3] - 24, bar.pixels * scale, _metres(bar.metres, wording)),
        north=ground.north_deg(),
    )


@dataclass(frozen=True)
class _Sheet:
    """Leads from the ground to units of the drawing."""

    backdrop: Backdrop
    crs: CRS
    scale: float
    left: float

    def place(self, column: float, row: float) -> tuple[float, float]:
        return self.left + column * self.scale, _TOP + row * self.scale

    def path(self, geometries: Sequence[BaseGeometry]) -> str:
        """Return the rings of polygons as far as the picture shows them."""
        rings = []
        for polygon in self._inside(geometries):
            for ring in (polygon.exterior, *polygon.interiors):
                corners = [self.place(*corner) for corner in shapely.get_coordinates(ring).tolist()]
                rings.append(_line(corners[:-1]) + "Z")
        return "".join(rings)

    def labels(self, zones: Sequence[tuple[str, BaseGeometry]]) -> tuple[Label, ...]:
        """Return the names of zones inside of them."""
        found = []
        for name, outline in zones:
            parts = self._inside([outline])
            if parts:
                inner = max(parts, key=lambda part: part.area).representative_point()
                found.append(Label(*self.place(inner.x, inner.y), name))
        return tuple(found)

    def _inside(self, geometries: Sequence[BaseGeometry]) -> list[shapely.Polygon]:
        _, rows, columns = self.backdrop.image.shape
        frame, inverse = shapely.box(0, 0, columns, rows), ~self.backdrop.transform
        placed = CrsTransform(self.crs, self.backdrop.crs).geometries(geometries)
        parts: list[shapely.Polygon] = []
        for geometry in placed:
            if not np.isfinite(shapely.get_coordinates(geometry)).all():
                continue
            pixels = shapely.transform(geometry, lambda xy: np.column_stack(inverse @ (xy[:, 0], xy[:, 1])))
            shown = polygonal(shapely.make_valid(pixels).intersection(frame)).simplify(_SIMPLE)
            parts += [p for p in shapely.get_parts(shown) if isinstance(p, shapely.Polygon) and not p.is_empty]
        return parts


def _line(corners: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners)


def _tick(side: Side, x: float, y: float) -> list[tuple[float, float]]:
    east, south = {"bottom": (0.0, _TICK), "top": (0.0, -_TICK), "left": (-_TICK, 0.0), "right": (_TICK, 0.0)}[side]
    return [(x, y), (x + east, y + south)]


def _number(tick: Tick, sheet: _Sheet, wording: Wording) -> Label:
    x, y = sheet.place(tick.column, tick.row)
    text = degrees_text(tick, wording)
    return Label(x, y + _MARGIN - 4, text) if tick.side == "bottom" else Label(x - _TICK - 6, y, text, -90.0)


def degrees_text(tick: Tick, wording: Wording) -> str:
    """Return a longitude or latitude as people write it: 29.945° N."""
    number = wording.number(abs(tick.degrees), tick.decimals)
    if tick.axis == "latitude":
        return (wording.tr("{degrees}° N") if tick.degrees >= 0 else wording.tr("{degrees}° S")).format(degrees=number)
    return (wording.tr("{degrees}° E") if tick.degrees >= 0 else wording.tr("{degrees}° W")).format(degrees=number)


def _metres(metres: int, wording: Wording) -> str:
    if metres >= 1000:
        return wording.tr("{number} km").format(number=wording.number(metres // 1000))
    return wording.tr("{number} m").format(number=wording.number(metres))
