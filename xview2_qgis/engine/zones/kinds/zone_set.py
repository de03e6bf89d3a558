"""Zones: what the buildings of a result are counted by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from rasterio.crs import CRS

Kind = Literal["polygons", "grid", "h3"]


@dataclass(frozen=True)
class ZoneOrigin:
    """Where zones come from.

    Attributes:
        kind: polygons of the user, a square grid, or the hexagons of H3.
        source: name of the file of polygons, empty for others.
        size: side of a cell of the grid in metres, or the resolution of H3; 0 for polygons.
    """

    kind: Kind
    source: str = ""
    size: int = 0


@dataclass(frozen=True)
class ZoneSet:
    """Zones.

    Attributes:
        names: name of each.
        shapes: valid polygons and multipolygons in ``crs``, object (N,). They may overlap.
        crs: their CRS.
        origin: where they come from.
    """

    names: tuple[str, ...]
    shapes: NDArray[np.object_]
    crs: CRS
    origin: ZoneOrigin

    def __len__(self) -> int:
        return len(self.names)


def shape_array(shapes: list[object]) -> NDArray[np.object_]:
    """Return geometries as an array, object (N,), without a look into multipolygons."""
    array = np.empty(len(shapes), object)
    array[:] = shapes
    return array
