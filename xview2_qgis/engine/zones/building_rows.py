"""What zones need of some buildings, as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.crs import CRS

from ...protocol.schema import CLASS_NAMES, DAMAGE_CLASSES, PROBABILITY_FIELDS
from ...protocol.totals.category import UNKNOWN, category_of
from ..geo.geodesy import ellipsoidal_areas
from ..geo.polygons import polygonal

#: Stands for no category.
NOTHING = -1
_CLASSES = {CLASS_NAMES[damage]: index for index, damage in enumerate(DAMAGE_CLASSES)}


@dataclass(frozen=True)
class BuildingRows:
    """Buildings of a result.

    Attributes:
        shapes: outlines, object (N,).
        ids: numbers in the result, int64 (N,); :data:`NOTHING` for what somebody drew.
        final: number of the category of each final class, int64 (N,), see :mod:`...protocol.totals.category`.
        reviews: the same of the review, :data:`NOTHING` where there is none.
        model: class by the model, 0 to 3, :data:`NOTHING` for one without a class.
        adapted: class as adapted to the event, else the model's.
        probabilities: of the four classes, by the model, float64 (N, 4); NaN where there are none.
        areas_m2: ellipsoidal area of each, float64 (N,).
    """

    shapes: NDArray[np.object_]
    ids: NDArray[np.int64]
    final: NDArray[np.int64]
    reviews: NDArray[np.int64]
    model: NDArray[np.int64]
    adapted: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    areas_m2: NDArray[np.float64]

    @classmethod
    def of(cls, frame: geopandas.GeoDataFrame, crs: CRS) -> BuildingRows:
        """Read the fields of the layer ``damage``; older results may lack some.

        Args:
            frame: buildings, with their geometry.
            crs: CRS of the layer.
        """
        shapes = np.asarray(frame.geometry.array, object)
        model = _classes(_column(frame, "damage_class"))
        adapted = _classes(_column(frame, "adapted_class"))
        likely = [np.asarray(_numbers(_column(frame, name))) for name in PROBABILITY_FIELDS]
        ids = _numbers(_column(frame, "building_id"))
        return cls(
            shapes,
            np.where(np.isfinite(ids), ids, NOTHING).astype(np.int64),
            _categories(_column(frame, "final_class"), UNKNOWN),
            _categories(_column(frame, "review_class"), NOTHING),
            model,
            np.where(adapted == NOTHING, model, adapted),
            np.stack(likely, axis=1),
            _areas(shapes, _numbers(_column(frame, "area_m2")), crs),
        )


def _column(frame: geopandas.GeoDataFrame, name: str) -> Sequence[object]:
    return list(frame[name]) if name in frame.columns else [None] * len(frame)


def _numbers(values: Sequence[object]) -> NDArray[np.float64]:
    known = [float(value) if isinstance(value, int | float | np.number) else np.nan for value in values]
    return np.array(known, np.float64)


def _classes(words: Sequence[object]) -> NDArray[np.int64]:
    return np.array([_CLASSES.get(word, NOTHING) if isinstance(word, str) else NOTHING for word in words], np.int64)


def _categories(words: Sequence[object], without: int) -> NDArray[np.int64]:
    found = (category_of(word) for word in words)
    return np.array([without if category is None else category for category in found], np.int64)


def _areas(shapes: NDArray[np.object_], stored: NDArray[np.float64], crs: CRS) -> NDArray[np.float64]:
    """Return the areas on record; of buildings that somebody drew, which have none, those of their outlines."""
    areas = stored.copy()
    unknown = np.flatnonzero(~np.isfinite(areas))
    measured = [row for row in unknown.tolist() if shapes[row] is not None and shapely.area(shapes[row]) > 0]
    areas[unknown] = 0.0
    areas[measured] = ellipsoidal_areas([polygonal(shapes[row]) for row in measured], crs)
    return np.where(np.isfinite(areas), areas, 0.0)
