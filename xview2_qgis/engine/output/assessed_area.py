"""The assessed area: where both images have data, inside the area of interest."""

from __future__ import annotations

import math

import cv2
import numpy as np
import rasterio.features
import shapely
from affine import Affine
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry

from ..buildings.outlines import to_grid
from ..geo.pixel_box import PixelBox
from ..geo.polygons import polygonal
from ..probability.store import ProbabilityRaster
from ..scene.area_of_interest import AreaOfInterest

_LARGEST_SIDE = 2048  # cells of the coarse picture of the scene
_PART = 2048  # pixels of the side of what is read at once


def assessed_area(raster: ProbabilityRaster, area: AreaOfInterest | None = None) -> MultiPolygon:
    """Return the assessed part of the scene, in the CRS of the grid; empty if there is none.

    Drawn at a coarse resolution (at most 2048 cells along the longer side, whole pixels for scenes below that), by the
    majority of the pixels of a cell.

    Args:
        raster: the filled probability raster.
        area: the area of interest.

    Raises:
        RuntimeFailure: the raster cannot be read.
    """
    grid = raster.grid
    step = max(1, math.ceil(max(grid.width, grid.height) / _LARGEST_SIDE))
    coarse = np.zeros((math.ceil(grid.height / step), math.ceil(grid.width / step)), np.uint8)
    cells = max(1, _PART // step)
    for part in PixelBox(0, 0, *coarse.shape).squares(cells):
        box = PixelBox(part.top * step, part.left * step, part.bottom * step, part.right * step)
        window = box.clipped(PixelBox(0, 0, grid.height, grid.width)).window
        if raster.holds(window):
            coarse[part.top : part.bottom, part.left : part.right] = _majority(raster.read_validity(window), part, step)
    placed = to_grid(_outline(coarse, step, shapely.box(0, 0, grid.width, grid.height)), grid.transform)
    if area is None or placed.is_empty:
        return placed
    return _parts(placed.intersection(area.in_crs(grid.crs).geometry))


def _majority(valid: NDArray[np.bool_], part: PixelBox, step: int) -> NDArray[np.bool_]:
    """Return which cells of a part of the coarse picture are mostly valid, bool (h, w); its last ones may be cut."""
    rows, cols = part.bottom - part.top, part.right - part.left
    below, right = rows * step - valid.shape[0], cols * step - valid.shape[1]
    padded = cv2.copyMakeBorder(valid.astype(np.uint8) * np.uint8(255), 0, below, 0, right, cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(padded, (cols, rows), interpolation=cv2.INTER_AREA) > 127)


def _outline(coarse: NDArray[np.uint8], step: int, frame: Polygon) -> MultiPolygon:
    """Return the outline of a coarse picture with cells of ``step`` pixels inside the frame of the grid."""
    if coarse.all():
        return MultiPolygon([frame])  # the usual scene needs no tracing
    shapes = rasterio.features.shapes(coarse, mask=coarse > 0, connectivity=4, transform=Affine.scale(step))
    cells = [polygonal(shape(geometry).simplify(step)).intersection(frame) for geometry, _ in shapes]
    return _parts(shapely.make_valid(shapely.union_all(cells)))


def _parts(geometry: BaseGeometry) -> MultiPolygon:
    """Return the polygons of any geometry."""
    parts = shapely.get_parts(polygonal(geometry))
    return MultiPolygon([part for part in parts if isinstance(part, Polygon) and not part.is_empty])
