"""The grading package: a GeoPackage in WGS 84 with the layers of Copernicus EMS, a workbook and styles beside it.

Layers and fields are those of the packages of 2026 and of the service's online manual (“Vector package”, JRC121741).
What lies in the area of interest and in no layer ``notAnalysedA`` was analysed: where there is no building in it, none
was found. Nothing is drawn of the event itself: ``observedEventA`` is there and empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from .....protocol.schema import CLASS_COLOURS, SCENE_FIELD, Damage
from ....geo.polygons import polygonal
from ....output.geopackage.layer_file import Columns
from ....output.geopackage.layer_styles import LayerStyle
from ....output.geopackage.style import assessed_area_style, not_visible_style
from ....stored.result import StoredResult
from ...class_style import ClassLook, class_qml, class_sld, plain_sld
from ...lonlat import to_lonlat
from ...mapping import AUTOMATIC, FOREIGN_WORDS, NOT_VALIDATED, cems_grades, det_methods
from ...product_format import ProductFormat, PublishContext, Published
from ...product_geopackage import ProductGeoPackage
from .notes import package_notes
from .package_name import NOT_APPLICABLE, NOT_APPLICABLE_CODE, UNKNOWN, PackageName
from .sources import Sources
from .tally import GradeTally
from .workbook import write_workbook

_AREA, _FOOTPRINT, _HIDDEN, _EVENT = "areaOfInterestA", "imageFootprintA", "notAnalysedA", "observedEventA"
_BUILT_UP, _SOURCE, _SUMMARY = "builtUpA", "source", "summaryTable"
_MULTI = "MultiPolygon"
_LOOKS = tuple(
    ClassLook(FOREIGN_WORDS[damage].cems, FOREIGN_WORDS[damage].cems, damage) for damage in sorted(Damage, reverse=True)
)


def write_package(result: StoredResult, output: Path, context: PublishContext) -> Published:
    """Write the package into a folder; see :class:`.product_format.WriteProduct`.

    Raises:
        UsageError: the code of the activation is none (``activation``).
    """
    name = PackageName.of(context.options, result.run)
    sources = Sources.of(result.runs)
    about = "Damage grading in the structure of Copernicus EMS Rapid Mapping, and no product of that service."
    package = ProductGeoPackage(output / f"{name.package}.gpkg", result.run.started_at, f"{NOT_VALIDATED}. {about}")
    _write_areas(package, result, name, sources)
    tally = _write_buildings(package, result, context, name, sources)
    package.write(name.layer(_SOURCE), None, None, sources.columns())
    package.write(name.layer(_SUMMARY), None, None, tally.columns())
    package.style(_styles(name))
    for feature, text in _slds(name):
        (output / name.file(feature, ".sld")).write_text(text, encoding="utf-8", newline="\n")
    notes = package_notes(result, name, tally, context.options)
    tables = [(_SUMMARY, tally.columns()), (_SOURCE, sources.columns())]
    write_workbook(output / name.file(_SUMMARY, ".xlsx"), tables, notes, result.run.started_at)
    return Published(tally.buildings, tally.counts, package.layers)


def _write_areas(package: ProductGeoPackage, result: StoredResult, name: PackageName, sources: Sources) -> None:
    """Write what was asked for, what the images show of it, and what of it cannot be seen."""
    event = result.run.facts.event
    assessed, hidden = result.assessed_area(), result.not_visible()
    by_scene: dict[str, list[BaseGeometry]] = {}
    for frame in (assessed, hidden):
        for scene, shape in zip(_scenes(frame), frame.geometry, strict=True):
            by_scene.setdefault(scene, []).append(shape)
    asked = _joined([shape for shapes in by_scene.values() for shape in shapes])
    package.write(
        name.layer(_AREA), _MULTI, to_lonlat(asked, result.crs),
        {
            "name": _texts([event.area or UNKNOWN] * len(asked)),
            "emsr_id": _texts([name.activation if name.official else NOT_APPLICABLE] * len(asked)),
            "aoi_id": np.full(len(asked), name.area, np.int32),
            "country": _texts([event.country or UNKNOWN] * len(asked)),
            "glide_no": _texts([event.glide or UNKNOWN] * len(asked)),
            "prod_type": _texts(["Grading"] * len(asked)),
        },
    )  # fmt: skip
    by_image: dict[int, list[BaseGeometry]] = {}
    for scene, shapes in by_scene.items():
        images = sources.of_scene(scene)
        for number in {images.pre, images.damage} - {None}:
            by_image.setdefault(cast("int", number), []).extend(shapes)
    numbers = sorted(by_image)
    seen = [shape for number in numbers for shape in _joined(by_image[number])]
    package.write(
        name.layer(_FOOTPRINT), _MULTI, to_lonlat(seen, result.crs),
        {
            "obj_type": _texts(["Image Footprint"] * len(seen)),
            "or_src_id": np.array(numbers, np.int32),
        },
    )  # fmt: skip
    package.write(
        name.layer(_HIDDEN), _MULTI, to_lonlat(hidden.geometry, result.crs),
        {
            "obj_type": _texts(["Not Analysed"] * len(hidden)),
            "notation": _texts(["Hidden in the post-event image"] * len(hidden)),
            "or_src_id": np.array([sources.of_scene(scene).damage for scene in _scenes(hidden)], np.int32),
        },
    )  # fmt: skip
    nothing: Columns = {
        field: np.empty(0, object) for field in ("event_type", "obj_desc", "det_method", "notation")
    }  # fmt: skip
    package.write(name.layer(_EVENT), _MULTI, np.empty(0, object), nothing | {"dmg_src_id": np.empty(0, np.int32)})


def _write_buildings(
    package: ProductGeoPackage, result: StoredResult, context: PublishContext, name: PackageName, sources: Sources
) -> GradeTally:
    tally, total = GradeTally(), result.totals().buildings.plain
    layer = name.layer(_BUILT_UP)
    package.write(layer, _MULTI, np.empty(0, object), _columns(None, sources, np.empty(0, object)))
    for frame in result.buildings():
        grades = cems_grades(frame, context.options.low_confidence)
        package.write(layer, _MULTI, to_lonlat(frame.geometry, result.crs), _columns(frame, sources, grades))
        seen = int((det_methods(frame) != AUTOMATIC).sum())
        tally.add(grades, frame["area_m2"].to_numpy(np.float64), seen)
        context.progress(tally.buildings, total)
    return tally


def _columns(frame: GeoDataFrame | None, sources: Sources, grades: NDArray[np.object_]) -> Columns:
    """Return the fields of buildings in their order; what they are used for is not known."""
    count = len(grades)
    return {
        "obj_type": _texts([UNKNOWN] * count),
        "name": _texts([UNKNOWN] * count),
        "info": _texts([UNKNOWN] * count),
        "simplified": _texts([UNKNOWN] * count),
        "damage_gra": grades,
        "det_method": np.empty(0, object) if frame is None else det_methods(frame),
        "notation": _texts(["Building"] * count),
        "or_src_id": np.empty(0, np.int32) if frame is None else sources.of_outlines(frame),
        "dmg_src_id": np.empty(0, np.int32) if frame is None else sources.of_damage(frame),
        # measured values of the service that we have none of
        "cd_value": np.full(count, NOT_APPLICABLE_CODE, np.int32),
        "real": np.full(count, NOT_APPLICABLE_CODE, np.int32),
    }


def _styles(name: PackageName) -> list[LayerStyle]:
    return [
        LayerStyle(name.layer(_BUILT_UP), "Damage grading", class_qml("damage_gra", _LOOKS), True, "By grade"),
        LayerStyle(name.layer(_AREA), "Area of interest", assessed_area_style(), True, "What was asked for"),
        LayerStyle(name.layer(_HIDDEN), "Not analysed", not_visible_style(), True, "What could not be seen"),
        LayerStyle(name.layer(_FOOTPRINT), "Image footprint", assessed_area_style(), True, "What the images show"),
    ]


def _slds(name: PackageName) -> list[tuple[str, str]]:
    grey = CLASS_COLOURS[Damage.UNKNOWN]
    return [
        (_BUILT_UP, class_sld(name.layer(_BUILT_UP), "damage_gra", _LOOKS)),
        (_AREA, plain_sld(name.layer(_AREA), "Area of Interest", "#000000")),
        (_FOOTPRINT, plain_sld(name.layer(_FOOTPRINT), "Image Footprint", "#3c3c3c")),
        (_HIDDEN, plain_sld(name.layer(_HIDDEN), "Not Analysed", grey, filled=True)),
    ]


def _scenes(frame: GeoDataFrame) -> list[str]:
    return [str(name or "") for name in frame[SCENE_FIELD]] if SCENE_FIELD in frame.columns else [""] * len(frame)


def _joined(shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """Return one geometry of all; none of none."""
    joined = polygonal(shapely.union_all(shapely.make_valid(np.array(shapes, object))))
    return [] if joined.is_empty else [joined]


def _texts(values: list[str]) -> NDArray[np.object_]:
    return np.array(values, object)


FORMAT = ProductFormat("cems", write_package)
