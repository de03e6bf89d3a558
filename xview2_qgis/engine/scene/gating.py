"""What is asked about a tile: classes of known footprints, and buildings in the area of interest.

Damage networks are most of the time of a large model. They are spared where nobody asks for what they say.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from ..footprints.cells import FootprintCells
from ..inference.predictor import Predictor, TilePrediction
from .alignment import PairTile
from .area_of_interest import AreaOfInterest
from .grid import AREA_MARGIN, Grid


class AskedPredictor:
    """Predicts tiles, with classes only where they are asked for.

    Args:
        predictor: runs the networks.
        grid: the working grid.
        cells: where the footprints lie; they are classified even where the networks see no building.
        area: the area of interest; a building far from it needs no class. Copied, because another thread reads tiles.
    """

    def __init__(
        self,
        predictor: Predictor,
        grid: Grid,
        cells: FootprintCells | None = None,
        area: AreaOfInterest | None = None,
    ) -> None:
        self._predictor, self._grid, self._cells = predictor, grid, cells
        self._area = None if area is None or not predictor.gates else area.copy().in_crs(grid.crs)

    @property
    def batch_size(self) -> int:
        """Tiles per call."""
        return self._predictor.batch_size

    @property
    def workers(self) -> int:
        """Calls at the same time. One where the area is asked for tile by tile: GEOS works for one thread at a time."""
        return self._predictor.workers if self._area is None else 1

    def predict(self, tiles: list[PairTile]) -> list[TilePrediction]:
        """Return one prediction for each of up to ``batch_size`` tiles; errors as of :class:`.predictor.Predictor`."""
        known = None if self._cells is None else [self._cells.touch(tile.window) for tile in tiles]
        asked = None if self._area is None else [_around(self._area, self._grid, tile.window) for tile in tiles]
        return self._predictor.predict(tiles, known, asked)


def _around(area: AreaOfInterest, grid: Grid, window: Window) -> NDArray[np.bool_]:
    """Return which pixels of a window lie in the area of interest or at most a margin beside it."""
    m = AREA_MARGIN
    wide = Window(window.col_off - m, window.row_off - m, window.width + 2 * m, window.height + 2 * m)
    inside = area.mask(grid.window_transform(wide), (int(wide.height), int(wide.width))).astype(np.uint8)
    square = np.ones((2 * m + 1, 2 * m + 1), np.uint8)
    grown = cv2.dilate(inside, square, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(grown[m:-m, m:-m] > 0)
