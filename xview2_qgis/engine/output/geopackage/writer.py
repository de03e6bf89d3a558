"""The GeoPackage: the result of a run, as the user keeps it.

Version 1.2, so that QGIS 3.22 and GDAL 3.6 read it without a warning. Buildings are appended in batches; memory does
not grow with their number.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely
from rasterio.crs import CRS
from shapely.geometry import MultiPolygon, Polygon

from ....protocol.language.words import Words
from ....protocol.licences import licence_in_words
from ....protocol.scene_facts.scene_facts import NUMBER_COLUMNS
from ....protocol.schema import (
    ASSESSED_AREA_LAYER,
    CLASS_NAMES,
    DAMAGE_LAYER,
    FILLED_STYLE,
    NOT_VISIBLE_LAYER,
    OUTLINE_STYLE,
    PROBABILITY_FIELDS,
    RUN_TABLE,
)
from ...errors import RuntimeFailure
from ...geo.crs import CrsTransform
from ...geo.geodesy import ellipsoidal_areas
from ...reviews.carrier import ReviewCarrier
from ..building_batch import BuildingBatch
from ..facts_in_words import credits_of
from ..run_description import run_abstract, run_lineage, run_title
from ..run_record import RunRecord
from ..writer import Outcome, OutputFormat, OutputJob
from .feature_table import FeatureTable
from .final_class import ADAPTED_CLASS, ADAPTED_CONFIDENCE, FINAL_CLASS, FINAL_DAMAGE, final_class_triggers
from .layer_file import Columns, LayerFile
from .layer_metadata import LayerExtent, LayerMetadata, write_layer_metadata
from .layer_styles import LayerStyle, write_layer_styles
from .style import assessed_area_style, filled_style, not_visible_style, outline_style

_REVIEW = ("review_class", "review_note", "reviewed_at", "reviewed_by")
_ASSESSED = "What both images show of the area asked for: where there is no building in it, none was found."
_NOT_VISIBLE = "What was asked for and left out, because clouds or smoke hide it: its buildings are unknown."
_LONGEST_EDGE_M = 1000.0  # of the assessed area before it is reprojected and measured

_COLUMN_TYPES: dict[type, type] = {float: np.float64, int: np.int64}


class GeoPackageWriter:
    """Writes one result; the file is complete after :meth:`finish` and not before.

    Args:
        path: the GeoPackage to create.
        crs: CRS of the layers.
        multipart: the layer ``damage`` may hold multipolygons (given footprints may be).
        near_x: an x coordinate of the scene, for scenes across the antimeridian, see :class:`.crs.CrsTransform`.
        carrier: brings the reviews of an earlier result into the complete file.
        words: the language of legend, form and map tip.

    Raises:
        RuntimeFailure: not all buildings were stored (``output-write``). Otherwise errors of the disk, of GDAL and of
            SQLite come as they are; :meth:`.staged_file.StagedFile.writing` makes them readable.
    """

    def __init__(
        self,
        path: Path,
        crs: CRS,
        *,
        multipart: bool = False,
        near_x: float | None = None,
        carrier: ReviewCarrier | None = None,
        words: Words | None = None,
    ) -> None:
        self._words = Words() if words is None else words
        self._path, self._crs, self._near_x, self._carrier = path, crs, near_x, carrier
        self._type = "MultiPolygon" if multipart else "Polygon"
        self._file = LayerFile(path, crs)
        self._features = FeatureTable(path)
        # the layer and its fields exist even without a building
        self._write_buildings(BuildingBatch(1, (), (), np.empty(0)), append=False)

    def add(self, batch: BuildingBatch) -> None:
        """Append buildings."""
        self._write_buildings(batch, append=True)
        self._features.add(batch)

    def finish(self, outcome: Outcome) -> None:
        """Write everything but the buildings."""
        run, summary = outcome.run, outcome.summary
        extent = self._write_area(ASSESSED_AREA_LAYER, outcome.assessed, outcome.assessed_crs)
        if outcome.not_visible is not None:
            self._write_area(NOT_VISIBLE_LAYER, outcome.not_visible, outcome.assessed_crs)
        self._write_run(run)
        with closing(sqlite3.connect(self._path)) as database:
            with database:
                database.execute("PRAGMA synchronous = OFF")
                write_layer_styles(database, _styles(outcome, self._words))
                write_layer_metadata(database, _metadata(outcome, extent))
                self._features.register(database)
                # at the end: the rows written so far are right, and need no trigger
                for statement in final_class_triggers(DAMAGE_LAYER):
                    database.execute(statement)
            _check(database, summary.buildings)
        if self._carrier is not None:
            self._carrier.carry_into(self._path, self._type)

    def _write_buildings(self, batch: BuildingBatch, *, append: bool) -> None:
        self._file.write(DAMAGE_LAYER, batch.outlines, self._type, damage_columns(batch), append=append)

    def _write_area(self, layer: str, area: Polygon | MultiPolygon, crs: CRS) -> LayerExtent | None:
        """Write an area, and return where it lies; None where it is empty, or its CRS has no code."""
        parts = [] if area.is_empty else [shapely.segmentize(area, _LONGEST_EDGE_M)]
        placed = CrsTransform(crs, self._crs, self._near_x).geometries(parts)
        columns: Columns = {"area_m2": ellipsoidal_areas(placed, self._crs)}
        self._file.write(layer, placed, "MultiPolygon", columns, append=False)
        code = self._crs.to_authority()
        return LayerExtent(placed[0].bounds, ":".join(code)) if placed and code else None

    def _write_run(self, run: RunRecord) -> None:
        columns: Columns = {
            name: np.array([value], float if name in NUMBER_COLUMNS else _COLUMN_TYPES.get(type(value), object))
            for name, value in run.columns().items()
        }
        self._file.write(RUN_TABLE, None, None, columns, append=False)


def _metadata(outcome: Outcome, extent: LayerExtent | None) -> tuple[LayerMetadata, ...]:
    run = outcome.run
    title = run_title(run)
    damage = LayerMetadata(
        DAMAGE_LAYER,
        title,
        run_abstract(run, outcome.summary),
        licence_in_words(run.model_licence),
        extent,
        (run.facts.pre.acquired, run.facts.post.acquired),
        run_lineage(run),
        credits_of(run.facts),
        run.facts.event.contact,
    )
    area = replace(damage, layer=ASSESSED_AREA_LAYER, title=f"{title} (assessed area)", abstract=_ASSESSED)
    if outcome.not_visible is None:
        return damage, area
    # what was left out lies elsewhere
    hidden = replace(area, layer=NOT_VISIBLE_LAYER, title=f"{title} (not visible)", abstract=_NOT_VISIBLE, extent=None)
    return damage, area, hidden


def _check(database: sqlite3.Connection, buildings: int) -> None:
    """Make sure that all buildings arrived: GDAL reports some failures of a full disk only in its log."""
    # DAMAGE_LAYER; the name of a table is no parameter
    (stored,) = database.execute("SELECT count(*) FROM damage").fetchone()
    if stored != buildings:
        raise RuntimeFailure(
            f"only {stored} of {buildings} buildings were stored", "free space on the disk of the output",
            "output-write",
        )  # fmt: skip


def _styles(outcome: Outcome, words: Words) -> Iterator[LayerStyle]:
    yield LayerStyle(DAMAGE_LAYER, FILLED_STYLE, filled_style(words), True, "Final class, 40 % fill")
    yield LayerStyle(DAMAGE_LAYER, OUTLINE_STYLE, outline_style(words), False, "Final class, the roof in sight")
    yield LayerStyle(ASSESSED_AREA_LAYER, "Assessed area", assessed_area_style(), True, "What was assessed")
    if outcome.not_visible is not None:
        yield LayerStyle(NOT_VISIBLE_LAYER, "Not visible", not_visible_style(), True, "What was left out")


def damage_columns(batch: BuildingBatch) -> Columns:
    """Return the fields of the layer ``damage`` in their order. NaN stands for null."""
    buildings = batch.buildings
    votes = [building.vote for building in buildings]
    probabilities = np.array([vote.probabilities or (np.nan,) * 4 for vote in votes], np.float64).reshape(-1, 4)
    columns: Columns = {
        "building_id": np.arange(batch.first_id, batch.first_id + len(buildings), dtype=np.int64),
        "damage": np.array([int(vote.damage) for vote in votes], np.int32),
        "damage_class": np.array([CLASS_NAMES[vote.damage] for vote in votes], object),
        "confidence": np.array([np.nan if v.confidence is None else v.confidence for v in votes], np.float64),
        **{name: np.ascontiguousarray(probabilities[:, index]) for index, name in enumerate(PROBABILITY_FIELDS)},
        "area_m2": batch.areas_m2,
        "valid_fraction": np.array([vote.valid_fraction for vote in votes], np.float64),
        "source": np.array([building.source.value for building in buildings], object),
        "footprint_id": np.array([building.footprint_id for building in buildings], object),
    }
    columns |= {name: np.full(len(buildings), None, object) for name in _REVIEW}
    # no building is reviewed or adapted yet
    columns |= {FINAL_DAMAGE: columns["damage"], FINAL_CLASS: columns["damage_class"]}
    return columns | {
        ADAPTED_CLASS: np.full(len(buildings), None, object),
        ADAPTED_CONFIDENCE: np.full(len(buildings), np.nan),
    }


def _open(path: Path, job: OutputJob) -> GeoPackageWriter:
    carrier = None
    if job.earlier is not None:
        carrier = ReviewCarrier(job.earlier, job.crs, job.near_x, job.context)
    multipart = job.scene.footprints is not None
    return GeoPackageWriter(
        path, job.crs, multipart=multipart, near_x=job.near_x, carrier=carrier, words=job.wording.words
    )


GEOPACKAGE = OutputFormat("output", (".gpkg",), _open)
