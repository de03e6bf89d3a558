"""Damaged tiles: those of which a part cannot be read, counted while a scene is read; too many end the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import shapely
import shapely.affinity
from rasterio.windows import Window

from ....protocol.codes import ErrorCode
from ...errors import InputError
from ...geo.geodesy import ellipsoidal_areas
from ...geo.polygons import polygonal
from ...raster.notices import damage_notice
from ...run.context import RunContext
from ..gating import Gating
from ..pair import Scene
from ..pair_images import Shift
from ..pair_tile import PairTile
from ..tiling import Tiling
from .image import DamagedImage

#: Share that may be damaged. A result with more gaps is of little use, and the file is better copied again.
MOST = 0.1
#: Scenes of fewer tiles are judged by the share of their ground: one bad block reaches into up to four tiles.
FEW = 40


class TileSource(Protocol):
    """What reads tiles; :class:`.alignment.AlignedPair` is one."""

    def read(self, window: Window) -> PairTile | None:
        """Return the pair on a window, or None where there is nothing to assess."""


@dataclass(frozen=True)
class Damage:
    """What could not be read of a scene.

    Attributes:
        tiles: tiles of which a part could not be read.
        area_m2: ellipsoidal area of what was asked for and could not be read in one image at least, square metres.
    """

    tiles: int = 0
    area_m2: float = 0.0

    @property
    def figures(self) -> dict[str, float]:
        """The same under the names of the result event; nothing where everything could be read."""
        return {"unreadable_tiles": self.tiles, "unreadable_m2": self.area_m2} if self.tiles else {}


class DamagedTiles:
    """Gives the tiles of a scene, and counts those of which a part cannot be read. One thread at a time.

    Args:
        source: reads the tiles; what is damaged has no data.
        scene: the images.
        tiling: the tiles.
        context: warned of the first damage of an image (``unreadable-part``), and of all of it at the end
            (``unreadable-tiles``).
    """

    def __init__(self, source: TileSource, scene: Scene, tiling: Tiling, context: RunContext) -> None:
        self._source, self._tiling, self._context = source, tiling, context
        self._grid, images = scene.grid, scene.images
        self._gating = Gating(scene.grid, scene.for_another_thread().asked)
        self._images = [DamagedImage(image, scene.grid, Shift()) for image in images.all[:-1]]
        self._images.append(DamagedImage(images.post, scene.grid, images.shift))
        self._empty: set[tuple[int, int]] = set()
        self._known = 0  # empty tiles at the last check

    def read(self, window: Window) -> PairTile | None:
        """Return the pair on a window, None where there is nothing to assess.

        Raises:
            InputError: more than a tenth of the tiles, or in a small scene of its ground, cannot be read
                (``raster-damaged``); or as of :meth:`.alignment.AlignedPair.read`.
        """
        tile = self._source.read(window)
        if tile is None:
            self._empty.add(_corner(window))
        self._check()
        return tile

    def damage(self) -> Damage:
        """Return what could not be read, once all tiles have been read, and warn of it.

        Raises:
            InputError: as of :meth:`read`.
        """
        self._check()
        damaged = [image for image in self._images if image.tiles]
        for image in damaged:
            self._context.warning(
                "unreadable-tiles",
                f"{image.name} could not be read in {len(image.tiles):,} of {self._with_data():,} tiles "
                f"({self._area_m2([image]):,.0f} m²), and counts as without data there: copy or download it again, and "
                "assess anew",
            )
        return Damage(len(_tiles(damaged)), round(self._area_m2(damaged), 1)) if damaged else Damage()

    def _check(self) -> None:
        """Note what is new, and end the run where it is too much."""
        news = False
        for image in self._images:
            if image.first is not None and not image.told:
                image.told = True
                notice = damage_notice(image.first)
                self._context.warning(notice.code, notice.message)
            for outline in image.new_outlines():
                image.tiles.update(self._reached_by(outline))
                news = True
        damaged = [image for image in self._images if image.tiles]
        if not damaged or not (news or len(self._empty) > self._known):
            return
        self._known = len(self._empty)
        if self._share(damaged) > MOST:
            raise self._too_much(max(damaged, key=lambda image: len(image.tiles)))

    def _too_much(self, image: DamagedImage) -> InputError:
        return InputError(
            f"{image.name} is damaged in {len(image.tiles):,} of {self._with_data():,} tiles already, and the result "
            f"would have too many gaps (first: {'' if image.first is None else image.first.message})",
            "copy or download it again, then go on with --resume: what was finished before is kept",
            ErrorCode.RASTER_DAMAGED,
        )

    def _share(self, damaged: Sequence[DamagedImage]) -> float:
        """Return the share of the tiles, or of the ground, that cannot be read."""
        if len(self._asked) >= FEW:
            return len(_tiles(damaged)) / max(self._with_data(), 1)
        return float(self._ground(damaged).area / max(self._asked_ground.area, 1e-9))

    def _with_data(self) -> int:
        """Return how many tiles are asked for, less those read so far in which there is nothing."""
        damaged = _tiles(self._images)
        empty = (self._asked.get(corner) for corner in self._empty)
        return len(self._asked) - sum(index is not None and index not in damaged for index in empty)

    @cached_property
    def _asked(self) -> dict[tuple[int, int], int]:
        """The tiles that are asked for, by the upper left corner of their windows."""
        return {_corner(tile.window): tile.index for tile in self._tiling if self._gating.reaches(tile.window)}

    @cached_property
    def _windows(self) -> tuple[shapely.STRtree, list[int]]:
        """The windows of these tiles, and their numbers."""
        tiles = [self._tiling.tile(index) for index in self._asked.values()]
        boxes = [
            shapely.box(w.col_off, w.row_off, w.col_off + w.width, w.row_off + w.height)
            for w in (tile.window for tile in tiles)
        ]
        return shapely.STRtree(boxes), [tile.index for tile in tiles]

    @cached_property
    def _asked_ground(self) -> shapely.Polygon | shapely.MultiPolygon:
        """What is asked for, in pixels of the grid."""
        grid = self._grid
        frame = shapely.box(0, 0, grid.width, grid.height)
        if self._gating.area is None:
            return frame
        t = ~grid.transform
        area = shapely.affinity.affine_transform(
            self._gating.area.in_crs(grid.crs).geometry, (t.a, t.b, t.d, t.e, t.c, t.f)
        )  # fmt: skip
        return polygonal(shapely.intersection(shapely.make_valid(area), frame))

    def _reached_by(self, outline: shapely.Geometry) -> list[int]:
        tree, numbers = self._windows
        # what only touches a window at its edge has no pixel in it
        return [numbers[index] for index in tree.query(shapely.buffer(outline, -0.01), "intersects").tolist()]

    def _ground(self, damaged: Sequence[DamagedImage]) -> shapely.Polygon | shapely.MultiPolygon:
        """Return what is asked for and damaged in one of these images, in pixels of the grid."""
        parts = shapely.union_all([outline for image in damaged for outline in image.outlines])
        return polygonal(shapely.intersection(parts, self._asked_ground))

    def _area_m2(self, damaged: Sequence[DamagedImage]) -> float:
        grid, ground = self._grid, self._ground(damaged)
        t = grid.transform
        placed = shapely.affinity.affine_transform(ground, (t.a, t.b, t.d, t.e, t.c, t.f))
        return 0.0 if ground.is_empty else float(ellipsoidal_areas([placed], grid.crs)[0])


def _tiles(images: Sequence[DamagedImage]) -> set[int]:
    return set[int]().union(*(image.tiles for image in images))


def _corner(window: Window) -> tuple[int, int]:
    return int(window.col_off), int(window.row_off)
