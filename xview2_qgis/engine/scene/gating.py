"""Gating: which windows of the grid are read, and what of a window damage classes are asked for.

Damage networks are most of the time of a large model. They run only where their classes are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from ..footprints.cells import FootprintCells
from ..geo.grid import Grid
from ..geo.polygons import frame
from .area_of_interest import AreaOfInterest
from .hidden.area import HiddenArea
from .working_grid import AREA_MARGIN


@dataclass(frozen=True)
class Gating:
    """What is asked about the windows of a grid. For one thread at a time: so works GEOS.

    Attributes:
        grid: the working grid.
        area: the area of interest in any CRS; a building further from it than :data:`.working_grid.AREA_MARGIN` pixels
            needs no class. None for everywhere.
        cells: where the footprints lie; they are classified even where the networks find no building.
        hidden: what the post-event image hides: no class is asked for where all of a window is hidden.
    """

    grid: Grid
    area: AreaOfInterest | None = None
    cells: FootprintCells | None = None
    hidden: HiddenArea | None = None
    _placed: AreaOfInterest | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        placed = None if self.area is None else self.area.in_crs(self.grid.crs)
        object.__setattr__(self, "_placed", placed)

    def reaches(self, window: Window) -> bool:
        """Return whether a window lies in the area or at most the margin beside it."""
        if self._placed is None:
            return True
        wide = _widened(window)
        transform = self.grid.window_transform(wide)
        outline = frame(transform, int(wide.width), int(wide.height))
        return self._placed.intersects(outline.bounds, self.grid.crs)

    def has_footprints(self, window: Window) -> bool:
        """Return whether classes of a window are needed even if no building is found there: for a footprint."""
        return self.cells is not None and self.cells.touch(window) and not self._is_hidden(window)

    def hidden_pixels(self, window: Window) -> NDArray[np.bool_] | None:
        """Return which pixels of a window are hidden in the post-event image, bool (H, W); None for none at all."""
        return None if self.hidden is None else self.hidden.pixels(window, self.grid)

    def asked(self, window: Window) -> NDArray[np.bool_] | None:
        """Return which pixels of a window lie in the area or at most the margin beside it; None for all of them.

        Of a window that is hidden as a whole it is none: its buildings are found, and not rated.
        """
        if self._is_hidden(window):
            return np.zeros((int(window.height), int(window.width)), bool)
        if self._placed is None:
            return None
        wide = _widened(window)
        inside = self._placed.mask(self.grid.window_transform(wide), (int(wide.height), int(wide.width)))
        if inside.all():
            return None
        m = AREA_MARGIN
        # counted in a square around each pixel: a fifth of the time of a dilation so wide, and the same
        near = cv2.boxFilter(
            inside.astype(np.uint8), cv2.CV_32S, (2 * m + 1, 2 * m + 1), normalize=False, borderType=cv2.BORDER_CONSTANT
        )
        return np.asarray(near[m:-m, m:-m] > 0)

    def _is_hidden(self, window: Window) -> bool:
        return self.hidden is not None and self.hidden.holds(window, self.grid)


def _widened(window: Window) -> Window:
    m = AREA_MARGIN
    return Window(window.col_off - m, window.row_off - m, window.width + 2 * m, window.height + 2 * m)
