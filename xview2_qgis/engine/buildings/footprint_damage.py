"""Footprints: known buildings, given by the user, that only need their damage.

Each footprint gets the vote of its own pixels and keeps its outline and its id. Buildings that the model finds
elsewhere are added. The footprints lie in a store on disk and are marked in a raster there, so memory does not grow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

import numpy as np
import rasterio
import rasterio.features
import shapely
from numpy.typing import NDArray
from rasterio.windows import Window
from shapely.geometry import MultiPolygon, Polygon

from ..decision.rule import DecisionRule
from ..footprints.store import Footprint, FootprintStore
from ..geo.grid import Grid
from ..geo.polygons import polygonal
from ..probability.source import ProbabilitySource
from ..run.context import RunContext
from ..scene.area_of_interest import AreaOfInterest
from ..scene.hidden.area import HiddenArea
from .building import Building, Source

#: A building of the model counts as one of the footprints when they share this part of it.
SHARED = 0.1


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

    def outlines(self, footprints: FootprintStore, around: Polygon | MultiPolygon) -> Polygon | MultiPolygon:
        """Return the footprints that meet the bounding box of a geometry; both in the CRS of the grid."""
        return polygonal(shapely.union_all(footprints.near(_window(around, self._grid))))

    def share(self, building: Building) -> float:
        """Return which part of a building (in the CRS of the grid) lies on footprints, 0–1."""
        window = _clipped(_window(building.geometry, self._grid), self._grid)
        if window is None:
            return 0.0
        mask = _burn(building.geometry, window, self._grid)
        count = int(mask.sum())
        return float((self._dataset.read(1, window=window)[mask] > 0).sum() / count) if count else 0.0


@dataclass(frozen=True)
class Places:
    """Where footprints are rated.

    Attributes:
        asked: only footprints of which a part lies in it. Not by the centroid, as buildings that are found: who gives a
            footprint wants to know about it. None for everywhere.
        hidden: those of which most lies in it are unknown.
        image: in a message, the image that shows where buildings are.
    """

    asked: AreaOfInterest | None = None
    hidden: HiddenArea | None = None
    image: str = "the pre-event image"


EVERYWHERE = Places()


def assess_footprints(
    footprints: FootprintStore,
    raster: ProbabilitySource,
    decision: DecisionRule,
    covered: CoveredArea,
    context: RunContext,
    places: Places = EVERYWHERE,
) -> Iterator[Building]:
    """Let the pixels of each footprint vote.

    Args:
        footprints: the footprints.
        raster: the probability raster.
        decision: rule of the model.
        covered: where they lie is marked there.
        context: warned of footprints that are left out, checked between pages.
        places: which footprints are asked for, and which of them are hidden.

    Yields:
        Footprints with at least one pixel where the pre-event image has data, in the CRS of their layer.

    Raises:
        Cancelled: the run was cancelled.
        RuntimeFailure: the raster cannot be read.
    """
    grid = raster.grid
    asked = None if places.asked is None else places.asked.in_crs(grid.crs).geometry
    unseen = 0
    for page in footprints.pages():
        context.check()
        wanted = [item for item in page if asked is None or _meets(asked, item.placed)]
        for building in _assess(wanted, raster, decision, covered, places.hidden):
            if building is None:
                unseen += 1
            else:
                yield building
    if unseen:
        context.warning(
            "footprints-without-image",
            f"{unseen} footprints lie where {places.image} has no data and were left out",
        )


def without_covered(
    buildings: Iterable[Building], covered: CoveredArea, footprints: FootprintStore
) -> Iterator[Building]:
    """Yield the model's buildings that are none of the footprints, without what they share with one.

    Args:
        buildings: what the model found, in the CRS of the grid.
        covered: where the footprints lie; assess them first.
        footprints: the footprints.
    """
    for building in buildings:
        share = covered.share(building)
        if share == 0.0:
            yield building
        elif share < SHARED:
            rest = polygonal(building.geometry.difference(covered.outlines(footprints, building.geometry)))
            # where a footprint parts the building, splinters are no building
            parts = [part for part in shapely.get_parts(rest) if part.area >= SHARED * building.geometry.area]
            if parts:
                yield replace(building, geometry=polygonal(shapely.union_all(parts)))


def _assess(
    footprints: list[Footprint],
    raster: ProbabilitySource,
    decision: DecisionRule,
    covered: CoveredArea,
    hidden: HiddenArea | None,
) -> Iterator[Building | None]:
    """Yield the footprints that lie on the grid, None for those of which no image shows anything."""
    grid = raster.grid
    for footprint in footprints:
        whole = _window(footprint.placed, grid)
        window = _clipped(whole, grid)
        if window is None:
            continue
        pixels = int(_burn(footprint.placed, whole, grid).sum())
        mask = _burn(footprint.placed, window, grid)
        block = raster.read(window)
        is_hidden = hidden is not None and hidden.hides(footprint.placed)
        # of a post-event image alone, what is hidden shows nothing
        if not is_hidden and not (block.pre_valid & mask).any():
            yield None
            continue
        covered.mark(window, mask)
        labels = mask.astype(np.int32)
        (given,) = decision.classify(labels, 1, block.pixels)
        (features,) = raster.features.pooled(window, labels, 1)
        # what lies beyond the grid was seen in neither image
        seen = given.seen_on(min(int(mask.sum()) / max(pixels, 1), 1.0))
        if is_hidden:
            seen = seen.hidden()
        yield Building(footprint.original, footprint.crs, seen, Source.FOOTPRINT, footprint.identifier, features)


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
