"""Objects: from the probability raster to buildings.

Component by component: touching buildings are separated and each gets its vote; outlines are drawn in batches. A
building is reported when its centroid lies in the area asked for, so that neighbouring areas neither share nor lose a
building. (The representative point of GEOS lies inside every building, but jumps by a quarter of the building's height
when one corner more is seen.)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.windows import Window

from ..decision.rule import DecisionRule
from ..decision.vote import Vote
from ..geo.grid import Grid
from ..geo.pixel_box import PixelBox
from ..probability.source import ProbabilitySource
from ..run.context import RunContext
from ..scene.area_of_interest import AreaOfInterest
from .building import Building
from .chunks import STANDARD_SCAN, ChunkOrder, ScanOptions
from .components import Component, ComponentStream, building_mask
from .instances import separate
from .outlines import to_grid_all, trace_all
from .right_angles import NEIGHBOURHOOD, gaps

#: Smaller holes (square metres) are noise, not courtyards.
SMALLEST_HOLE_M2 = 4.0
_BATCH_PIXELS = 2**19  # about a hundred buildings; a few megabytes
_MOST_WAITING = 10_000  # buildings found before their turn; some tens of megabytes
_ASIDE = (0.00137, 0.00071)  # pixels: no edge along pixels or their diagonals is met again


def find_buildings(
    raster: ProbabilitySource,
    decision: DecisionRule,
    context: RunContext,
    *,
    area: AreaOfInterest | None = None,
    scan: ScanOptions = STANDARD_SCAN,
    right_angles: bool = False,
) -> Iterator[Building]:
    """Find the buildings of a scene, streamed: memory grows neither with the scene nor with the buildings in it.

    Args:
        raster: the probability raster. Where it is still being filled, what is there is worked on at once.
        decision: thresholds, class weights and minimum area of the model.
        context: told the progress of the stage ``objects`` in chunks of the scene, checked before every chunk.
        area: only buildings whose centroid lies in it.
        scan: size of the chunks; the buildings do not depend on it, their order does.
        right_angles: square outlines where that moves nothing by more than a pixel, see :mod:`.right_angles`.

    Yields:
        Buildings in the CRS of the grid, by the chunk that completes their component
        (:attr:`.components.Component.turn`), in each by the first pixel of the component and then by their own. That
        depends on the buildings alone: not on tiles, threads, or how the raster was filled.

    Raises:
        Cancelled: the run was cancelled.
        RuntimeFailure: the raster cannot be read.
    """

    def step(done: int, total: int) -> None:
        context.check()
        context.progress("objects", done, total)

    grid = raster.grid
    asked = None if area is None else area.in_crs(grid.crs).geometry
    if asked is not None:
        shapely.prepare(asked)
    order: ChunkOrder[Building] = ChunkOrder()
    stream = ComponentStream(raster, decision, scan)
    for result in stream.scan(step, ahead=lambda: len(order) < _MOST_WAITING):
        for batch in _batches(_separated(result.components, raster, decision, right_angles)):
            for turn, anchor, building in _outlined(batch, grid):
                order.add(turn, anchor, building)
        for building in order.finish(result.chunk):
            if asked is None or asked.contains(_off_the_edge(building.geometry.centroid, grid)):
                yield building


def _off_the_edge(point: shapely.Point, grid: Grid) -> shapely.Point:
    """Return a point a little aside: on the common edge of two areas it would lie in neither."""
    return shapely.Point(point.x + _ASIDE[0] * grid.gsd_m, point.y + _ASIDE[1] * grid.gsd_m)


@dataclass(frozen=True)
class _Separated:
    """A component whose buildings were separated, all that is kept of it until its batch is outlined.

    Attributes:
        turn: number of the chunk after which it is reported.
        window: where it lies on the grid.
        anchor: row and column of its first pixel.
        labels: number of the building of each pixel, 0 for none, int32 (H, W).
        votes: of the buildings 1 … count.
        features: of the same, see :meth:`.source.BuildingFeatures.pooled`.
        gaps: of the same, see :func:`.right_angles.gaps`; None for plain outlines.
    """

    turn: int
    window: Window
    anchor: tuple[int, int]
    labels: NDArray[np.int32]
    votes: list[Vote]
    features: list[NDArray[np.float16] | None]
    gaps: NDArray[np.float64] | None


def _separated(
    components: Iterable[Component], raster: ProbabilitySource, decision: DecisionRule, right_angles: bool
) -> Iterator[_Separated]:
    """Separate the buildings of each component that is large enough, and let them vote."""
    smallest = max(decision.minimum_area_m2 / raster.grid.gsd_m**2, 1.0)
    for component in components:
        if np.count_nonzero(component.mask) >= smallest:
            labels, count = separate(component.mask, component.block.building, int(smallest))
            votes = decision.classify(labels, count, component.block.pixels)
            features = raster.features.pooled(component.window, labels, count)
            near = gaps(labels, count, _others(component, raster, decision)) if right_angles else None
            yield _Separated(component.turn, component.window, component.anchor, labels, votes, features, near)


def _others(component: Component, raster: ProbabilitySource, decision: DecisionRule) -> NDArray[np.bool_]:
    """Return the pixels of other components in and around the window of one, see :func:`.right_angles.gaps`.

    They may lie in a chunk of which nothing was scanned yet: where the raster is being filled, that waits for them.
    """
    top, left = int(component.window.row_off), int(component.window.col_off)
    height, width = component.mask.shape
    around = PixelBox(
        top - NEIGHBOURHOOD, left - NEIGHBOURHOOD, top + height + NEIGHBOURHOOD, left + width + NEIGHBOURHOOD
    )
    inside = around.clipped(PixelBox(0, 0, raster.grid.height, raster.grid.width))
    others = np.zeros((around.bottom - around.top, around.right - around.left), np.bool_)
    others[inside.part(around)] = building_mask(decision, raster.read(inside.window))
    others[PixelBox(top, left, top + height, left + width).part(around)] &= ~component.mask
    return others


def _batches(components: Iterable[_Separated]) -> Iterator[list[_Separated]]:
    """Gather components until their pixels are worth a pass of the polygonizer."""
    batch: list[_Separated] = []
    pixels = 0
    for component in components:
        batch.append(component)
        pixels += component.labels.size
        if pixels >= _BATCH_PIXELS:
            yield batch
            batch, pixels = [], 0
    if batch:
        yield batch


def _outlined(batch: Sequence[_Separated], grid: Grid) -> Iterator[tuple[int, tuple[int, int], Building]]:
    """Give turn and anchor with the buildings of components, those of one in reading order of their first pixels."""
    near = [component.gaps for component in batch if component.gaps is not None]
    traced = trace_all(
        [component.labels for component in batch], smallest_hole=SMALLEST_HOLE_M2 / grid.gsd_m**2, gaps=near or None
    )
    found = [
        (component, outlines, number)
        for component, outlines in zip(batch, traced, strict=True)
        for number in _in_reading_order(component.labels, len(component.votes))
    ]
    corners = np.array([(c.window.col_off, c.window.row_off) for c, _, _ in found], np.float64).reshape(-1, 2)
    placed = to_grid_all([outlines[number] for _, outlines, number in found], corners, grid.transform)
    for (component, _, number), outline in zip(found, placed, strict=True):
        vote, features = component.votes[number - 1], component.features[number - 1]
        yield component.turn, component.anchor, Building(outline, grid.crs, vote, features=features)


def _in_reading_order(labels: NDArray[np.int32], count: int) -> list[int]:
    if count == 1:
        return [1]
    numbers, first = np.unique(labels, return_index=True)
    return [int(number) for number in numbers[np.argsort(first)] if number]
