"""A stored result: its buildings batch by batch, its areas, its run and its totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import shapely
from geopandas import GeoDataFrame
from rasterio.crs import CRS
from rasterio.errors import CRSError

from ...protocol.schema import ASSESSED_AREA_LAYER, DAMAGE_LAYER, NO_BUILDING, NOT_VISIBLE_LAYER, SCENE_FIELD
from ...protocol.stored_result import DamagedError
from ...protocol.totals.review_sample import Totals, totals_of
from ...protocol.totals.stored_sample import NotAResultError, columns_of, each_building, read_sample
from ..geo.geodesy import ellipsoidal_areas
from ..geo.polygons import polygonal
from .building_fields import complete, texts
from .refusal import explained, result_database
from .run import StoredRun, joint_run, read_runs

_READ_ERRORS = (
    pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError,
    pyogrio.errors.GeometryError, CRSError, UnicodeDecodeError,
)  # fmt: skip


class StoredResult:
    """A GeoPackage that ``xview2 assess`` wrote, or that ``xview2 batch`` put together, of this or an older version.

    It is read in batches, so that memory does not grow with it, and nothing is ever written, no log beside it either.

    Args:
        path: the file.

    Attributes:
        path: the same.
        crs: CRS of its layers.
        runs: the record of its run; of a merged result one for each scene.

    Raises:
        InputError: there is no such file, or it is no result (``result-open``), another program holds it
            (``result-in-use``), or it is damaged (``result-damaged``). All methods may raise the latter two.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with result_database(path) as database:
            self._fields = columns_of(database, DAMAGE_LAYER)
            if not {"building_id", "damage_class"} <= self._fields:
                raise NotAResultError
            self._layers = {
                layer for layer in (DAMAGE_LAYER, ASSESSED_AREA_LAYER, NOT_VISIBLE_LAYER) if columns_of(database, layer)
            }
            self.runs: tuple[StoredRun, ...] = read_runs(database)
        self.crs = self._named_crs()

    @property
    def merged(self) -> bool:
        """Whether it holds several scenes, named in the field ``scene``."""
        return SCENE_FIELD in self._fields

    @cached_property
    def run(self) -> StoredRun:
        """The record of its run; of a merged result what all of its runs agree on."""
        return joint_run(self.runs)

    def buildings(self, batch: int = 20_000, *, no_building: bool = False) -> Iterator[GeoDataFrame]:
        """Yield the buildings in the order of the file, those without an outline left out.

        One that somebody drew with another program has no area on record: it gets that of its outline.

        Args:
            batch: rows that are read at once.
            no_building: with the outlines, too, of which a review says that they hold no building.

        Returns:
            Frames with the fields of :data:`.building_fields.BUILDING_FIELDS`, and ``scene`` first in a merged result.
        """
        for rows in self._batches(batch):
            frame = complete(self._read(DAMAGE_LAYER, rows))
            there = ~(frame.geometry.isna() | frame.geometry.is_empty)
            if not no_building:
                there &= frame["final_class"] != NO_BUILDING
            if there.any():
                yield self._measured(frame[there].reset_index(drop=True))

    def assessed_area(self) -> GeoDataFrame:
        """Return what was assessed, with the field ``area_m2``, and ``scene`` in a merged result."""
        return self._area(ASSESSED_AREA_LAYER)

    def not_visible(self) -> GeoDataFrame:
        """Return what was left out as not visible; fields as of the assessed area, no rows where nothing was."""
        return self._area(NOT_VISIBLE_LAYER)

    def assessed_m2(self) -> float:
        """Return the size of what was assessed, square metres; where scenes of a merged result overlap, once."""
        assessed = self.assessed_area()
        if not self.merged or not len(assessed):
            return float(np.nansum(assessed["area_m2"].to_numpy(np.float64)))
        whole = polygonal(shapely.union_all(shapely.make_valid(assessed.geometry.to_numpy())))
        return float(ellipsoidal_areas([whole], self.crs)[0])

    def totals(self) -> Totals:
        """Return the number of buildings of each final class, with ranges where a sample has been reviewed."""
        with explained(self.path):
            sample = None if self.merged else read_sample(self.path)
            return totals_of(sample, each_building(self.path))

    def _measured(self, frame: GeoDataFrame) -> GeoDataFrame:
        sized = shapely.area(np.asarray(frame.geometry.array, object)) > 0
        unknown = np.flatnonzero(frame["area_m2"].isna().to_numpy(bool) & sized)
        if len(unknown):
            outlines = [polygonal(frame.geometry.iloc[row]) for row in unknown.tolist()]
            frame.loc[unknown, "area_m2"] = ellipsoidal_areas(outlines, self.crs)
        return frame

    def _area(self, layer: str) -> GeoDataFrame:
        scene = [SCENE_FIELD] if self.merged else []
        if layer not in self._layers:
            empty: Mapping[str, list[object]] = {name: [] for name in (*scene, "area_m2")}
            return GeoDataFrame(empty, geometry=[], crs=self.crs.to_wkt())
        frame = self._read(layer)
        frame = frame[~(frame.geometry.isna() | frame.geometry.is_empty)].reset_index(drop=True)
        for name in scene:
            frame[name] = texts(frame[name])
        return frame[[name for name in (*scene, "area_m2", "geometry") if name in frame.columns]]

    def _read(self, layer: str, rows: tuple[int, int] | None = None) -> GeoDataFrame:
        where = None if rows is None else f"{self._key} >= {rows[0]} AND {self._key} <= {rows[1]}"
        with explained(self.path):
            try:
                frame = pyogrio.read_dataframe(self.path, layer=layer, where=where, force_2d=True, **self._unlocked())
            except _READ_ERRORS as error:
                raise DamagedError(str(error)) from error
        if "geometry" not in frame.columns:  # a layer that lost its geometries
            frame = GeoDataFrame(frame, geometry=[None] * len(frame))
        return frame.set_geometry(geopandas.GeoSeries(frame.geometry).set_crs(self.crs.to_wkt(), allow_override=True))

    def _named_crs(self) -> CRS:
        with explained(self.path):
            try:
                return CRS.from_user_input(pyogrio.read_info(self.path, layer=DAMAGE_LAYER, **self._unlocked())["crs"])
            except _READ_ERRORS as error:
                raise DamagedError(str(error)) from error

    def _batches(self, size: int) -> Iterator[tuple[int, int]]:
        """Yield the first and the last row number of each batch."""
        after = -(2**63)
        while True:
            with result_database(self.path) as database:
                # names of this program
                first, last = database.execute(
                    f'SELECT min(row), max(row) FROM (SELECT rowid AS row FROM "{DAMAGE_LAYER}" '  # nosec B608
                    "WHERE rowid > ? ORDER BY rowid LIMIT ?)",
                    (after, size),
                ).fetchone()
            if first is None:
                return
            yield first, last
            after = last

    @cached_property
    def _key(self) -> str:
        """The column with the row numbers, as SQL."""
        with result_database(self.path) as database:
            found = [str(row[1]) for row in database.execute(f'PRAGMA table_info("{DAMAGE_LAYER}")') if row[5]]
        return '"{}"'.format(found[0].replace('"', '""')) if found else "rowid"

    def _unlocked(self) -> dict[str, str]:
        """Return how GDAL opens the file without leaving a log beside it."""
        logs = (self.path.with_name(self.path.name + ending) for ending in ("-wal", "-journal"))
        return {} if any(log.exists() and log.stat().st_size for log in logs) else {"IMMUTABLE": "YES"}
