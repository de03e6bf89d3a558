"""Objects: from the probability raster to buildings.

Component by component: touching buildings are separated, each gets its vote and its outline. A building is reported
when its representative point lies in the area of interest, so that neighbouring areas neither share nor lose a
building.
"""

from __future__ import annotations

from collections.abc import Iterator

import shapely
from rasterio.windows import Window

from .area_of_interest import AreaOfInterest
from .building import Building
from .cancellation import Cancellation
from .components import STANDARD_LOOK, Component, ComponentStream, Looking
from .decision import Decision
from .events import EventSink
from .grid import Grid
from .outlines import to_grid, trace
from .probability_raster import ProbabilityRaster
from .separation import separate
from .vote import vote

#: Smaller holes (square metres) are noise, not courtyards.
SMALLEST_HOLE_M2 = 4.0


def find_buildings(
    raster: ProbabilityRaster,
    decision: Decision,
    *,
    events: EventSink,
    cancellation: Cancellation,
    area: AreaOfInterest | None = None,
    looking: Looking = STANDARD_LOOK,
) -> Iterator[Building]:
    """Find the buildings of a scene, streamed: memory holds one window, whatever the size of the scene.

    Args:
        raster: the filled probability raster.
        decision: thresholds, class weights and minimum area of the model.
        events: told the progress of the stage ``objects`` in windows.
        cancellation: looked at before every window.
        area: only buildings whose representative point lies in it.
        looking: size of the windows; the buildings do not depend on it.

    Yields:
        Buildings in the CRS of the grid, always in the same order.

    Raises:
        Cancelled: somebody asked to stop.
        RuntimeFailure: the raster cannot be read.
    """

    def step(done: int, total: int) -> None:
        cancellation.check()
        events.progress("objects", done, total)

    grid = raster.grid
    asked = None if area is None else area.in_crs(grid.crs).geometry
    if asked is not None:
        shapely.prepare(asked)
    for component in ComponentStream(raster, decision, looking).components(step):
        for building in buildings_of(component, grid, decision):
            if asked is None or asked.contains(building.geometry.representative_point()):
                yield building


def buildings_of(component: Component, grid: Grid, decision: Decision) -> list[Building]:
    """Return the buildings of one component, in reading order of their first pixels.

    Args:
        component: a component of the building mask.
        grid: the grid it lies on.
        decision: class weights and minimum area.
    """
    pixel_m2 = grid.gsd_m**2
    smallest = max(decision.minimum_area_m2 / pixel_m2, 1.0)
    if component.mask.sum() < smallest:
        return []
    labels, count = separate(component.mask, component.block.building, int(smallest))
    votes = vote(labels, count, component.block, decision)
    transform = grid.window_transform(Window(component.window.col_off, component.window.row_off, 0, 0))
    outlines = dict(trace(labels, smallest_hole=SMALLEST_HOLE_M2 / pixel_m2))
    return [
        Building(to_grid(outlines[number], transform), grid.crs, votes[number - 1])
        for number in sorted(outlines, key=lambda number: int((labels == number).argmax()))
    ]
