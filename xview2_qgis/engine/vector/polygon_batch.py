"""Polygons in what a layer holds: mended, in two dimensions; everything else is counted."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

from ..geo.polygons import polygonal

_POLYGONS = (3, 6, 7)  # shapely's numbers: polygon, multipolygon, collection
_CURVES = range(8, 15)  # numbers of WKB, from circular string to surface


@dataclass(frozen=True)
class PolygonBatch:
    """The polygons of some features.

    Attributes:
        shapes: valid polygons and multipolygons with an area, in two dimensions, object (N,).
        rows: which of the features each is, int64 (N,).
        others: number of points and lines.
        empty: number of features without an outline, or with one that encloses nothing.
        broken: number of those whose coordinates are no numbers.
        strange: number of those of a kind that cannot be used (TIN, polyhedral surface, arcs in a collection).
    """

    shapes: NDArray[np.object_]
    rows: NDArray[np.int64]
    others: int
    empty: int
    broken: int
    strange: int

    @property
    def unusable(self) -> int:
        """Number of features that should be polygons and are of no use."""
        return self.empty + self.broken + self.strange


def polygon_batch(wkb: Sequence[bytes | None], kinds: str | None = None) -> PolygonBatch:
    """Sort out the geometries of some features.

    Curved outlines are turned into short straight lines, as GDAL does it; rings that are not closed are closed.

    Args:
        wkb: geometries as WKB of GDAL, None where there is none.
        kinds: kind of geometry that counts, as QGIS names it (``Polygon``, ``GeometryCollection``); None for all.
    """
    numbers = np.array([_kind(geometry) for geometry in wkb], np.int64)
    with np.errstate(invalid="ignore"):  # coordinates that are no numbers are counted below
        shapes = shapely.force_2d(_parsed(wkb, numbers))
    given = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    kind = shapely.get_type_id(shapes)
    areal = given & np.isin(kind, _POLYGONS)
    if kinds is not None:
        areal &= (kind == _POLYGONS[2]) == ("collection" in kinds.lower())
    finite = np.array([bool(np.isfinite(shapely.get_coordinates(shape)).all()) for shape in shapes], bool)
    kept = np.flatnonzero(areal & finite)
    shapes[kept] = shapely.make_valid(shapes[kept]) if not shapely.is_valid(shapes[kept]).all() else shapes[kept]
    for row in kept[~np.isin(shapely.get_type_id(shapes[kept]), _POLYGONS[:2])].tolist():
        shapes[row] = polygonal(shapes[row])
    useful = kept[shapely.area(shapes[kept]) > 0]
    strange = sum(shape is None and bool(geometry) for shape, geometry in zip(shapes, wkb, strict=True))
    broken = int((areal & ~finite).sum())
    others = int((given & ~areal).sum())
    return PolygonBatch(
        shapes[useful], useful.astype(np.int64), others, len(wkb) - len(useful) - others - broken - strange, broken,
        strange,
    )  # fmt: skip


def _kind(wkb: bytes | None) -> int:
    """Return the number of the kind of a WKB geometry, whatever its dimensions; 0 without one."""
    if wkb is None or len(wkb) < 5:
        return 0
    number = int.from_bytes(wkb[1:5], "little" if wkb[0] else "big")
    return (number & 0x0FFFFFFF) % 1000


def _parsed(wkb: Sequence[bytes | None], numbers: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return the geometries as shapely knows them, None for those it does not, object (N,)."""
    curved = {row for row in range(len(wkb)) if numbers[row] in _CURVES or _holds_curves(wkb[row], int(numbers[row]))}
    plain = np.array([None if row in curved else geometry for row, geometry in enumerate(wkb)], object)
    shapes = np.asarray(shapely.from_wkb(plain, on_invalid="fix"), object).reshape(len(wkb))
    if curved:
        rows = sorted(curved)
        for row, straight in zip(rows, _straightened([wkb[row] for row in rows]), strict=True):
            with suppress(NotImplementedError):  # a collection keeps its arcs
                shapes[row] = shapely.from_wkb(straight, on_invalid="fix")
    return shapes


def _holds_curves(wkb: bytes | None, number: int) -> bool:
    """Return whether a collection holds what shapely cannot even refuse for itself."""
    if wkb is None or number != _POLYGONS[2]:
        return False
    try:
        shapely.from_wkb(wkb, on_invalid="ignore")
    except NotImplementedError:
        return True
    return False


def _straightened(wkb: Sequence[bytes | None]) -> NDArray[np.object_]:
    """Return geometries with their arcs as short straight lines, WKB, object (N,); None for all where GDAL cannot."""
    place = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # there is no CRS, and none is needed
        try:
            pyogrio.raw.write(
                place, np.array(wkb, object), [], [], driver="FlatGeobuf", geometry_type="Unknown", layer="curves",
                layer_options={"SPATIAL_INDEX": "NO"},
            )  # fmt: skip
            # reading without Arrow is what straightens
            _, _, straight, _ = pyogrio.raw.read(place.getvalue())
        except (pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError, pyogrio.errors.GeometryError, ValueError):
            return np.full(len(wkb), None, object)
    return straight if len(straight) == len(wkb) else np.full(len(wkb), None, object)
