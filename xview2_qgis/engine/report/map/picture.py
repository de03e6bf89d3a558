"""The map picture of a report: the buildings in the colours of their classes on the backdrop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import cv2
import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.crs import CRS
from shapely.geometry.base import BaseGeometry

from ....protocol.schema import Damage, rgb
from ...geo.crs import CrsTransform
from .backdrop import Backdrop

#: A picture is at most this large, so that a report can be sent by mail.
LARGEST_BYTES = 600_000

_OPACITY = 0.6  # more than in QGIS, where one can look closer
_ON_PLAIN_GROUND = 0.95  # there is nothing below to look at
_SHIFT = 4  # fractional bits of the coordinates that OpenCV draws with
_SMALLEST = 3.0  # pixels: a smaller building is drawn as a dot, so that one does not vanish in a large scene
_HALO = (255, 255, 255)
_FAR = 1e6  # pixels: beyond it whole numbers end that OpenCV draws with

#: Width of the outline of each class, pixels: the worse, the wider, so that the colour does not stand alone.
EDGES: dict[Damage, int] = {
    Damage.UNKNOWN: 1, Damage.NO_DAMAGE: 1, Damage.MINOR: 1, Damage.MAJOR: 2, Damage.DESTROYED: 3,
}  # fmt: skip

_Rings = list[NDArray[np.float64]]


class _ClassLayer:
    """What is drawn of one class: how much of each pixel its fills, edges and halos cover, uint8 (H, W)."""

    def __init__(self, damage: Damage, rows: int, columns: int) -> None:
        self._width = EDGES[damage]
        self.colour = np.array(rgb(damage), np.float32)
        self.fill, self.edge, self.halo = (np.zeros((rows, columns), np.uint8) for _ in range(3))

    def draw(self, rings: _Rings) -> None:
        if np.ptp(rings[0], axis=0).max() < _SMALLEST:
            column, row = np.floor(rings[0].mean(axis=0)).astype(int).tolist()
            cv2.circle(self.halo, (column, row), 3, 255, cv2.FILLED, cv2.LINE_AA)
            cv2.circle(self.fill, (column, row), 2, 255, cv2.FILLED, cv2.LINE_AA)
            return
        fixed = [np.rint((ring - 0.5) * 2**_SHIFT).astype(np.int32) for ring in rings]
        cv2.fillPoly(self.fill, fixed, 255, cv2.LINE_AA, _SHIFT)
        cv2.polylines(self.edge, fixed, True, 255, self._width, cv2.LINE_AA, _SHIFT)


def draw_map(backdrop: Backdrop, buildings: Iterable[tuple[Damage, Sequence[BaseGeometry]]], crs: CRS) -> bytes:
    """Return buildings on a backdrop: JPEG on an image, PNG on plain ground.

    Args:
        backdrop: picture of the post-event image, or plain ground.
        buildings: class and outlines, in any order; the worse class lies on top.
        crs: CRS of the outlines.
    """
    _, rows, columns = backdrop.image.shape
    layers: dict[Damage, _ClassLayer] = {}
    for damage, rings in _rings(backdrop, buildings, crs):
        if damage not in layers:
            layers[damage] = _ClassLayer(damage, rows, columns)
        layers[damage].draw(rings)
    paper = backdrop.image.transpose(1, 2, 0).astype(np.float32)
    if not backdrop.plain:
        paper = paper * 0.75 + 50  # paler, so that the colours of the classes stand out
    opacity = _ON_PLAIN_GROUND if backdrop.plain else _OPACITY
    drawn = [layers[damage] for damage in sorted(layers)]
    fills = paper
    for layer in drawn:
        fills = _covered(_covered(fills, layer.halo, np.array(_HALO, np.float32)), layer.fill, layer.colour)
    picture = fills * opacity + paper * (1 - opacity)
    for layer in drawn:
        picture = _covered(picture, layer.edge, layer.colour // 2)
    return _compressed(np.clip(np.rint(picture), 0, 255).astype(np.uint8), plain=backdrop.plain)


def is_png(picture: bytes) -> bool:
    """Return True if a picture is PNG, False if it is JPEG."""
    return picture.startswith(b"\x89PNG")


def _covered(below: NDArray[np.float32], cover: NDArray[np.uint8], colour: NDArray[np.float32]) -> NDArray[np.float32]:
    share = (cover.astype(np.float32) / 255)[..., None]
    return np.asarray(below * (1 - share) + colour * share, np.float32)


def _rings(
    backdrop: Backdrop, buildings: Iterable[tuple[Damage, Sequence[BaseGeometry]]], crs: CRS
) -> Iterator[tuple[Damage, _Rings]]:
    """Yield the class of every polygon that the picture shows, and its rings in pixels."""
    inverse = ~backdrop.transform
    to_picture = CrsTransform(crs, backdrop.crs)
    for damage, outlines in buildings:
        for outline in to_picture.geometries(outlines):
            for polygon in shapely.get_parts(outline):
                if not isinstance(polygon, shapely.Polygon) or polygon.is_empty:
                    continue
                rings = [polygon.exterior, *polygon.interiors]
                corners = [np.column_stack(inverse @ tuple(shapely.get_coordinates(ring).T)) for ring in rings]
                if np.isfinite(corners[0]).all() and np.abs(corners[0]).max() < _FAR:
                    yield damage, corners


def _compressed(picture: NDArray[np.uint8], *, plain: bool) -> bytes:
    if plain:
        _, encoded = cv2.imencode(".png", picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])
        if encoded.size <= LARGEST_BYTES:
            return bytes(encoded.tobytes())
    quality = 88
    while True:
        _, encoded = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
        if encoded.size <= LARGEST_BYTES or quality <= 40:
            return bytes(encoded.tobytes())
        quality -= 8
