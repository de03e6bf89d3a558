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

    def bottom_of(self, building: Building) -> float:
        """Return the row of the grid after the last one that a building (in its CRS) reaches."""
        window = _window(building.geometry, self._grid)
        return float(window.row_off + window.height)

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


class FootprintRatings:
    """The votes of footprints, from the top down. An iterator over the footprints with at least one visible pixel.

    Args:
        footprints: the footprints.
        raster: the probability raster.
        decision: rule of the model.
        covered: where they lie is marked there.
        places: which footprints are asked for, and which of them are hidden.

    Attributes:
        unseen: footprints that were left out so far, because no image shows anything of them.
    """

    def __init__(
        self,
        footprints: FootprintStore,
        raster: ProbabilitySource,
        decision: DecisionRule,
        covered: CoveredArea,
        places: Places = EVERYWHERE,
    ) -> None:
        self.footprints, self.covered, self.places = footprints, covered, places
        self._raster, self._decision = raster, decision
        self.unseen = 0
        self._asked = None if places.asked is None else places.asked.in_crs(raster.grid.crs).geometry
        self._coming = (footprint for page in footprints.pages() for footprint in page)
        self._next = next(self._coming, None)

    @property
    def rows_done(self) -> float:
        """Row of the grid above which all footprints are rated; infinite after the last one."""
        return np.inf if self._next is None else self.footprints.rows_left(self._next, self._raster.grid)

    def __iter__(self) -> Iterator[Building]:
        return self

    def __next__(self) -> Building:
        """Return the next footprint, in the CRS of its layer.

        Raises:
            RuntimeFailure: the raster cannot be read.
        """
        while (footprint := self._next) is not None:
            self._next = next(self._coming, None)
            if self._asked is None or _meets(self._asked, footprint.placed):
                building = self._rated(footprint)
                if building is not None:
                    return building
        raise StopIteration

    def _rated(self, footprint: Footprint) -> Building | None:
        """Return a footprint that lies on the grid and that an image shows, else None."""
        grid, hidden = self._raster.grid, self.places.hidden
        whole = _window(footprint.placed, grid)
        window = _clipped(whole, grid)
        if window is None:
            return None
        mask = _burn(footprint.placed, window, grid)
        pixels = int(mask.sum()) if window == whole else int(_burn(footprint.placed, whole, grid).sum())
        block = self._raster.read(window)
        is_hidden = hidden is not None and hidden.hides(footprint.placed)
        # of a post-event image alone, what is hidden shows nothing
        if not is_hidden and not (block.pre_valid & mask).any():
            self.unseen += 1
            return None
        self.covered.mark(window, mask)
        labels = mask.astype(np.int32)
        (given,) = self._decision.classify(labels, 1, block.pixels)
        (features,) = self._raster.features.pooled(window, labels, 1)
        # what lies beyond the grid was seen in neither image
        seen = given.seen_on(min(int(mask.sum()) / max(pixels, 1), 1.0))
        if is_hidden:
            seen = seen.hidden()
        return Building(footprint.original, footprint.crs, seen, Source.FOOTPRINT, footprint.identifier, features)


def with_footprints(found: Iterable[Building], ratings: FootprintRatings, context: RunContext) -> Iterator[Building]:
    """Yield all footprints, and among them the model's buildings that are none of them, without what they share.

    A building comes when all footprints that it may meet are rated: neither has to wait for the end of the scene.

    Args:
        found: what the model found, in the CRS of the grid.
        ratings: the footprints.
        context: warned of footprints that are left out, checked between buildings.

    Raises:
        Cancelled: the run was cancelled.
        RuntimeFailure: the raster cannot be read.
    """
    for building in found:
        bottom = ratings.covered.bottom_of(building)
        while ratings.rows_done <= bottom:
            context.check()
            if (footprint := next(ratings, None)) is None:
                break
            yield footprint
        rest = _beside(building, ratings.covered, ratings.footprints)
        if rest is not None:
            yield rest
    for footprint in ratings:
        context.check()
        yield footprint
    if ratings.unseen:
        context.warning(
            "footprints-without-image",
            f"{ratings.unseen} footprints lie where {ratings.places.image} has no data and were left out",
        )


def _beside(building: Building, covered: CoveredArea, footprints: FootprintStore) -> Building | None:
    """Return a building of the model without what it shares with footprints, None where it is one of them."""
    share = covered.share(building)
    if share == 0.0:
        return building
    if share >= SHARED:
        return None
    rest = polygonal(building.geometry.difference(covered.outlines(footprints, building.geometry)))
    # where a footprint parts the building, splinters are no building
    parts = [part for part in shapely.get_parts(rest) if part.area >= SHARED * building.geometry.area]
    return replace(building, geometry=polygonal(shapely.union_all(parts))) if parts else None


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
