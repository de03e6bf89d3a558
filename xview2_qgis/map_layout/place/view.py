"""What a map shows: CRS, extent and scale, and on which side of the sheet it lies."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsRectangle

from ..page.page_plan import PagePlan, page_plan
from .graticule import Graticule
from .metric_crs import extent_in, map_crs
from .round_scale import round_scale, settled, shown_at

#: Metres that a map shows at least: one building shall not fill it.
_LEAST = 60.0


@dataclass(frozen=True)
class View:
    """What a map shows.

    Attributes:
        crs: of the map, metres.
        extent: what fills its frame.
        scale: denominator.
        grid: lines with coordinates.
        follows_zones: whether every page has an extent of its own.
    """

    crs: QgsCoordinateReferenceSystem
    extent: QgsRectangle
    scale: float
    grid: Graticule
    follows_zones: bool = False


@dataclass(frozen=True)
class Subject:
    """What is to be shown.

    Attributes:
        extent: in the CRS.
        crs: of the extent.
        around: what may be seen beside it, in the CRS; None where the extent is what was asked for.
    """

    extent: QgsRectangle
    crs: QgsCoordinateReferenceSystem
    around: QgsRectangle | None = None

    def in_metres(self, project: QgsProject) -> Subject:
        """Return the same in the CRS of its map, and not too small.

        Raises:
            NoPlaceError: it has no place on the Earth.
        """
        crs = map_crs(self.extent, self.crs, project)
        box = self.extent if crs == self.crs else extent_in(self.extent, self.crs, crs, project)
        grown = QgsRectangle(box)
        grown.grow(max(0.0, (_LEAST - max(box.width(), box.height())) / 2))
        around = self.around
        if around is not None and crs != self.crs:
            around = extent_in(around, self.crs, crs, project)
        return Subject(grown, crs, around)


def best_plan(subject: Subject, paper: str, orientation: str) -> PagePlan:
    """Return the plan of a page.

    Args:
        subject: metres.
        paper: ``A4`` or ``A3``.
        orientation: ``landscape``, ``portrait``, or something else for the one that shows it larger.
    """
    plans = {name: page_plan(paper, name == "landscape") for name in ("landscape", "portrait")}
    if orientation in plans:
        return plans[orientation]

    def needed(plan: PagePlan) -> float:
        return max(subject.extent.width() / plan.map.width, subject.extent.height() / plan.map.height)

    return min(plans.values(), key=needed)


def view_of(subject: Subject, plan: PagePlan, scale: float | None, project: QgsProject) -> View:
    """Return what a map on a page shows.

    Args:
        subject: metres.
        plan: of the page.
        scale: denominator; None for the largest round one at which all has room.
        project: for its choice of transformations.
    """
    chosen = float(scale or round_scale(subject.extent, plan.map))
    centre = subject.extent.center()
    if subject.around is not None:
        centre = settled(subject.extent, subject.around, chosen, plan.map)
    extent = shown_at(centre, chosen, plan.map)
    return View(subject.crs, extent, chosen, Graticule.of(extent, subject.crs, project))
