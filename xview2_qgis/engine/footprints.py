"""Footprints: known buildings, given by the user, that only need their damage.

Each footprint gets the vote of its own pixels and keeps its outline and its id. Buildings that the model finds
elsewhere are added. Footprints are read in pages and marked in a raster beside the scene, so memory grows with neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from types import TracebackType

import numpy as np
import pyogrio
import rasterio
import rasterio.features
import shapely
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.windows import Window
from shapely.geometry import MultiPolygon, Polygon

from .area_of_interest import AreaOfInterest
from .building import Building, Source
from .cancellation import Cancellation
from .decision import Decision
from .errors import InputError
from .events import EventSink
from .geodesy import reproject
from .georeference import nearest_turn, polygonal, transform_points, whole_turn
from .grid import Grid
from .probability_raster import ProbabilitySource
from .public_name import public_name
from .vector_source import opening
from .vote import vote

#: A building of the model counts as one of the footprints when they share this part of it.
SHARED = 0.1

_PAGE = 20_000
_COUNTED = 500_000  # features whose boxes are looked at in a second or two
_NEAR_THE_LINE = 0.45  # of a turn: 162 degrees east or west
_CELL = 1024  # pixels: footprints are looked at cell by cell of this size
_LARGEST = 4096  # pixels: 2 km at 0.5 m; no building, and not to be read at once
_ID_FIELDS = ("id", "footprint_id", "building_id", "osm_id", "full_id", "osm_way_id", "uuid", "gml_id", "ogc_fid")


@dataclass(frozen=True)
class Footprint:
    """One footprint.

    Attributes:
        identifier: its id in the layer, as text.
        original: valid polygon or multipolygon in the CRS of the layer.
        placed: the same in the CRS of the grid.
    """

    identifier: str
    original: Polygon | MultiPolygon
    placed: Polygon | MultiPolygon


@dataclass(frozen=True)
class FootprintPage:
    """Some footprints of a layer.

    Attributes:
        footprints: those that can be used.
        unreadable: number of features without an outline of straight lines (curves, empty ones).
    """

    footprints: list[Footprint]
    unreadable: int


@dataclass(frozen=True)
class FootprintLayer:
    """A polygon layer that was found fit for use.

    Attributes:
        path: file or address.
        layer: name or number of the layer in it.
        condition: filter in OGR's SQL, or None.
        crs: CRS of the layer.
        id_field: field with the ids, None for the feature ids.
    """

    path: str
    layer: str | int
    condition: str | None
    crs: CRS
    id_field: str | None

    @property
    def name(self) -> str:
        """Name for messages."""
        return public_name(self.path)

    def without_outline(self) -> NDArray[np.bool_]:
        """Return which features have no geometry at all, bool (N,): boxes do not find them.

        Empty for a layer of so many features that counting would take long.
        """
        nothing = np.zeros(0, bool)
        try:
            if not 0 < int(pyogrio.read_info(self.path, layer=self.layer)["features"]) <= _COUNTED:
                return nothing
            _, bounds = pyogrio.read_bounds(self.path, layer=self.layer, where=self.condition)
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError, ValueError):
            return nothing  # what cannot be read is told by who reads the outlines
        return np.asarray(np.isnan(bounds).any(axis=0))

    def is_empty(self) -> bool:
        """Return whether the layer has no feature at all, or none that the filter lets through."""
        try:
            _, fids, _, _ = pyogrio.raw.read(
                self.path, layer=self.layer, columns=[], where=self.condition, read_geometry=False, return_fids=True,
                max_features=1,
            )  # fmt: skip
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError, ValueError):
            return False  # what cannot be read is told by who reads the outlines
        return len(fids) == 0

    def pages(self, grid: Grid) -> Iterator[FootprintPage]:
        """Yield the footprints near the grid, at most some ten thousand at once.

        Raises:
            InputError: the layer cannot be read to its end (``footprints-read``).
        """
        for bounds in _bounds(grid, self.crs):
            yield from self._pages_in(bounds, grid)

    def _pages_in(self, bounds: tuple[float, float, float, float], grid: Grid) -> Iterator[FootprintPage]:
        skipped = 0
        while True:
            try:
                meta, fids, geometries, fields = pyogrio.raw.read(
                    self.path, layer=self.layer, columns=[self.id_field] if self.id_field else [], bbox=bounds,
                    where=self.condition, force_2d=True, return_fids=True, skip_features=skipped, max_features=_PAGE,
                )  # fmt: skip
            except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError, ValueError) as error:
                raise InputError(
                    f"cannot read the footprints from {self.name} ({error})", "check the file", "footprints-read"
                ) from error
            del meta
            names = fids if self.id_field is None else fields[0]
            yield self._placed(np.asarray(geometries, dtype=object), names, fids, grid)
            if len(geometries) < _PAGE:
                return
            skipped += _PAGE

    def _placed(
        self, wkb: NDArray[np.object_], names: NDArray[np.generic], fids: NDArray[np.generic], grid: Grid
    ) -> FootprintPage:
        shapes = shapely.from_wkb(wkb, on_invalid="ignore")
        found: list[Footprint] = []
        unreadable = 0
        for shape, name, fid in zip(shapes, names.tolist(), fids.tolist(), strict=True):
            if shape is not None and not np.isfinite(shapely.get_coordinates(shape)).all():
                unreadable += 1
                continue
            mended = shape if shape is None or shape.is_valid else shapely.make_valid(shape)
            original = MultiPolygon() if mended is None else polygonal(mended)
            if original.is_empty or original.area == 0:
                unreadable += 1
                continue
            placed = polygonal(reproject([original], self.crs, grid.crs)[0])
            if np.isfinite(shapely.get_coordinates(placed)).all():
                found.append(Footprint(_text(name, fid), original, placed))
        return FootprintPage(found, unreadable)


def open_footprints(path_or_uri: str) -> FootprintLayer:
    """Look at a footprint layer before anything is done with it.

    Args:
        path_or_uri: anything OGR opens, also with the additions of QGIS: ``path|layername=NAME|subset=CONDITION``.

    Raises:
        InputError: it cannot be opened (``footprints-open``), has no CRS (``footprints-crs``), or holds something else
            than polygons (``footprints-type``).
    """
    with opening(path_or_uri, "the footprints", "footprints-open") as source:
        info = pyogrio.read_info(source.path, layer=source.layer)
    name = source.name
    kind = str(info["geometry_type"])
    if not any(word in kind for word in ("Polygon", "Unknown", "Surface", "GeometryCollection")):
        raise InputError(f"{name} holds no polygons", "give a polygon layer as footprints", "footprints-type")
    if info["crs"] is None:
        raise InputError(f"{name} has no CRS", "assign one in QGIS or with ogr2ogr -a_srs EPSG:…", "footprints-crs")
    fields = {str(field).lower(): str(field) for field in info["fields"]}
    id_field = next((fields[candidate] for candidate in _ID_FIELDS if candidate in fields), None)
    return FootprintLayer(source.path, source.layer, source.condition, CRS.from_user_input(info["crs"]), id_field)


class CoveredArea:
    """Where footprints lie on the grid: a sparse raster on disk. A context manager; the file goes with it.

    Args:
        path: working file to create.
        grid: the working grid.
    """

    def __init__(self, path: Path, grid: Grid) -> None:
        self._path, self._grid = path, grid
        self._dataset = rasterio.open(
            path, "w+", driver="GTiff", width=grid.width, height=grid.height, count=1, dtype="uint8", crs=grid.crs,
            transform=grid.transform, tiled=True, blockxsize=256, blockysize=256, compress="lzw", sparse_ok=True,
        )  # fmt: skip

    def __enter__(self) -> CoveredArea:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._dataset.close()
        self._path.unlink(missing_ok=True)

    def mark(self, window: Window, footprints: NDArray[np.bool_]) -> None:
        """Add the pixels of footprints, bool (H, W), in a window of the grid."""
        self._dataset.write(self._dataset.read(1, window=window) | footprints, 1, window=window)

    def outlines(self, layer: FootprintLayer, around: Polygon | MultiPolygon) -> Polygon | MultiPolygon:
        """Return the footprints of a layer that meet the bounding box of a geometry; both in the CRS of the grid."""
        window = _window(around, self._grid)
        grid = replace(
            self._grid,
            transform=self._grid.window_transform(window),
            width=int(window.width),
            height=int(window.height),
        )
        return polygonal(shapely.union_all([f.placed for page in layer.pages(grid) for f in page.footprints]))

    def share(self, building: Building) -> float:
        """Return which part of a building (in the CRS of the grid) lies on footprints, 0–1."""
        window = _clipped(_window(building.geometry, self._grid), self._grid)
        if window is None:
            return 0.0
        mask = _burn(building.geometry, window, self._grid)
        count = int(mask.sum())
        return float((self._dataset.read(1, window=window)[mask] > 0).sum() / count) if count else 0.0


def assess_footprints(
    layer: FootprintLayer,
    raster: ProbabilitySource,
    decision: Decision,
    covered: CoveredArea,
    *,
    events: EventSink,
    cancellation: Cancellation,
    area: AreaOfInterest | None = None,
) -> Iterator[Building]:
    """Let the pixels of each footprint vote.

    Args:
        layer: the footprints.
        raster: the probability raster.
        decision: class weights of the model.
        covered: where they lie is marked there.
        events: told about footprints that are left out.
        cancellation: looked at often.
        area: only footprints of which a part lies in it. Not by the centroid, as buildings that are found: who gives a
            footprint wants to know about it.

    Yields:
        Footprints with at least one pixel where the pre image has data, in the CRS of the layer.

    Raises:
        Cancelled: somebody asked to stop.
        InputError: the layer cannot be read.
        RuntimeFailure: the raster cannot be read.
    """
    grid = raster.grid
    asked = None if area is None else area.in_crs(grid.crs).geometry
    too_large = unseen = 0
    for page in layer.pages(grid):
        located = [(_window(footprint.placed, grid), footprint) for footprint in page.footprints]
        usual = [item for item in located if max(item[0].width, item[0].height) <= _LARGEST]
        too_large += len(located) - len(usual)
        for _, items in groupby(sorted(usual, key=lambda item: _cell(item[0])), key=lambda item: _cell(item[0])):
            cancellation.check()
            wanted = [item for item in items if asked is None or _meets(asked, item[1].placed)]
            for building in _assess(wanted, layer.crs, raster, decision, covered):
                if building is None:
                    unseen += 1
                else:
                    yield building
    if too_large:
        events.warning(
            "footprint-too-large", f"{too_large} footprints longer than {_LARGEST * grid.gsd_m:.0f} m were left out"
        )
    if unseen:
        events.warning(
            "footprints-without-image",
            f"{unseen} footprints lie where the image before has no data and were left out",
        )


def without_covered(buildings: Iterable[Building], covered: CoveredArea, layer: FootprintLayer) -> Iterator[Building]:
    """Yield the model's buildings that are none of the footprints, without what they share with one.

    Args:
        buildings: what the model found, in the CRS of the grid.
        covered: where the footprints lie; assess them first.
        layer: the footprints.

    Raises:
        InputError: the layer cannot be read.
    """
    for building in buildings:
        share = covered.share(building)
        if share == 0.0:
            yield building
        elif share < SHARED:
            rest = polygonal(building.geometry.difference(covered.outlines(layer, building.geometry)))
            # where a footprint parts the building, splinters are no building
            parts = [part for part in shapely.get_parts(rest) if part.area >= SHARED * building.geometry.area]
            if parts:
                yield replace(building, geometry=polygonal(shapely.union_all(parts)))


def _assess(
    items: list[tuple[Window, Footprint]], crs: CRS, raster: ProbabilitySource, decision: Decision, covered: CoveredArea
) -> Iterator[Building | None]:
    """Yield the footprints that lie on the grid, None for those of which the image before shows nothing."""
    grid = raster.grid
    for whole, footprint in items:
        window = _clipped(whole, grid)
        if window is None:
            continue
        pixels = int(_burn(footprint.placed, whole, grid).sum())
        mask = _burn(footprint.placed, window, grid)
        block = raster.read(window)
        if not (block.pre_valid & mask).any():
            yield None
            continue
        covered.mark(window, mask)
        (given,) = vote(mask.astype(np.int32), 1, block, decision)
        # what lies beyond the grid was seen in neither image
        seen = given.valid_fraction * min(int(mask.sum()) / max(pixels, 1), 1.0)
        yield Building(
            footprint.original, crs, replace(given, valid_fraction=seen), Source.FOOTPRINT, footprint.identifier
        )


def _meets(area: Polygon | MultiPolygon, footprint: Polygon | MultiPolygon) -> bool:
    return bool(area.intersects(footprint)) and not area.touches(footprint)


def _burn(geometry: Polygon | MultiPolygon, window: Window, grid: Grid) -> NDArray[np.bool_]:
    """Return the pixels of a polygon, bool (H, W): those whose centre it holds, or the one it lies in if it is tiny."""
    shape = int(window.height), int(window.width)
    mask = rasterio.features.rasterize([geometry], out_shape=shape, transform=grid.window_transform(window))
    if not mask.any():
        point = geometry.representative_point()
        col, row = ~grid.window_transform(window) @ (point.x, point.y)
        if 0 <= row < shape[0] and 0 <= col < shape[1]:
            mask[int(row), int(col)] = 1
    return np.asarray(mask, bool)


def _window(geometry: Polygon | MultiPolygon, grid: Grid) -> Window:
    """Return the whole pixels that hold a geometry in the CRS of the grid; may reach beyond the grid."""
    cols, rows = ~grid.transform @ tuple(shapely.get_coordinates(geometry).T)
    left, top = int(np.floor(cols.min())), int(np.floor(rows.min()))
    return Window(left, top, int(np.floor(cols.max())) + 1 - left, int(np.floor(rows.max())) + 1 - top)


def _clipped(window: Window, grid: Grid) -> Window | None:
    left, top = max(window.col_off, 0), max(window.row_off, 0)
    right = min(window.col_off + window.width, grid.width)
    bottom = min(window.row_off + window.height, grid.height)
    return Window(left, top, right - left, bottom - top) if right > left and bottom > top else None


def _cell(window: Window) -> tuple[int, int]:
    """Return the cell of the middle of a window: neighbours one after the other keep GDAL's cache useful."""
    return (
        int(window.row_off + window.height / 2) // _CELL,
        int(window.col_off + window.width / 2) // _CELL,
    )


def _bounds(grid: Grid, crs: CRS) -> list[tuple[float, float, float, float]]:
    """Return the box of the grid in another CRS, none where it cannot be expressed there.

    Near the antimeridian there are several: the layer may count longitudes on beyond it, or not.
    """
    steps = np.linspace(0, 1, 21)
    zero, one = np.zeros_like(steps), np.ones_like(steps)
    cols = np.concatenate([steps, steps, zero, one]) * grid.width
    rows = np.concatenate([zero, one, steps, steps]) * grid.height
    x, y = transform_points(grid.crs, crs, *(grid.transform @ (cols, rows)))
    kept = np.isfinite(x) & np.isfinite(y)
    if not kept.any():
        return []
    x, y, turn = x[kept], y[kept], whole_turn(crs)
    if turn is not None:
        x = nearest_turn(crs, x, float(x[0]))
    west, east = float(x.min()), float(x.max())
    beside = turn is not None and max(abs(west), abs(east)) > _NEAR_THE_LINE * turn
    turns = (-turn, 0.0, turn) if turn is not None and beside else (0.0,)
    return [(west + shift, float(y.min()), east + shift, float(y.max())) for shift in turns]


def _text(name: object, fid: int) -> str:
    if name is None or (isinstance(name, float) and np.isnan(name)):
        return str(fid)
    return str(int(name)) if isinstance(name, float) and name.is_integer() else str(name)
