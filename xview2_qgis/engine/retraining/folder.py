"""The folder to train on: tiles of reviewed results in the layout of xBD."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import rasterio
from numpy.typing import NDArray

from ...protocol.codes import ErrorCode
from ..errors import InputError
from ..imagery.acquisition_date import AcquisitionDate
from ..raster.file import GDAL_OPTIONS
from ..run.context import RunContext
from ..scene.pair import Scene
from ..staging.new_folder import new_folder
from .label import LabelledImage, post_label, pre_label
from .reviewed_result import UNCLASSIFIED, ReviewedResult, read_reviewed
from .run_images import RunImages, open_run
from .tiles import ReviewedTiles, TrainingTile


@dataclass(frozen=True)
class Written:
    """What was written.

    Attributes:
        tiles: number of pairs.
        outlines: polygons by their ``subtype``; a building across the edge of two tiles has one in each.
    """

    tiles: int
    outlines: dict[str, int]

    @property
    def reviewed(self) -> int:
        """Polygons with the class of a review."""
        return sum(count for word, count in self.outlines.items() if word != UNCLASSIFIED)


class TrainingFolder:
    """Writes tiles into a folder.

    Args:
        folder: an empty folder.
        event: name of the event, None for the name of each result.
    """

    def __init__(self, folder: Path, event: str | None) -> None:
        self._images, self._labels, self._event = folder / "images", folder / "labels", event
        self._images.mkdir()
        self._labels.mkdir()
        self._outlines: dict[str, int] = {}
        self._tiles = 0

    @property
    def written(self) -> Written:
        """What has been written."""
        return Written(self._tiles, dict(self._outlines))

    def add(self, result: ReviewedResult, scene: Scene, tile: TrainingTile) -> None:
        """Write one tile: two images, two labels."""
        disaster = event_name(self._event or result.path.stem)
        # numbers are those of the folder: two results may have the same event
        name = f"{disaster}_{self._tiles:08d}"
        run_id = str(result.run.get("run_id") or result.path.stem)
        before, after = (image.acquired for image in scene.images.all)
        for date, image, acquired, write in (
            ("pre", tile.pre, before, pre_label), ("post", tile.post, after, post_label),
        ):  # fmt: skip
            file = f"{name}_{date}_disaster.png"
            (self._images / file).write_bytes(_png(image))
            about = LabelledImage(file, disaster, scene.grid.gsd_m, _moment(acquired), run_id)
            label = self._labels / f"{name}_{date}_disaster.json"
            label.write_text(write(about, tile.outlines), encoding="utf-8")
        self._tiles += 1
        for outline in tile.outlines:
            self._outlines[outline.subtype] = self._outlines.get(outline.subtype, 0) + 1


def write_folder(
    folder: Path, results: Sequence[Path], images: Sequence[Path], event: str | None, context: RunContext
) -> Written:
    """Write reviewed results as a folder to train on: all of it, or nothing.

    Args:
        folder: the folder, new or empty.
        results: GeoPackages of assessments.
        images: folders with their images.
        event: name of the event, None for the name of each result.
        context: receives the progress, checked between two tiles.

    Raises:
        EngineError: a result, its images or the folder cannot be used.
    """
    read = [read_reviewed(path) for path in results]
    pairs = [RunImages.of(result, images) for result in read]  # before the first is written
    with new_folder(folder) as work, rasterio.Env(**GDAL_OPTIONS):
        target = TrainingFolder(work, event)
        for number, (result, pair) in enumerate(zip(read, pairs, strict=True)):
            with open_run(result, pair, context) as scene:
                tiles = ReviewedTiles(scene, result.buildings)
                for done, tile in enumerate(tiles):
                    context.check()
                    if tile is not None:
                        target.add(result, scene, tile)
                    context.progress("write", number * len(tiles) + done + 1, len(read) * len(tiles))
        if not target.written.tiles:
            raise InputError(
                "no reviewed building lies where the images have data",
                "check the images of the runs",
                ErrorCode.IMAGE_MISSING,
            )
    return target.written


def event_name(text: str) -> str:
    """Return an event as names of xBD spell it: words with hyphens; ``_`` parts it from the number of a tile."""
    return re.sub(r"[\W_]+", "-", text.casefold()).strip("-") or "event"


def _png(image: NDArray[np.uint8]) -> bytes:
    done, packed = cv2.imencode(".png", np.ascontiguousarray(image.transpose(1, 2, 0)[..., ::-1]))
    if not done:
        raise MemoryError
    return packed.tobytes()


def _moment(acquired: AcquisitionDate | None) -> str | None:
    return None if acquired is None else f"{acquired.moment:%Y-%m-%dT%H:%M:%S.000Z}"
