"""Zones as a GeoPackage: the layer ``zones`` with its style, sums and facts of the run as tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ....protocol.licences import licence_in_words
from ....protocol.schema import RUN_TABLE, SCENE_FIELD
from ....protocol.stored_result import PRODUCT_MARK
from ...language.wording import Wording
from ...output.geopackage.layer_file import Columns, LayerFile
from ...output.geopackage.layer_metadata import LayerMetadata, write_layer_metadata
from ...output.geopackage.layer_styles import LayerStyle, write_layer_styles
from ...stored.run import StoredRun, joint_run
from ..counted_zones import CountedZones
from ..zone_row import ZoneRow
from .about import about_lines
from .columns import Column, rounded, zone_columns
from .style import destroyed_style, major_or_worse_style
from .zone_words import sum_title, sums

#: The layer and the tables of such a file.
ZONES_LAYER, ZONE_TOTALS_TABLE = "zones", "zone_totals"
_NOTHING = -1  # below the mask of a missing number


def write_geopackage(path: Path, counted: CountedZones, runs: Sequence[StoredRun], wording: Wording) -> None:
    """Write the GeoPackage.

    Args:
        path: the file to make.
        counted: the zones.
        runs: the records of the runs.
        wording: language of aliases, legend and metadata; names of fields and words in them are never translated.
    """
    columns = zone_columns(sampled=True)
    numbers = np.arange(1, len(counted.rows) + 1, dtype=np.int64)
    names = np.array([row.name for row in counted.rows], object)
    file = LayerFile(path, counted.zones.crs)
    fields: Columns = {"zone_id": numbers, "name": names} | _values(columns, counted.rows)
    file.write(ZONES_LAYER, counted.zones.shapes.tolist(), "MultiPolygon", fields, append=False)
    named = sums(counted)
    totals: Columns = {
        "row": np.array([key for key, _ in named], object),
        "title": np.array([sum_title(key, wording.words) for key, _ in named], object),
    }
    file.write(ZONE_TOTALS_TABLE, None, None, totals | _values(columns, [row for _, row in named]), append=False)
    if runs:
        file.write(RUN_TABLE, None, None, _run_columns(runs), append=False)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA synchronous = OFF")
        write_layer_styles(database, _styles(counted, wording))
        write_layer_metadata(database, (_metadata(counted, runs, wording),))
        database.execute(
            "UPDATE gpkg_contents SET description = ? WHERE table_name = ?", (PRODUCT_MARK, ZONE_TOTALS_TABLE)
        )


def _values(columns: Sequence[Column], rows: Sequence[ZoneRow]) -> Columns:
    return {column.field: _array(column, [rounded(column, row) for row in rows]) for column in columns}


def _array(column: Column, values: list[object]) -> NDArray[np.generic]:
    if column.unit == "text":
        return np.array([None if value is None else str(value) for value in values], object)
    if column.unit == "number":
        return np.ma.masked_equal(np.array([_NOTHING if v is None else v for v in values], np.int64), _NOTHING)
    return np.array([np.nan if value is None else value for value in values], np.float64)


def _run_columns(runs: Sequence[StoredRun]) -> Columns:
    """Return what a reader has to know of the runs; no parameters, which may hold paths."""
    rows: list[dict[str, object]] = [
        {
            SCENE_FIELD: run.scene or None, "run_id": run.run_id, "started_at": run.started_at, "pre": run.pre or None,
            "post": run.post, "model_id": run.model_id, "model_licence": run.model_licence, **run.facts.to_columns(),
        }
        for run in runs
    ]  # fmt: skip
    return {name: _run_column([row[name] for row in rows]) for name in rows[0]}


def _run_column(values: list[object]) -> NDArray[np.generic]:
    if any(isinstance(value, float) for value in values):
        return np.array([_real(value) for value in values], np.float64)
    return np.array(values, object)


def _real(value: object) -> float:
    return float(value) if isinstance(value, int | float) else np.nan


def _styles(counted: CountedZones, wording: Wording) -> list[LayerStyle]:
    words = wording.words
    major = words.tr("Share with major damage or worse")
    destroyed = words.tr("Share destroyed")
    origin = counted.zones.origin
    return [
        LayerStyle(ZONES_LAYER, "Major damage or worse", major_or_worse_style(origin, words), True, major),
        LayerStyle(ZONES_LAYER, "Destroyed", destroyed_style(origin, words), False, destroyed),
    ]


def _metadata(counted: CountedZones, runs: Sequence[StoredRun], wording: Wording) -> LayerMetadata:
    run = joint_run(runs)
    told = [f"{heading}: {text}" for heading, text in about_lines(counted, run, wording) if text]
    licences = dict.fromkeys(licence_in_words(one.model_licence) for one in runs if one.model_licence)
    # by the mark at its end another run knows what it may replace
    abstract = "\n".join([*told, PRODUCT_MARK])
    return LayerMetadata(ZONES_LAYER, wording.tr("Building damage by zone"), abstract, "; ".join(licences))
