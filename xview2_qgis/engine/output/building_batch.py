"""Buildings on their way to the writers: numbered, measured, and in the CRS of the results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from rasterio.crs import CRS
from shapely.geometry.base import BaseGeometry

from ..buildings.building import Building
from ..geo.crs import CrsTransform
from ..geo.geodesy import ellipsoidal_areas

_SIZE = 1_000  # so that little is left to write at the end of a run


@dataclass(frozen=True)
class BuildingBatch:
    """Some buildings that follow each other, N of them.

    Attributes:
        first_id: number of the first one; the others go on counting.
        buildings: class and source of each; their own outlines may be in any CRS.
        outlines: polygons and multipolygons in the CRS of the results.
        areas_m2: ellipsoidal areas, square metres, float64 (N,).
    """

    first_id: int
    buildings: Sequence[Building]
    outlines: Sequence[BaseGeometry]
    areas_m2: NDArray[np.float64]


def batches(buildings: Iterable[Building], crs: CRS, near_x: float | None = None) -> Iterator[BuildingBatch]:
    """Yield buildings in batches; memory does not grow with their number.

    Args:
        buildings: in the order of their numbers.
        crs: CRS of the results.
        near_x: an x coordinate of the scene in it, see :class:`.crs.CrsTransform`.
    """
    waiting, first_id = iter(buildings), 1
    while batch := tuple(islice(waiting, _SIZE)):
        outlines = _outlines(batch, crs, near_x)
        yield BuildingBatch(first_id, batch, outlines, ellipsoidal_areas(outlines, crs))
        first_id += len(batch)


def _outlines(buildings: Sequence[Building], crs: CRS, near_x: float | None) -> list[BaseGeometry]:
    """Return the outlines in one CRS, whatever CRS each comes in."""
    outlines: list[BaseGeometry] = [building.geometry for building in buildings]
    for source in {building.crs.to_wkt(): building.crs for building in buildings}.values():
        indices = [index for index, building in enumerate(buildings) if building.crs == source]
        placed = CrsTransform(source, crs, near_x).geometries([outlines[index] for index in indices])
        for index, outline in zip(indices, placed, strict=True):
            outlines[index] = outline
    return outlines
