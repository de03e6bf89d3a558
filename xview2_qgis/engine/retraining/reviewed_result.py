"""A reviewed result: its buildings with the classes that people gave them, what was looked at, and how it was made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.crs import CRS

from ...protocol.schema import ASSESSED_AREA_LAYER, CLASS_NAMES, DAMAGE_CLASSES, DAMAGE_LAYER
from ...protocol.totals.category import CATEGORIES, NONE, category_of
from ..errors import InputError
from ..geo.polygons import polygonal
from ..sampling.result_file import ResultFile
from ..scene.area_of_interest import AreaOfInterest
from ..scoring.vector_features import VectorFeatures, read_features
from ..vector.purpose import AREA, FOOTPRINTS, Purpose

#: xBD's word for a building without a class, of which training takes the outline only.
UNCLASSIFIED = "un-classified"
_CLASSES = {CLASS_NAMES[damage] for damage in DAMAGE_CLASSES}


@dataclass(frozen=True)
class ReviewedBuildings:
    """Buildings of a result, without outlines of which a reviewer says that they hold none.

    Those outside the assessed area are left out, too, unless a reviewer has given them a class.

    Attributes:
        shapes: outlines, valid, object (N,).
        subtypes: words of xBD: the class of a review, else :data:`UNCLASSIFIED`.
        places: a point in each outline that a review has given a class or called no building, object (M,): what
            training is to see.
        crs: of outlines and points.
    """

    shapes: NDArray[np.object_]
    subtypes: tuple[str, ...]
    places: NDArray[np.object_]
    crs: CRS

    @property
    def counts(self) -> dict[str, int]:
        """Number of buildings of each word."""
        return {word: self.subtypes.count(word) for word in (*sorted(_CLASSES), UNCLASSIFIED)}


@dataclass(frozen=True)
class ReviewedResult:
    """A reviewed result.

    Attributes:
        path: its GeoPackage.
        buildings: the buildings.
        area: what was looked at.
        run: the row of the table ``run``.
        parameters: the recorded parameters of the run.
    """

    path: Path
    buildings: ReviewedBuildings
    area: AreaOfInterest
    run: Mapping[str, object]
    parameters: Mapping[str, object]


def read_reviewed(path: Path) -> ReviewedResult:
    """Read a result.

    Args:
        path: GeoPackage of ``xview2 assess``.

    Raises:
        InputError: it is no result, in use or damaged, or no building of it has been reviewed (``not-reviewed``).
    """
    run = ResultFile(path).run()
    features = _layer(path, DAMAGE_LAYER, FOOTPRINTS)
    if "review_class" not in features.fields:
        raise _no_result(path)
    assessed = _layer(path, ASSESSED_AREA_LAYER, AREA)
    geometry = polygonal(shapely.union_all([_mended(shape) for shape in assessed.shapes if shape is not None]))
    if geometry.is_empty:
        raise _no_result(path)
    area = AreaOfInterest(geometry, assessed.crs)
    buildings = _buildings(features, area.in_crs(features.crs))
    if not len(buildings.places):
        raise InputError(
            f"no building of {path.name} has been given a class by a reviewer",
            "review buildings in QGIS first", "not-reviewed",
        )  # fmt: skip
    return ReviewedResult(path, buildings, area, run, _parameters(run))


def _buildings(features: VectorFeatures, area: AreaOfInterest) -> ReviewedBuildings:
    shapes, subtypes, places = [], [], []
    for shape, word in zip(features.shapes, features.fields["review_class"], strict=True):
        outline = shapely.Polygon() if shape is None else _mended(shape)
        if outline.is_empty:
            continue
        category = category_of(word)
        said = None if category is None else CATEGORIES[category]
        # of what was not looked at nothing is shown, and an outline without a class would stand on black
        place = outline.representative_point()
        if said not in _CLASSES and not area.geometry.intersects(place):
            continue
        if said in _CLASSES or category == NONE:
            places.append(place)
        if category != NONE:
            shapes.append(outline)
            subtypes.append(said if said in _CLASSES else UNCLASSIFIED)
    return ReviewedBuildings(_array(shapes), tuple(subtypes), _array(places), features.crs)


def _mended(shape: shapely.Geometry) -> shapely.Polygon | shapely.MultiPolygon:
    """Return the polygons of a geometry with their area; what has none, or no place, is empty."""
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return shapely.Polygon()
    polygon = polygonal(shapely.make_valid(shape))
    return polygon if polygon.area > 0 else shapely.Polygon()


def _array(shapes: Sequence[shapely.Geometry]) -> NDArray[np.object_]:
    array = np.empty(len(shapes), object)
    array[:] = shapes
    return array


def _parameters(run: Mapping[str, object]) -> Mapping[str, object]:
    try:
        read = json.loads(str(run.get("parameters")))
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _layer(path: Path, layer: str, purpose: Purpose) -> VectorFeatures:
    try:
        return read_features(f"{path}|layername={layer}", purpose)
    except InputError as error:
        raise _no_result(path) from error


def _no_result(path: Path) -> InputError:
    return InputError(
        f"{path.name} is no result of this program", "give the GeoPackage of an assessment", "result-open"
    )
