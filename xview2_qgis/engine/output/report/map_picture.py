"""The map picture of a report: the buildings in the colours of their classes on the post-event image."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS
from shapely.geometry.base import BaseGeometry

from ....protocol.schema import Damage, rgb
from ...geo.crs import CrsTransform

#: A picture is at most this large, so that a report can be sent by mail.
LARGEST_BYTES = 600_000

_OPACITY = 0.6  # more than in QGIS, where one can look closer
_SHIFT = 4  # fractional bits of the coordinates that OpenCV draws with
_SMALLEST = 3.0  # pixels: a smaller building is drawn as a dot, so that one does not vanish in a large scene
_FONT = cv2.FONT_HERSHEY_SIMPLEX
_TEXT = 0.9  # of the font's own size
_PLATE = 10  # pixels around the scale bar
_BLACK = (30, 30, 30)


@dataclass(frozen=True)
class Backdrop:
    """A small picture of the scene.

    Attributes:
        image: uint8 RGB (3, H, W), about a thousand pixels wide.
        transform: pixel to CRS.
        crs: CRS of the picture.
    """

    image: NDArray[np.uint8]
    transform: Affine
    crs: CRS


def draw_map(backdrop: Backdrop, buildings: Iterable[tuple[Damage, Sequence[BaseGeometry]]], crs: CRS) -> bytes:
    """Return buildings on a backdrop, JPEG.

    Args:
        backdrop: picture of the post-event image.
        buildings: class and outlines; later ones lie on top of earlier ones.
        crs: CRS of the outlines.
    """
    # paler, so that the colours of the classes stand out
    paper = np.ascontiguousarray((backdrop.image.transpose(1, 2, 0) * 0.75 + 50).astype(np.uint8))
    fills, edges = paper.copy(), []
    for damage, rings in _rings(backdrop, buildings, crs):
        colour = rgb(damage)
        extent = np.ptp(rings[0], axis=0)
        if extent.max() < _SMALLEST:
            col, row = rings[0].mean(axis=0)
            cv2.circle(fills, (round(col), round(row)), 2, colour, cv2.FILLED, cv2.LINE_AA)
            continue
        fixed = [np.rint((ring - 0.5) * 2**_SHIFT).astype(np.int32) for ring in rings]
        cv2.fillPoly(fills, fixed, colour, cv2.LINE_AA, _SHIFT)
        edges.append((fixed, tuple(part // 2 for part in colour)))
    picture = cv2.addWeighted(fills, _OPACITY, paper, 1 - _OPACITY, 0)
    for fixed, dark in edges:
        cv2.polylines(picture, fixed, True, dark, 1, cv2.LINE_AA, _SHIFT)
    _scale_bar(picture, backdrop)
    return _compressed(picture)


def _rings(
    backdrop: Backdrop, buildings: Iterable[tuple[Damage, Sequence[BaseGeometry]]], crs: CRS
) -> Iterator[tuple[Damage, list[NDArray[np.float64]]]]:
    """Yield the class of every polygon, and its rings in pixels."""
    inverse = ~backdrop.transform
    for damage, outlines in buildings:
        for outline in CrsTransform(crs, backdrop.crs).geometries(outlines):
            for polygon in shapely.get_parts(outline):
                rings = [polygon.exterior, *polygon.interiors]
                corners = [np.column_stack(inverse @ tuple(shapely.get_coordinates(ring).T)) for ring in rings]
                if np.isfinite(corners[0]).all():
                    yield damage, corners


def _scale_bar(picture: NDArray[np.uint8], backdrop: Backdrop) -> None:
    """Draw a bar of a round length at the lower left."""
    if not backdrop.crs.is_projected:
        return
    metres = math.hypot(backdrop.transform.a, backdrop.transform.d) * backdrop.crs.linear_units_factor[1]
    longest = picture.shape[1] / 4 * metres
    power = 10 ** math.floor(math.log10(longest))
    length = max(step * power for step in (1, 2, 5) if step * power <= longest)
    text = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    right = round(length / metres)
    (width, height), below = cv2.getTextSize(text, _FONT, _TEXT, 2)
    # on a pale plate, so that it is read on any image
    rows, columns = picture.shape[0], max(right, width) + 4 * _PLATE
    top = rows - height - below - 4 * _PLATE
    bottom = rows - _PLATE
    plate = picture[top:bottom, _PLATE:columns]
    plate[:] = (plate * 0.15 + 255 * 0.85).astype(np.uint8)
    left, bottom = 2 * _PLATE + _PLATE // 2, rows - 2 * _PLATE
    cv2.line(picture, (left, bottom), (left + right, bottom), _BLACK, 4)
    for end in (left, left + right):
        cv2.line(picture, (end, bottom - 5), (end, bottom + 1), _BLACK, 2)
    cv2.putText(picture, text, (left, bottom - _PLATE), _FONT, _TEXT, _BLACK, 2, cv2.LINE_AA)


def _compressed(picture: NDArray[np.uint8]) -> bytes:
    quality = 88
    while True:
        _, encoded = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
        if encoded.size <= LARGEST_BYTES or quality <= 40:
            return bytes(encoded.tobytes())
        quality -= 8
