"""A building: the unit of everything the engine writes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray
from rasterio.crs import CRS
from shapely.geometry import MultiPolygon, Polygon

from ..decision.vote import Vote


class Source(Enum):
    """Where the outline of a building comes from."""

    MODEL = "model"
    FOOTPRINT = "footprint"


@dataclass(frozen=True)
class Building:
    """One assessed building.

    Attributes:
        geometry: valid, not empty outline, in ``crs``.
        crs: of the grid for buildings the model found, of the layer for given footprints (which are kept as they are).
        vote: class, probabilities and valid share.
        source: who drew the outline.
        footprint_id: identifier in the given layer, None for the model's own buildings.
        features: what the networks saw of it, float16 (C,); None where they tell nothing of it.
    """

    geometry: Polygon | MultiPolygon
    crs: CRS
    vote: Vote
    source: Source = Source.MODEL
    footprint_id: str | None = None
    features: NDArray[np.float16] | None = field(default=None, compare=False)
