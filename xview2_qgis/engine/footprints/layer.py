"""A footprint layer: which polygons a user names as known buildings, and how they are brought near the scene."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from ...protocol.schema import ID_FIELDS
from ..geo.crs import CrsTransform, nearest_turn, whole_turn
from ..geo.grid import Grid
from ..run.context import RunContext
from ..run.events import EventSink
from ..vector.features import Box, FeaturePage, feature_pages, is_empty, without_outline
from ..vector.polygon_layer import PolygonLayer
from ..vector.purpose import FOOTPRINTS
from ..vector.source import VectorSource, open_polygons, reading, wrong_letters
from .cells import FootprintCells
from .store import FootprintRows, FootprintStore, pixel_boxes

_COUNTED = 500_000  # features whose boxes are looked at in a second or two
_NEAR_THE_LINE = 0.45  # of a turn: 162 degrees east or west
_LARGEST = 4096  # pixels: 2 km at 0.5 m; no building, and not to be read at once


@dataclass(frozen=True)
class FootprintLayer:
    """Polygon layers of one source that were found fit for use.

    Attributes:
        address: what the user named.
        source: the layers.
    """

    address: str
    source: VectorSource

    @property
    def name(self) -> str:
        """Name for messages."""
        return self.source.name

    def collect(self, grid: Grid, path: Path, context: RunContext) -> tuple[FootprintStore, FootprintCells]:
        """Read the layers once and keep the footprints that touch the grid.

        Args:
            grid: the working grid.
            path: the working file to create.
            context: warned where none of them can be used, or some cannot; checked between pages.

        Returns:
            The footprints, and which parts of the grid hold some.

        Raises:
            Cancelled: the user asked to stop.
            InputError: a layer cannot be read to its end (``footprints-open``), or holds points or lines only
                (``footprints-type``).
            RuntimeFailure: the disk is full.
        """
        store = FootprintStore(path, [layer.crs for layer in self.source.layers])
        collection = _Collection(store, FootprintCells.none(grid), grid, several=len(self.source.layers) > 1)
        with reading(self.address, FOOTPRINTS):
            for number, layer in enumerate(self.source.layers):
                fields = _id_fields(layer)
                for page in feature_pages(layer, _bounds(grid, layer), fields, context.check):
                    collection.add(page, number, layer, bool(fields))
                if layer.indexed:
                    nothing = without_outline(layer, _COUNTED)
                    collection.unusable += int(nothing.sum())
                    collection.only_empty &= bool(len(nothing) and nothing.all())
            empty = not collection.features and all(is_empty(layer) for layer in self.source.layers)
        self._tell(collection, empty, context.events)
        return store, collection.cells

    def _tell(self, collection: _Collection, empty: bool, events: EventSink) -> None:
        if collection.others and not collection.stored and not collection.unusable:
            raise FOOTPRINTS.refuse(
                "type", f"{self.name} holds points or lines and no polygons", "give a polygon layer as footprints"
            )
        if collection.others:
            events.warning(
                "footprints-others",
                f"{collection.others} points or lines of {self.name} were left out: only polygons count as footprints",
            )
        if collection.unusable:
            events.warning(
                "footprints-skipped",
                f"{collection.unusable} footprints of {self.name} have no outline that can be used (none at all, broken"
                " coordinates or TIN surfaces) and were left out",
            )
        if collection.too_large:
            events.warning(
                "footprint-too-large",
                f"{collection.too_large} footprints longer than {_LARGEST * collection.grid.gsd_m:.0f} m were left out",
            )
        if collection.wrong_letters:
            events.warning("footprints-letters", wrong_letters(self.name))
        repeated, example = collection.store.repeated_ids()
        if repeated:
            events.warning(
                "footprints-ids",
                f"{repeated} footprints of {self.name} share their id with another one, for example {example}; use"
                " building_id to tell them apart",
            )
        if empty:
            events.warning("footprints-none", f"{self.name} holds no footprint")
        elif not collection.stored and not collection.too_large and not collection.only_empty:
            events.warning(
                "footprints-outside",
                f"no footprint of {self.name} lies where both images overlap, check the CRS of the layer",
            )


def open_footprints(path_or_uri: str, events: EventSink) -> FootprintLayer:
    """Open a footprint layer and check it before anything is done with it.

    Args:
        path_or_uri: anything OGR opens, also with the additions of QGIS: ``path|layername=NAME|subset=CONDITION``.
        events: warned of what is assumed of it.

    Raises:
        InputError: it cannot be opened (``footprints-open``), has no CRS (``footprints-crs``), or holds something else
            than polygons (``footprints-type``).
    """
    return FootprintLayer(path_or_uri, open_polygons(path_or_uri, FOOTPRINTS, events))


class _Collection:
    """What has been read so far."""

    def __init__(self, store: FootprintStore, cells: FootprintCells, grid: Grid, *, several: bool) -> None:
        self.store, self.cells, self.grid = store, cells, grid
        self.features = self.stored = self.others = self.unusable = self.too_large = self.wrong_letters = 0
        self.only_empty = True
        self._several = several

    def add(self, page: FeaturePage, number: int, layer: PolygonLayer, has_ids: bool) -> None:
        polygons, grid = page.polygons, self.grid
        self.features += len(page.fids)
        self.others += polygons.others
        self.unusable += polygons.unusable
        self.wrong_letters += page.wrong_letters
        self.only_empty &= polygons.empty == len(page.fids)
        placed = np.array(CrsTransform(layer.crs, grid.crs).geometries(list(polygons.shapes)), object)
        finite = np.isfinite(shapely.bounds(placed).reshape(-1, 4)).all(1)
        shapes, placed, rows = polygons.shapes[finite], placed[finite], polygons.rows[finite]
        boxes = pixel_boxes(placed, grid)
        touching = (boxes[:, 2:] >= 0).all(1) & (boxes[:, :2] <= (grid.width, grid.height)).all(1)
        usual = np.floor(boxes[:, 2:]) - np.floor(boxes[:, :2]) < _LARGEST
        self.too_large += int((touching & ~usual.all(1)).sum())
        kept = touching & usual.all(1)
        self.stored += int(kept.sum())
        self.cells.mark(boxes[kept])
        prefix = f"{layer.layer}:" if self._several else ""
        fids = [page.fids[row] for row in rows[kept].tolist()]
        given = [page.ids[row] for row in rows[kept].tolist()]
        # a feature without an id must not get what may be that of another
        missing = prefix or ("fid:" if has_ids else "")
        identifiers = [name if name is not None else f"{missing}{fid}" for name, fid in zip(given, fids, strict=True)]
        self.store.add(FootprintRows(number, fids, identifiers, shapes[kept], placed[kept], boxes[kept]))


def _id_fields(layer: PolygonLayer) -> list[str]:
    """Return the fields with ids; OpenStreetMap's are in one for relations and in another for ways."""
    fields = {name.lower(): name for name in layer.fields}
    return [fields[candidate] for candidate in ID_FIELDS if candidate in fields]


def _bounds(grid: Grid, layer: PolygonLayer) -> list[Box]:
    """Return the box of the grid in the CRS of a layer, none where it cannot be expressed there.

    Near the antimeridian there are several: the layer may count longitudes on beyond it, or not.
    """
    steps = np.linspace(0, 1, 21)
    zero, one = np.zeros_like(steps), np.ones_like(steps)
    cols = np.concatenate([steps, steps, zero, one]) * grid.width
    rows = np.concatenate([zero, one, steps, steps]) * grid.height
    x, y = CrsTransform(grid.crs, layer.crs).points(*(grid.transform @ (cols, rows)))
    kept = np.isfinite(x) & np.isfinite(y)
    if not kept.any():
        return []
    x, y, turn = x[kept], y[kept], whole_turn(layer.crs)
    if turn is not None:
        x = nearest_turn(layer.crs, x, float(x[0]))
    west, east = float(x.min()), float(x.max())
    beside = turn is not None and max(abs(west), abs(east)) > _NEAR_THE_LINE * turn
    turns = (-turn, 0.0, turn) if turn is not None and beside else (0.0,)
    return [(west + shift, float(y.min()), east + shift, float(y.max())) for shift in turns]
