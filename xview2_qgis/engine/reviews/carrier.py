"""Carrying reviews into a new result: matched ones to their building, drawn buildings as they are, the rest aside."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from rasterio.crs import CRS
from shapely.geometry import MultiPolygon

from ...protocol.schema import DAMAGE_LAYER, UNMATCHED_REVIEWS_LAYER
from ..errors import brief
from ..geo.crs import CrsTransform
from ..geo.geodesy import ellipsoidal_areas
from ..geo.polygons import polygonal
from ..run.context import RunContext
from .earlier_reviews import REVIEW_FIELDS, EarlierReviews, Review, numbers
from .matching import match

_GEOMETRY_FUNCTIONS = ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")  # triggers of the index name them


@dataclass(frozen=True)
class ReviewCarrier:
    """Carries the reviews of the result that is replaced into the new one, before it takes its place.

    Attributes:
        earlier: the reviews.
        crs: CRS of the new result.
        near_x: an x coordinate of the scene in it, see :class:`.crs.CrsTransform`.
        context: warned of reviews that match no building (``reviews-unmatched``).
    """

    earlier: EarlierReviews
    crs: CRS
    near_x: float | None
    context: RunContext

    def carry_into(self, path: Path, geometry: str) -> None:
        """Write the reviews into a complete result.

        Args:
            path: the GeoPackage.
            geometry: kind of its outlines, ``Polygon`` or ``MultiPolygon``.

        Raises:
            pyogrio's errors, sqlite3.Error: it cannot be written.
        """
        reviews = self._placed()
        _, rows, outlines, _ = pyogrio.raw.read(path, layer=DAMAGE_LAYER, columns=[], return_fids=True)
        matches = match([review.outline for review in reviews], shapely.from_wkb(outlines))
        _write_reviews(path, [(int(rows[row]), reviews[index]) for index, row in matches.items()])
        others = [review for index, review in enumerate(reviews) if index not in matches]
        drawn = tuple(review for review in others if review.can_be_copied)
        unmatched = tuple(review for review in others if not review.can_be_copied)
        if drawn:
            self._write_drawn(path, drawn, geometry)
        if unmatched:
            self._keep_aside(path, unmatched)
            named = brief(", ".join(numbers(unmatched)), 200)
            count = f"{len(unmatched)} of {len(reviews)} reviews"
            self.context.warning(
                "reviews-unmatched",
                f"{count} match no building of the new result and are kept in the layer {UNMATCHED_REVIEWS_LAYER}"
                f" (earlier buildings {named})",
            )

    def _placed(self) -> tuple[Review, ...]:
        """Return the reviews with outlines in the CRS of the new result; those without a place there are empty."""
        earlier = self.earlier.reviews
        placed = CrsTransform(self.earlier.crs, self.crs, self.near_x).geometries([r.outline for r in earlier])
        finite = [np.isfinite(shapely.get_coordinates(shape)).all() for shape in placed]
        return tuple(
            replace(review, outline=polygonal(shape) if known else shapely.Polygon())
            for review, shape, known in zip(earlier, placed, finite, strict=True)
        )

    def _write_drawn(self, path: Path, drawn: tuple[Review, ...], geometry: str) -> None:
        """Append drawn buildings; one of several parts becomes several where the layer has single polygons."""
        parts = [
            (review, part)
            for review in drawn
            for part in ([review.outline] if geometry == "MultiPolygon" else shapely.get_parts(review.outline))
        ]
        shapes = [part for _, part in parts]
        columns = _texts([review for review, _ in parts])
        columns["damage_class"] = np.array([review.damage_class for review, _ in parts], object)
        columns["source"] = np.array([review.source for review, _ in parts], object)
        columns["area_m2"] = ellipsoidal_areas(shapes, self.crs)
        self._append(path, DAMAGE_LAYER, shapes, columns, geometry)

    def _keep_aside(self, path: Path, unmatched: tuple[Review, ...]) -> None:
        columns = _texts(unmatched)
        columns["building_id"] = np.array([float(review.building_id or np.nan) for review in unmatched])
        columns["damage_class"] = np.array([review.damage_class for review in unmatched], object)
        self._append(path, UNMATCHED_REVIEWS_LAYER, [review.outline for review in unmatched], columns, "MultiPolygon")

    def _append(
        self, path: Path, layer: str, shapes: list[shapely.Geometry], columns: dict[str, NDArray[np.generic]], kind: str
    ) -> None:
        there = layer in {str(name) for name, _ in pyogrio.list_layers(path)}
        if kind == "MultiPolygon":
            shapes = [MultiPolygon([s]) if isinstance(s, shapely.Polygon) else s for s in shapes]
        pyogrio.raw.write(
            path, np.array(shapely.to_wkb(np.array(shapes, object)), object), list(columns.values()), list(columns),
            layer=layer, driver="GPKG", geometry_type=kind, crs=self.crs.to_wkt(), append=there, nan_as_null=True,
            layer_options=None if there else {"GEOMETRY_NAME": "geom", "SPATIAL_INDEX": "YES"},
        )  # fmt: skip


def _texts(reviews: tuple[Review, ...] | list[Review]) -> dict[str, NDArray[np.generic]]:
    return {
        name: np.array([review.texts[index] for review in reviews], object) for index, name in enumerate(REVIEW_FIELDS)
    }


def _write_reviews(path: Path, found: list[tuple[int, Review]]) -> None:
    """Write what was said about buildings; the final class follows by the triggers in the file.

    A drawn building without a reviewed class was drawn because of its class: that is its review.
    """
    with closing(sqlite3.connect(path)) as database, database:
        for name in _GEOMETRY_FUNCTIONS:
            database.create_function(name, 1, lambda _: None)
        for row, review in found:
            reviewed, *others = review.texts
            reviewed = reviewed or (review.damage_class if review.drawn else None)
            database.execute(
                "UPDATE damage SET review_class = ?, review_note = ?, reviewed_at = ?, reviewed_by = ? WHERE fid = ?",
                (reviewed, *others, row),
            )
