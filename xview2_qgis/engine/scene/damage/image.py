"""A damaged image: where on the working grid the parts of it lie that cannot be read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray

from ...errors import InputError
from ...geo.crs import CrsTransform
from ...geo.grid import Grid
from ...geo.pixel_box import PixelBox
from ...geo.polygons import polygonal
from ...raster.source import RasterSource
from ..pair_images import Shift

_STEPS = 8  # of an edge: it bends in another CRS


class DamagedImage:
    """Follows what turns out to be damaged in one image.

    Args:
        source: the image.
        grid: the working grid.
        shift: by which the image is moved.

    Attributes:
        outlines: damaged parts found so far, in pixels of the grid and inside it.
        tiles: tiles into which they reach, filled by whoever follows them.
        told: the user knows of the first of them.
    """

    def __init__(self, source: RasterSource, grid: Grid, shift: Shift) -> None:
        self._source = source
        self._frame = shapely.box(0, 0, grid.width, grid.height)
        middle = (grid.transform @ (grid.width / 2, grid.height / 2))[0]
        self._to_grid = CrsTransform(source.crs, grid.crs, middle)
        self._to_pixels = ~grid.transform @ Affine.translation(shift.dx_m, shift.dy_m)
        self._seen = 0
        self.outlines: list[shapely.Polygon | shapely.MultiPolygon] = []
        self.tiles: set[int] = set()
        self.told = False

    @property
    def name(self) -> str:
        """Name for messages."""
        return self._source.name

    @property
    def first(self) -> InputError | None:
        """Why the first part could not be read, None where everything could."""
        return self._source.unreadable.first

    def new_outlines(self) -> Sequence[shapely.Polygon | shapely.MultiPolygon]:
        """Return the outlines of what was found since the last call, and keep them."""
        boxes = self._source.unreadable.boxes[self._seen :]
        self._seen += len(boxes)
        found = [outline for box in boxes if not (outline := self.outline(box)).is_empty]
        self.outlines += found
        return found

    def outline(self, box: PixelBox) -> shapely.Polygon | shapely.MultiPolygon:
        """Return a part of the image in pixels of the grid; empty where it has no place there."""
        outline = shapely.box(box.left, box.top, box.right, box.bottom)
        moved = shapely.transform(shapely.segmentize(outline, box.longest / _STEPS), self._on_grid)
        if not np.isfinite(shapely.get_coordinates(moved)).all():
            return shapely.Polygon()
        return polygonal(shapely.intersection(shapely.make_valid(moved), self._frame))

    def _on_grid(self, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = self._to_grid.points(*self._source.georeference.to_crs(pixels[:, 0], pixels[:, 1]))
        t = self._to_pixels
        return np.stack([t.a * x + t.b * y + t.c, t.d * x + t.e * y + t.f], axis=1)
