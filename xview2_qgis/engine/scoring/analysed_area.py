"""Where a reference was analysed: outside of it, a building that it does not list may well be there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from ...protocol.language.mark import mark
from ..errors import InputError
from ..geo.polygons import polygonal
from ..language.remark import Remark
from .buildings import Plane
from .foreign_product import ForeignProduct
from .vector_features import REFERENCE, VectorFeatures, read_features

#: Value of ``obj_type`` of earlier packages, whose layer of footprints also held what was not analysed.
_NOT_ANALYSED = "not analysed"
_IN_AREA = mark("scored inside the area of interest of the reference")
_IN_FOOTPRINT = mark("scored inside the image footprint of the reference")
_WITHOUT_HIDDEN = mark("scored without what the reference could not analyse")


def where_analysed(plane: Plane, address: str, *, complete: bool) -> tuple[Plane, tuple[Remark, ...]]:
    """Return the plane with only that scored which a product of others analysed, and what is to be said of it.

    Args:
        plane: of a result.
        address: of the reference.
        complete: the user said where the reference is complete: then only what could not be analysed is taken off.

    Raises:
        InputError: a layer cannot be read, or nothing is left to be scored (``reference-outside``).
    """
    try:
        product = ForeignProduct.beside(address)
    except (OSError, ValueError, RuntimeError):  # whatever is wrong with the file is told when its buildings are read
        return plane, ()
    area = plane.area
    told: list[Remark] = []
    footprints, left = _footprints(plane, product)
    if not complete:
        for text, layers in ((_IN_AREA, _shapes(plane, product.areas)), (_IN_FOOTPRINT, footprints)):
            if layers:
                area = polygonal(shapely.intersection(area, shapely.union_all(layers)))
                told.append(Remark(text))
    left += _shapes(plane, product.hidden)
    if left:
        area = polygonal(shapely.difference(area, shapely.union_all(left)))
        told.append(Remark(_WITHOUT_HIDDEN))
    if area.is_empty:
        raise REFERENCE.refuse(
            "outside", "what the reference analysed does not meet the assessed area", "check its place and CRS"
        )
    if not told:
        return plane, ()
    share = round(100.0 * area.area / plane.area.area) if plane.area.area else 0
    told.append(Remark(mark("part of the assessed area that is scored: {share} %"), share=share))
    return Plane(plane.crs, plane.near_x, area), tuple(told)


def _footprints(plane: Plane, product: ForeignProduct) -> tuple[list[BaseGeometry], list[BaseGeometry]]:
    """Return what images show, and what the same layers call not analysed."""
    shown: list[BaseGeometry | None] = []
    left: list[BaseGeometry | None] = []
    for address in product.footprints:
        features = _features(address)
        if features is None:
            continue
        kinds = [str(value).strip().lower() for value in features.fields.get("obj_type", [""] * len(features.shapes))]
        for shape, kind in zip(_placed(plane, features), kinds, strict=True):
            (left if kind == _NOT_ANALYSED else shown).append(shape)
    return [shape for shape in shown if shape is not None], [shape for shape in left if shape is not None]


def _shapes(plane: Plane, addresses: Sequence[str]) -> list[BaseGeometry]:
    found = [_features(address) for address in addresses]
    return [shape for one in found if one is not None for shape in _placed(plane, one) if shape is not None]


def _features(address: str) -> VectorFeatures | None:
    try:
        return read_features(address, REFERENCE)
    except InputError:  # an empty layer may name no CRS
        return None


def _placed(plane: Plane, features: VectorFeatures) -> list[BaseGeometry | None]:
    """Return polygons on the plane; None for what is none."""
    shapes: list[BaseGeometry | None] = []
    there = np.array([shape is not None and not shape.is_empty for shape in features.shapes], bool)
    placed = plane.placed(VectorFeatures(features.name, features.crs, features.shapes[there], {}))
    mended = iter(shapely.make_valid(placed))
    for known in there.tolist():
        shape = next(mended) if known else None
        outline = None if shape is None else polygonal(shape)
        shapes.append(None if outline is None or outline.is_empty else outline)
    return shapes
