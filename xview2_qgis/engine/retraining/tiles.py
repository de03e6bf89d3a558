"""Tiles of a reviewed scene: both images as the network was given them, and the outlines in pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.features import geometry_mask
from rasterio.windows import Window
from shapely.geometry.base import BaseGeometry

from ..geo.crs import LONLAT, CrsTransform
from ..geo.polygons import polygonal
from ..scene.alignment import AlignedPair
from ..scene.area_of_interest import AreaOfInterest
from ..scene.pair import Scene
from ..scene.tiling import Tiling
from .reviewed_result import ReviewedBuildings

#: Rows and columns of a tile of xBD.
TILE_SIZE = 1024
_SMALLEST = 1.0  # square pixels; below, cutting at the edge of a tile has left a splinter


@dataclass(frozen=True)
class LabelledOutline:
    """One polygon of a tile.

    Attributes:
        xy: in pixels of the tile, origin at its upper left corner.
        lng_lat: the same in degrees, WGS 84.
        subtype: xBD's word for its class.
    """

    xy: shapely.Polygon
    lng_lat: BaseGeometry
    subtype: str


@dataclass(frozen=True)
class TrainingTile:
    """One tile.

    Attributes:
        pre: pre-event image, uint8 (3, H, W) RGB; 0 where nothing was looked at.
        post: post-event image, the same.
        outlines: of the buildings, cut at the edge of the tile.
    """

    pre: NDArray[np.uint8]
    post: NDArray[np.uint8]
    outlines: tuple[LabelledOutline, ...]


class ReviewedTiles:
    """Cuts a scene into tiles that do not overlap, and gives those with buildings that people have looked at.

    What lies outside the assessed area is 0 in both images: there may be buildings that no outline tells of.

    Args:
        scene: the pair of images.
        buildings: of the result.
    """

    def __init__(self, scene: Scene, buildings: ReviewedBuildings) -> None:
        grid = self._grid = scene.grid
        middle = (grid.transform @ (grid.width / 2, grid.height / 2))[0]
        to_grid = CrsTransform(buildings.crs, grid.crs, middle)
        self._scene, self._subtypes = scene, buildings.subtypes
        self._shapes = _in_pixels(to_grid.geometries(list(buildings.shapes)), grid.transform)
        self._index = shapely.STRtree(self._shapes)
        self._area = None if scene.area is None else scene.area.in_crs(grid.crs, middle)
        self._tiling = Tiling(grid.width, grid.height, TILE_SIZE, 0)
        self._chosen = self._with(_in_pixels(to_grid.geometries(list(buildings.places)), grid.transform))

    def __len__(self) -> int:
        return len(self._chosen)

    def __iter__(self) -> Iterator[TrainingTile | None]:
        """Yield the tiles, None for one without a valid pixel.

        Raises:
            InputError: an image ends or is damaged (``raster-read``).
        """
        with AlignedPair(self._scene.images, self._grid) as pair:
            for number in self._chosen:
                tile = self._tile(pair, self._tiling.tile(number).window)
                for image in self._scene.images.all:
                    if image.unreadable.first is not None:  # gaps would be learned from
                        raise image.unreadable.first
                yield tile

    def _with(self, places: NDArray[np.object_]) -> list[int]:
        columns, rows = (np.floor(shapely.get_coordinates(places)).astype(np.int64)).T
        inside = (columns >= 0) & (columns < self._grid.width) & (rows >= 0) & (rows < self._grid.height)
        return sorted(set(self._tiling.indices(rows[inside], columns[inside]).tolist()))

    def _tile(self, pair: AlignedPair, window: Window) -> TrainingTile | None:
        read = pair.read(window)
        if read is None or read.pre is None:
            return None
        left, top = float(window.col_off), float(window.row_off)
        frame = shapely.box(left, top, left + TILE_SIZE, top + TILE_SIZE)
        outlines = tuple(
            outline for index in sorted(self._index.query(frame, "intersects").tolist())
            for outline in self._cut(index, frame)
        )  # fmt: skip
        seen = read.shown & self._looked_at(window, [outline.xy for outline in outlines])
        return TrainingTile(read.pre * seen, read.post * seen, outlines)

    def _cut(self, index: int, frame: shapely.Polygon) -> Iterator[LabelledOutline]:
        """Yield the polygons of a building inside a tile; published label rules know no multipolygons."""
        left, top, *_ = frame.bounds
        placed = polygonal(shapely.intersection(self._shapes[index], frame))
        for part in shapely.get_parts(placed):
            if part.area < _SMALLEST:
                continue
            ground = shapely.transform(part, lambda xy: np.stack(self._grid.transform @ xy.T, axis=1))
            [lng_lat] = CrsTransform(self._grid.crs, LONLAT).geometries([ground])
            yield LabelledOutline(
                shapely.transform(part, lambda xy: xy - (left, top)), lng_lat, self._subtypes[index]
            )  # fmt: skip

    def _looked_at(self, window: Window, outlines: list[shapely.Polygon]) -> NDArray[np.bool_]:
        """Return the pixels of the assessed area, and of the buildings that reach beyond it."""
        area: AreaOfInterest | None = self._area
        if area is None:
            return np.ones((TILE_SIZE, TILE_SIZE), bool)
        seen = area.mask(self._grid.window_transform(window), (TILE_SIZE, TILE_SIZE))
        if outlines and not seen.all():
            seen |= geometry_mask(outlines, (TILE_SIZE, TILE_SIZE), Affine.identity(), invert=True)
        return seen


def _in_pixels(shapes: list[BaseGeometry], transform: Affine) -> NDArray[np.object_]:
    """Return geometries of the grid's CRS in its pixels, object (N,)."""
    array = np.empty(len(shapes), object)
    array[:] = shapes
    inverse = ~transform
    placed = shapely.transform(array, lambda xy: np.stack(inverse @ xy.T, axis=1))
    return np.asarray(shapely.make_valid(placed), object)
