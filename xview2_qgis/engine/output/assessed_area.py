"""The assessed area: where both images have data, inside the area of interest."""

from __future__ import annotations

import math

import cv2
import numpy as np
import rasterio.features
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.windows import Window
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry

from ..buildings.outlines import to_grid
from ..geo.polygons import polygonal
from ..probability.store import ProbabilityRaster
from ..scene.area_of_interest import AreaOfInterest

_LARGEST_SIDE = 2048  # cells of the coarse picture of the scene


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
    rows = max(1, 512 // step)
    for top in range(0, coarse.shape[0], rows):
        bottom = min(top + rows, coarse.shape[0])
        height = min(bottom * step, grid.height) - top * step
        valid = raster.read_validity(Window(0, top * step, grid.width, height))
        if not valid.any():
            continue
        padded = cv2.copyMakeBorder(
            valid.astype(np.uint8) * 255,
            *(0, (bottom - top) * step - height, 0, coarse.shape[1] * step - grid.width),
            cv2.BORDER_REPLICATE,
        )
        coarse[top:bottom] = cv2.resize(padded, (coarse.shape[1], bottom - top), interpolation=cv2.INTER_AREA) > 127
    placed = to_grid(_outline(coarse, step, shapely.box(0, 0, grid.width, grid.height)), grid.transform)
    if area is None or placed.is_empty:
        return placed
    return _parts(placed.intersection(area.in_crs(grid.crs).geometry))


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
