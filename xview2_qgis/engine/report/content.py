"""What a report holds, read from a stored result: the same for a run and for a result that is reviewed since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from geopandas import GeoDataFrame
from shapely.geometry.base import BaseGeometry

from ...protocol.schema import CLASS_NAMES, Damage
from ...protocol.totals.review_sample import Totals
from ..geo.grid import Grid
from ..language.wording import Wording
from ..stored.result import StoredResult
from ..stored.run import StoredRun
from .map.backdrop import Backdrop
from .map.drawing import MapDrawing, MapLayers, draw
from .map.frame import frame_of
from .map.picture import draw_map
from .numbers import ReportNumbers
from .zone_view import ZoneView

_DAMAGES = {name: damage for damage, name in CLASS_NAMES.items()}


@dataclass(frozen=True)
class ReportContent:
    """Content of a report.

    Attributes:
        runs: the records of all runs; more than one of a merged result.
        run: what they agree on.
        numbers: counts, areas, reviews.
        totals: counts and ranges.
        assessed_m2: assessed area, square metres.
        drawing: the map; None where the result has no place that can be drawn.
        zones: counts by zones; None for none.
        warnings: what the run warned of, without capital letter and full stop.
    """

    runs: tuple[StoredRun, ...]
    run: StoredRun
    numbers: ReportNumbers
    totals: Totals
    assessed_m2: float
    drawing: MapDrawing | None = None
    zones: ZoneView | None = None
    warnings: tuple[str, ...] = ()

    @property
    def pair(self) -> bool:
        """Whether there was a pre-event image, in one of the scenes at least, or nobody knows."""
        return self.run.pair


def read_content(
    result: StoredResult, backdrop: Backdrop | None, wording: Wording, zones: ZoneView | None = None,
    warnings: Sequence[str] | None = None,
) -> ReportContent:  # fmt: skip
    """Return the content of the report of a result.

    Args:
        result: the result.
        backdrop: what its map lies on; None for no map.
        wording: the language.
        zones: counts by zones.
        warnings: of the run that goes on; None for those on record.

    Raises:
        InputError: the result cannot be read.
    """
    assessed, hidden, totals = result.assessed_area(), result.not_visible(), result.totals()
    shapes, numbers = list(assessed.geometry), ReportNumbers.of(totals)
    # one pass for numbers and map
    batches = _counted(result.buildings(no_building=True), numbers)
    drawing = None
    if backdrop is not None:
        picture = draw_map(backdrop, _by_class(batches), result.crs)
        layers = MapLayers(
            result.crs, shapes, list(hidden.geometry), () if zones is None else zones.outlines(result.crs)
        )
        drawing = draw(backdrop, picture, layers, wording)
    for _ in batches:  # those that no map was drawn of
        pass
    return ReportContent(
        runs=result.runs,
        run=result.run,
        numbers=numbers,
        totals=totals,
        assessed_m2=result.assessed_m2(),
        drawing=drawing,
        zones=zones,
        warnings=tuple(result.run.warnings if warnings is None else warnings),
    )


def frame_of_result(result: StoredResult) -> Grid | None:
    """Return the frame of the map of a result: its assessed area, or its buildings where nothing says that."""
    shapes: list[BaseGeometry] = list(result.assessed_area().geometry)
    if not shapes:
        shapes = [shape for batch in result.buildings() for shape in batch.geometry.envelope]
    return frame_of(shapes, result.crs)


def _counted(batches: Iterable[GeoDataFrame], numbers: ReportNumbers) -> Iterator[GeoDataFrame]:
    """Yield what comes, and count it."""
    for batch in batches:
        numbers.add(batch)
        yield batch


def _by_class(batches: Iterable[GeoDataFrame]) -> Iterator[tuple[Damage, Sequence[BaseGeometry]]]:
    for batch in batches:
        names, shapes = batch["final_class"].to_numpy(object), batch.geometry.to_numpy()
        for name, damage in _DAMAGES.items():
            chosen = names == name
            if chosen.any():
                yield damage, list(shapes[chosen])
