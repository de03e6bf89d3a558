"""Buildings to be scored: those of a result, and those of a reference, on one plane in metres."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import shapely
from affine import Affine
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from rasterio.crs import CRS
from shapely.geometry.base import BaseGeometry

from ...protocol.language.mark import mark
from ...protocol.schema import CLASS_NAMES, NO_BUILDING, PROBABILITY_FIELDS, Damage
from ..errors import InputError
from ..geo.crs import LONLAT, CrsTransform
from ..geo.georeference import Georeference
from ..geo.metric_crs import metric_crs
from ..language.remark import Remark
from ..stored.result import StoredResult
from ..vector.purpose import AREA
from .challenge import IGNORED
from .class_words import ClassField, find_class_field, read_classes
from .vector_features import REFERENCE, VectorFeatures, read_features

Which = Literal["model", "final"]
_NUMBERS = {name: int(damage) for damage, name in CLASS_NAMES.items()}
_LONGEST_EDGE_M = 1000.0  # of an area before it is reprojected
#: Field of UNOSAT whose value 1 stands for buildings; Shapefiles cut its name.
_GROUPS = re.compile(r"grouped_da\w*", re.IGNORECASE)
_POLYGONS = (3, 6)
_POINTS = (0, 4)


@dataclass(frozen=True)
class Plane:
    """The plane on which everything is compared.

    Attributes:
        crs: its CRS; metres are metres there.
        near_x: an x coordinate of the scene, see :class:`.crs.CrsTransform`.
        area: what is scored.
    """

    crs: CRS
    near_x: float
    area: BaseGeometry

    def placed(self, features: VectorFeatures) -> NDArray[np.object_]:
        """Return the geometries of features on this plane, object (N,)."""
        return _array(CrsTransform(features.crs, self.crs, self.near_x).geometries(list(features.shapes)))

    def holds(self, shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
        """Return which geometries count: a point of each that lies in it lies in the area."""
        shapely.prepare(self.area)
        return np.asarray(shapely.contains(self.area, shapely.point_on_surface(shapes)), bool)


@dataclass(frozen=True)
class Predicted:
    """Buildings of a result.

    Attributes:
        shapes: outlines on the plane, object (N,).
        classes: 1…4, 0 for unknown, (N,).
        probabilities: by the model, (N, 4); NaN where there are none.
    """

    shapes: NDArray[np.object_]
    classes: NDArray[np.int64]
    probabilities: NDArray[np.float64]


@dataclass(frozen=True)
class Reference:
    """Buildings of a reference.

    Attributes:
        shapes: outlines, or points, on the plane, object (N,).
        classes: 1…4, or ``IGNORED``, (N,).
        points: whether they are points.
        field: name of the field with the classes.
        notes: what was assumed or left out, sentences without a full stop.
    """

    shapes: NDArray[np.object_]
    classes: NDArray[np.int64]
    points: bool
    field: str
    notes: tuple[Remark, ...] = ()


def open_plane(result: Path, area: str | None) -> Plane:
    """Return the plane of a result.

    Args:
        result: GeoPackage.
        area: polygons in which the reference is complete; None for all of the assessed area.

    Raises:
        InputError: it is no result, or the area cannot be used.
    """
    stored = StoredResult(result)
    assessed = VectorFeatures(result.name, stored.crs, stored.assessed_area().geometry.to_numpy(), {})
    here = [shape for shape in assessed.shapes if shape is not None and not shape.is_empty]
    if not here:
        raise InputError(f"{result.name} has no assessed area", "give the GeoPackage of an assessment", "result-open")
    west, south, east, north = shapely.union_all(here).bounds
    # the centre of one large pixel is that of the area
    box = Georeference(assessed.crs, Affine(east - west, 0, west, 0, south - north, north), 1, 1)
    crs = metric_crs(box)
    middle = CrsTransform(LONLAT, crs).points(*[[value] for value in box.centre_lonlat()])
    plane = Plane(crs, float(middle[0, 0]), shapely.Point())
    whole = _union(plane, VectorFeatures(assessed.name, assessed.crs, _dense(assessed), {}))
    if area is not None:
        given = read_features(area, AREA)
        whole = whole.intersection(_union(plane, given))
    if whole.is_empty:
        raise InputError(
            "the area of interest does not meet the assessed area", "check its place and CRS", "aoi-outside"
        )
    return Plane(crs, plane.near_x, whole)


def read_predicted(result: Path, plane: Plane, which: Which) -> Predicted:
    """Read the buildings of a result.

    Args:
        result: GeoPackage.
        plane: where they are compared.
        which: the model's classes, of all buildings that it found, or the final ones, without outlines that hold no
            building and with those that somebody drew.

    Raises:
        InputError: it is no result.
    """
    stored = StoredResult(result)
    found = [_predicted(frame, plane, stored.crs, which) for frame in stored.buildings(no_building=True)]
    if not found:
        return Predicted(np.empty(0, object), np.empty(0, np.int64), np.empty((0, len(PROBABILITY_FIELDS))))
    return Predicted(
        np.concatenate([part.shapes for part in found]),
        np.concatenate([part.classes for part in found]),
        np.concatenate([part.probabilities for part in found]),
    )


def _predicted(frame: GeoDataFrame, plane: Plane, crs: CRS, which: Which) -> Predicted:
    words = frame["damage_class" if which == "model" else "final_class"]
    kept = np.array(frame["building_id"].notna() if which == "model" else words != NO_BUILDING, bool)
    shapes = plane.placed(VectorFeatures("", crs, frame.geometry.to_numpy(), {}))
    kept &= _sound(shapes)
    kept[kept] = plane.holds(shapes[kept])
    classes = np.array([_NUMBERS.get(word, 0) for word in words], np.int64)
    likely = frame[list(PROBABILITY_FIELDS)].to_numpy(np.float64)
    return Predicted(shapes[kept], classes[kept], likely[kept])


def read_reference(address: str, plane: Plane, field: str | None) -> Reference:
    """Read the buildings of a reference.

    Args:
        address: file, also with ``|layername=…``.
        plane: where they are compared.
        field: the field with the classes; None to find it by what it holds.

    Raises:
        InputError: it cannot be read, holds neither polygons nor points, no classes, or nothing in the area.
    """
    features = read_features(address, REFERENCE)
    kinds = shapely.get_type_id(features.shapes)
    areas, points = np.isin(kinds, _POLYGONS), np.isin(kinds, _POINTS)
    as_points = bool(points.sum() > areas.sum())
    usable = points if as_points else areas
    others = _other_sites(features)
    usable &= ~others
    if not usable.any():
        raise REFERENCE.refuse(
            "type", f"{features.name} holds neither polygons nor points", "give buildings with their damage"
        )
    found = _classes(features, field)
    notes = [Remark(mark("classes of the reference: field {name}"), name=found.name)]
    if found.foreign:
        shown = ", ".join(f"“{brief_value}” ({count})" for brief_value, count in found.foreign.most_common(8))
        text = mark("values that are not understood, their buildings count as found or missed only: {values}")
        notes.append(Remark(text, values=shown))
    unjudged = found.classes.count(IGNORED) - found.foreign.total()
    if unjudged:
        text = mark(
            "buildings that the reference does not judge (Not Analysed, unknown …), in no figure of a class: {n}"
        )
        notes.append(Remark(text, n=unjudged))
    if found.understood and int(Damage.NO_DAMAGE) not in found.classes:
        text = mark(
            "the reference holds no undamaged building: if it lists affected ones only, the precision says nothing"
        )
        notes.append(Remark(text))
    shapes = np.full(len(usable), None, object)
    shapes[usable] = plane.placed(VectorFeatures(features.name, features.crs, features.shapes[usable], {}))
    sound = usable & _sound(shapes)
    if (lost := int(len(usable) - sound.sum())) > 0:
        notes.append(Remark(mark("features without a usable outline or point, left out: {n}"), n=lost))
    inside = sound.copy()
    inside[sound] = plane.holds(shapes[sound])
    if not inside.any():
        raise REFERENCE.refuse(
            "outside", f"no building of {features.name} lies in the assessed area", "check its place and CRS"
        )
    if (outside := int(sound.sum() - inside.sum())) > 0:
        notes.append(Remark(mark("buildings of the reference outside the scored area, left out: {n}"), n=outside))
    if others.any():
        text = mark("sites that are no buildings (roads, fields), left out: {n}")
        notes.append(Remark(text, n=int(others.sum())))
    classes = np.array(found.classes, np.int64)
    return Reference(shapes[inside], classes[inside], as_points, found.name, tuple(notes))


def _other_sites(features: VectorFeatures) -> NDArray[np.bool_]:
    """Return which sites of UNOSAT are no buildings, bool (N,)."""
    name = next((name for name in features.fields if _GROUPS.fullmatch(name)), None)
    if name is None:
        return np.zeros(len(features.shapes), bool)
    return np.array([str(value).partition(".")[0] not in ("1", "None", "nan") for value in features.fields[name]], bool)


def _classes(features: VectorFeatures, field: str | None) -> ClassField:
    there = ", ".join(features.fields) or "none"
    if field is None:
        found = find_class_field(features.fields)
        if found is None:
            raise REFERENCE.refuse(
                "field", f"no field of {features.name} holds damage classes (it has: {there})",
                "name the field with --field; its values are words of xBD or Copernicus EMS, or 1 to 4",
            )  # fmt: skip
        return found
    name = next((name for name in features.fields if name.lower() == field.lower()), None)
    if name is None:
        raise REFERENCE.refuse("field", f"{features.name} has no field {field}", f"it has: {there}")
    found = read_classes(name, features.fields[name])
    if not found.understood:
        values = ", ".join(f"“{value}”" for value, _ in found.foreign.most_common(8)) or "nothing"
        raise REFERENCE.refuse(
            "field", f"the field {name} of {features.name} holds no damage classes but {values}",
            "use words of xBD or Copernicus EMS, or the numbers 1 to 4",
        )  # fmt: skip
    return found


def _union(plane: Plane, features: VectorFeatures) -> BaseGeometry:
    shapes = plane.placed(features)
    usable = shapes[_sound(shapes) & np.isin(shapely.get_type_id(shapes), _POLYGONS)]
    return shapely.union_all(shapely.make_valid(usable))


def _dense(features: VectorFeatures) -> NDArray[np.object_]:
    step = _LONGEST_EDGE_M if features.crs.is_projected else _LONGEST_EDGE_M / 111_000
    return np.asarray(shapely.segmentize(features.shapes, step), object)


def _sound(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return which geometries have a place."""
    return np.asarray(np.isfinite(shapely.bounds(shapes)).all(axis=-1), bool)


def _array(shapes: list[BaseGeometry]) -> NDArray[np.object_]:
    array = np.empty(len(shapes), object)
    array[:] = shapes
    return array
