"""The merged GeoPackage: the results of all scenes in one file, whose layers name the scene in a field.

It is made of the results, and can be made again: reviews belong into the results of the scenes. Where scenes overlap,
a building is in it once for each. Memory does not grow with the number of scenes or buildings.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ...protocol.language.words import Words
from ...protocol.licences import licence_in_words
from ...protocol.scene_facts import SceneFacts
from ...protocol.scene_facts.scene_facts import NUMBER_COLUMNS
from ...protocol.schema import (
    ASSESSED_AREA_LAYER,
    DAMAGE_LAYER,
    FILLED_STYLE,
    NOT_VISIBLE_LAYER,
    OUTLINE_STYLE,
    RUN_TABLE,
    SCENE_FIELD,
    SCENES_TABLE,
)
from ..output.building_batch import BuildingBatch
from ..output.facts_in_words import credits_of
from ..output.geopackage.fields import MERGED_FIELDS, MERGED_FORM
from ..output.geopackage.final_class import final_class_triggers
from ..output.geopackage.layer_file import Columns, LayerFile
from ..output.geopackage.layer_metadata import LayerMetadata, write_layer_metadata
from ..output.geopackage.layer_styles import LayerStyle, write_layer_styles
from ..output.geopackage.style import assessed_area_style, filled_style, not_visible_style, outline_style
from ..output.geopackage.writer import damage_columns
from ..output.run_record import RUN_COLUMNS
from .merged_layers import SceneFile, rows, shared_crs
from .summary import COLUMNS, SceneRow

Check = Callable[[], None]


def write_merged(path: Path, table: Sequence[SceneRow], check: Check, words: Words) -> None:
    """Write the merged GeoPackage.

    Args:
        path: the file to make, a part that is put in place later.
        table: all scenes; those with a result are merged, at least one.
        check: called now and then, raises to end the work.
        words: the language of legend, form and map tip.

    Raises:
        Errors of the disk, of GDAL and of SQLite come as they are, see :meth:`.staged_file.StagedFile.guard`.
    """
    files = [SceneFile.look(row.scene.id, row.output) for row in table if row.stored is not None]
    crs = shared_crs(files)
    merged = LayerFile(path, crs)
    buildings = "MultiPolygon" if any(file.multipart for file in files) else "Polygon"
    _append(
        merged, _Layer(DAMAGE_LAYER, buildings, damage_columns(BuildingBatch(1, (), (), np.empty(0)))), files, check
    )
    areas: Columns = {"area_m2": np.empty(0)}
    _append(merged, _Layer(ASSESSED_AREA_LAYER, "MultiPolygon", areas), files, check)
    hidden = [file for file in files if file.hidden]
    if hidden:
        _append(merged, _Layer(NOT_VISIBLE_LAYER, "MultiPolygon", areas), hidden, check)
    written = _write_runs(merged, files)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA synchronous = OFF")
        _write_scenes(database, table)
        write_layer_styles(database, _styles(bool(hidden), words))
        write_layer_metadata(database, tuple(_metadata(written, bool(hidden))))
        for statement in final_class_triggers(DAMAGE_LAYER):
            database.execute(statement)


@dataclass(frozen=True)
class _Layer:
    """A layer of the merged file.

    Attributes:
        name: its name.
        kind: ``Polygon`` or ``MultiPolygon``.
        empty: its fields without that of the scene, and without rows.
    """

    name: str
    kind: str
    empty: Columns

    def fields(self, scene: str, values: Columns, count: int) -> Columns:
        """Return the fields of some rows, that of the scene first; what they lack is null."""
        lacking = {
            name: np.full(count, np.nan if column.dtype.kind in "fi" else None)
            for name, column in self.empty.items()
            if name not in values
        }
        all_values = values | lacking
        return {SCENE_FIELD: np.full(count, scene, object), **{name: all_values[name] for name in self.empty}}


def _append(merged: LayerFile, layer: _Layer, files: Sequence[SceneFile], check: Check) -> None:
    merged.write(layer.name, [], layer.kind, layer.fields("", layer.empty, 0), append=False)
    for file in files:
        way = file.way_to(merged.crs)
        for geometries, values in rows(file.path, layer.name, layer.empty):
            check()
            columns = layer.fields(file.scene, values, len(geometries))
            merged.write(layer.name, way.geometries(geometries), layer.kind, columns, append=True)


@dataclass(frozen=True)
class _Runs:
    """What the records of all runs say together.

    Attributes:
        licences: those of their models.
        facts: event and imagery of each.
    """

    licences: str
    facts: tuple[SceneFacts, ...]

    def shared(self, name: str) -> str:
        """Return what is said of the event in all of them; empty where they differ."""
        values = {str(getattr(facts.event, name)) for facts in self.facts}
        return values.pop() if len(values) == 1 else ""

    @property
    def credits(self) -> tuple[str, ...]:
        """What has to be written beside them, each once."""
        return tuple(dict.fromkeys(credit for facts in self.facts for credit in credits_of(facts)))


def _write_runs(merged: LayerFile, files: Sequence[SceneFile]) -> _Runs:
    """Write the records of all runs, and return what they say together."""
    numbers = {"seconds", "not_visible_m2", *NUMBER_COLUMNS}
    licences: dict[str, None] = {}
    facts: list[SceneFacts] = []
    for number, file in enumerate(files):
        with closing(sqlite3.connect(f"{file.path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            row = database.execute("SELECT * FROM run LIMIT 1").fetchone()
        known = {name: row[name] if name in row.keys() else None for name in RUN_COLUMNS}  # noqa: SIM118 - else values
        columns: Columns = {
            name: np.array([value], np.float64 if name in numbers else object) for name, value in known.items()
        }
        merged.write(RUN_TABLE, None, None, {SCENE_FIELD: np.array([file.scene], object)} | columns, append=number > 0)
        licences[licence_in_words(str(known["model_licence"]))] = None
        facts.append(SceneFacts.from_columns(known))
    return _Runs("; ".join(licences), tuple(facts))


def _write_scenes(database: sqlite3.Connection, table: Sequence[SceneRow]) -> None:
    columns = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
    places = ", ".join("?" * len(COLUMNS))
    # put together of names of this program only
    database.execute(f"CREATE TABLE {SCENES_TABLE} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {columns})")
    database.executemany(
        f"INSERT INTO {SCENES_TABLE} ({', '.join(COLUMNS)}) VALUES ({places})",  # nosec B608
        (row.cells() for row in table),
    )
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)"
        " VALUES (?, 'attributes', ?, 'One row for each scene of the batch.', 0)",
        (SCENES_TABLE, SCENES_TABLE),
    )


def _styles(hidden: bool, words: Words) -> Iterator[LayerStyle]:
    filled = filled_style(words, MERGED_FIELDS, MERGED_FORM)
    outline = outline_style(words, MERGED_FIELDS, MERGED_FORM)
    yield LayerStyle(DAMAGE_LAYER, FILLED_STYLE, filled, True, "Final class, 40 % fill")
    yield LayerStyle(DAMAGE_LAYER, OUTLINE_STYLE, outline, False, "Final class, the roof in sight")
    yield LayerStyle(ASSESSED_AREA_LAYER, "Assessed area", assessed_area_style(), True, "What was assessed")
    if hidden:
        yield LayerStyle(NOT_VISIBLE_LAYER, "Not visible", not_visible_style(), True, "What was left out")


def _metadata(runs: _Runs, hidden: bool) -> Iterator[LayerMetadata]:
    scenes, event = len(runs.facts), runs.shared("name")
    title = f"Building damage: {f'{event}, ' if event else ''}{scenes} scene{'s' if scenes != 1 else ''}"
    abstract = (
        "The results of several scenes, named in the field scene, with the reviews that they held when they were put "
        "together. Review the results of the scenes: this file is made of them anew. The classes are estimates of a "
        "neural network, not verified on the ground. Where scenes overlap, a building is here once for each."
    )
    damage = LayerMetadata(
        DAMAGE_LAYER, title, abstract, runs.licences, credits=runs.credits, contact=runs.shared("contact")
    )
    yield damage
    assessed = f"{title} (assessed area)", "What was assessed of each scene."
    yield replace(damage, layer=ASSESSED_AREA_LAYER, title=assessed[0], abstract=assessed[1])
    if hidden:
        left_out = f"{title} (not visible)", "What was left out as hidden."
        yield replace(damage, layer=NOT_VISIBLE_LAYER, title=left_out[0], abstract=left_out[1])
