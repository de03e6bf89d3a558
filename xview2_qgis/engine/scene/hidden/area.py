"""The hidden area: what clouds or smoke cover in the post-event image, by the word of the user."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.windows import Window

from ...errors import InputError
from ...geo.geodesy import ellipsoidal_areas
from ...geo.georeference import Georeference
from ...geo.grid import Grid
from ...geo.polygons import frame, polygonal
from ...run.events import EventSink
from ..area_of_interest import AreaOfInterest
from ..overlap import Overlap

#: Share of a building from which on it counts as hidden, whatever its other pixels show.
MOST = 0.5
_ROUNDING = 1e-6  # of the area asked for


@dataclass(frozen=True)
class HiddenArea:
    """Ground that nobody can see in the post-event image, although it has pixels there.

    Attributes:
        ground: all of it that the images cover, in the CRS of the working grid.
        asked: the part of it that was asked for, in the same CRS; it counts as not assessed.
    """

    ground: AreaOfInterest
    asked: shapely.Polygon | shapely.MultiPolygon

    @cached_property
    def asked_m2(self) -> float:
        """Ellipsoidal area of what was asked for and is hidden, square metres."""
        return float(ellipsoidal_areas([self.asked], self.ground.crs)[0])

    def copy(self) -> HiddenArea:
        """Return the same for another thread; GEOS prepares a geometry for one thread at a time."""
        return HiddenArea(self.ground.copy(), self.asked)

    def pixels(self, window: Window, grid: Grid) -> NDArray[np.bool_]:
        """Return which pixels of a window of the grid are hidden, bool (H, W)."""
        return self.ground.mask(grid.window_transform(window), (int(window.height), int(window.width)))

    def holds(self, window: Window, grid: Grid) -> bool:
        """Return whether all of a window of the grid is hidden."""
        outline = frame(grid.window_transform(window), int(window.width), int(window.height))
        return bool(self.ground.geometry.contains(outline))

    def hides(self, outline: shapely.Polygon | shapely.MultiPolygon) -> bool:
        """Return whether more than half of a building, in the CRS of the grid, is hidden."""
        ground = self.ground.geometry
        if not ground.intersects(outline):
            return False
        return bool(ground.contains(outline) or ground.intersection(outline).area > MOST * outline.area)


def hidden_area(
    excluded: AreaOfInterest, overlap: Overlap, place: Georeference, events: EventSink
) -> HiddenArea | None:
    """Return what of an excluded area lies on the images; None, with a warning, where nothing does.

    Args:
        excluded: polygons in any CRS, which may reach around the Earth.
        overlap: the ground that is shared and asked for.
        place: the image in whose surroundings the polygons are looked at.
        events: warned of polygons that lie elsewhere (``exclude-outside``).

    Raises:
        InputError: nothing of what is asked for is left (``exclude-all``).
    """
    shared = overlap.shared.geometry
    asked = shared if overlap.asked is None else overlap.asked.geometry
    try:
        near = excluded.near(place).in_crs(overlap.crs).geometry
    except InputError:  # so far away that it has no place in the projection of the images
        near = shapely.MultiPolygon()
    hidden = polygonal(asked.intersection(near))
    if hidden.is_empty or hidden.area <= 0.0:
        events.warning(
            "exclude-outside",
            "the excluded polygons lie outside the area that is assessed, and nothing is left out: if they show clouds"
            " over it, check their CRS",
        )
        return None
    if asked.area - hidden.area <= _ROUNDING * asked.area:
        raise InputError(
            "the excluded polygons cover all that is asked for, nothing is left to assess",
            "draw only what clouds or smoke hide, or use another post-event image",
            "exclude-all",
        )
    return HiddenArea(AreaOfInterest(polygonal(shared.intersection(near)), overlap.crs), hidden)
