"""One distorted pair through the product, compared with the undistorted pair and with the labels."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from pathlib import Path

import geopandas
import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.warp import reproject

from training.data.xbd import PairFiles, read_pair
from xview2_qgis.engine.assessment import assess
from xview2_qgis.engine.raster.opening import open_source
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.run.events import EventSink
from xview2_qgis.engine.scene.alignment import AlignedPair
from xview2_qgis.engine.scene.comparison.registration import estimate_shift, worth_correcting
from xview2_qgis.engine.scene.overlap import find_overlap
from xview2_qgis.engine.scene.pair_images import PairImages, Shift
from xview2_qgis.engine.scene.working_grid import choose_grid
from xview2_qgis.engine.scoring.challenge import Score
from xview2_qgis.engine.session import Session
from xview2_qgis.protocol.events import Event, Warned
from xview2_qgis.protocol.options.assessment import AssessmentParameters, ImageOptions
from xview2_qgis.protocol.schema import RASTER_NODATA

from .distortion import Distortion
from .geometry import direction
from .placed_image import PlacedImage
from .stability import Stability, compare

#: What lies nearer to the border of the pre-event image is not asked about: moved images do not show it.
BORDER_M = 32.0
_GSD_M = 0.5


@dataclass
class WarningCodes(EventSink):
    """Keeps the codes of the warnings of a run."""

    codes: list[str] = field(default_factory=list)

    def emit(self, event: Event) -> None:
        """Note an event if it is a warning."""
        if isinstance(event, Warned):
            self.codes.append(event.code)


@dataclass(frozen=True)
class Trial:
    """What a distorted pair gave.

    Attributes:
        shift: as it is estimated, whether or not it was corrected.
        score: counts of pixels, on the pixels of the pre-event image.
        stability: against the undistorted pair.
        warnings: codes.
    """

    shift: Shift
    score: Score
    stability: Stability
    warnings: tuple[str, ...]

    @property
    def corrected(self) -> bool:
        """Whether the post-event image was moved."""
        return worth_correcting(self.shift)


@dataclass(frozen=True)
class Bench:
    """How pairs are assessed.

    Attributes:
        geo: folder with ``<id>_pre.tif`` and ``<id>_post.tif``.
        model: name or folder of the bundle.
        folder: for files.
    """

    geo: Path
    model: str
    folder: Path

    def try_out(self, files: PairFiles, distortion: Distortion, before: geopandas.GeoDataFrame | None) -> Trial:
        """Assess a distorted pair.

        Args:
            files: of the pair.
            distortion: what is done to it.
            before: buildings of the undistorted pair; None where this is it.
        """
        origin = self.geo / f"{files.name}_pre.tif"
        paths = self._distorted(files, distortion)
        sink = WarningCodes()
        parameters = AssessmentParameters(
            ImageOptions(str(paths[0])), ImageOptions(str(paths[1])), self.folder / "damage.gpkg",
            damage_raster=self.folder / "damage.tif", model=self.model, overwrite=True,
        )  # fmt: skip
        assess(Session.of(parameters), parameters, RunContext(sink))
        inner, area = _inner(origin)
        labels = read_pair(files)
        classes = _on(origin, self.folder / "damage.tif")
        score = Score()
        score.add(classes > 0, classes, np.where(inner, labels.building, 0), np.where(inner, labels.damage, 0))
        found = self.buildings()
        stability = compare(found if before is None else before, found, area)
        return Trial(_shift(*paths), score, stability, tuple(sink.codes))

    def buildings(self) -> geopandas.GeoDataFrame:
        """Return the buildings of the last trial, EPSG:4326."""
        return geopandas.read_file(self.folder / "damage.gpkg", layer="damage").to_crs("EPSG:4326")

    def _distorted(self, files: PairFiles, distortion: Distortion) -> tuple[Path, Path]:
        number = number_of(files)
        pre, post = (PlacedImage.read(self.geo / f"{files.name}_{date}.tif") for date in ("pre", "post"))
        paths = self.folder / "before.tif", self.folder / "after.tif"
        (pre if distortion.pre is None else distortion.pre(pre, number)).write(paths[0])
        distortion.post(post, number).write(paths[1])
        return paths


def number_of(files: PairFiles) -> int:
    """Return the number of a pair, by which the direction of its displacement is chosen."""
    return zlib.crc32(files.name.encode()) % 1000


def error_m(estimated: Shift, unmoved: Shift, moved_m: float, number: int) -> float | None:
    """Return how far an estimate is from the right one, metres; None where one of both pairs was not measured.

    Right is what was estimated for the undistorted pair, and back by what the image was moved.

    Args:
        estimated: of the moved pair.
        unmoved: of the pair as it is.
        moved_m: by how much the post-event image was moved.
        number: of the pair.
    """
    if not estimated.windows_used or not unmoved.windows_used:
        return None
    east, north = direction(number)
    right = unmoved.dx_m - moved_m * east, unmoved.dy_m - moved_m * north
    return float(np.hypot(estimated.dx_m - right[0], estimated.dy_m - right[1]))


def _shift(pre: Path, post: Path) -> Shift:
    with open_source(str(pre)) as first, open_source(str(post)) as second:
        overlap = find_overlap(first.georeference, second.georeference)
        images = PairImages.of(first, second)
        with AlignedPair(images, choose_grid(first, second, overlap, _GSD_M)) as pair:
            return estimate_shift(pair)


def _inner(path: Path) -> tuple[NDArray[np.bool_], shapely.Geometry]:
    """Return which pixels of an image are asked about, and their outline in EPSG:4326."""
    image = PlacedImage.read(path)
    height, width = image.pixels.shape[1:]
    border = round(BORDER_M / image.gsd_m)
    mask = np.zeros((height, width), bool)
    mask[border : height - border, border : width - border] = True
    corners = [(border, border), (width - border, border), (width - border, height - border), (border, height - border)]
    outline = shapely.Polygon([image.transform @ corner for corner in corners])
    [placed] = geopandas.GeoSeries([outline], crs=image.crs).to_crs("EPSG:4326")
    return mask, placed


def _on(reference: Path, raster: Path) -> NDArray[np.uint8]:
    """Return the classes of the inner pixels of a damage raster on the pixels of an image, uint8 (H, W)."""
    image = PlacedImage.read(reference)
    classes = np.zeros(image.pixels.shape[1:], np.uint8)
    with rasterio.open(raster) as source:
        reproject(
            rasterio.band(source, 1), classes, dst_transform=image.transform, dst_crs=image.crs,
            resampling=Resampling.nearest, init_dest_nodata=False,
        )  # fmt: skip
    classes[classes == RASTER_NODATA] = 0
    return np.where(_inner(reference)[0], classes, 0).astype(np.uint8)
