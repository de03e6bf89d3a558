"""What the whole product says about labelled pairs: official score, buildings, places and probabilities.

Every pair goes through an assessment with a damage raster, which is scored on the pixels of the pre-event image. A pair
whose place on Earth is not known lies on a made-up grid: it counts for the scores, not for distances.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import rasterio
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.errors import NotGeoreferencedWarning
from rasterio.vrt import WarpedVRT
from rasterio.warp import transform_bounds

from training.data.xbd import PairFiles, read_pair
from training.evaluation.calibration import ClassSamples
from training.evaluation.object_scoring import ObjectScore
from training.evaluation.objects import draw_objects
from training.evaluation.pair_scores import true_objects
from training.evaluation.score_table import PairScore
from training.labels import SUBTYPES, LabelledBuilding
from xview2_qgis.engine.assessment import assess
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.run.events import EventSink
from xview2_qgis.engine.scoring.challenge import Score
from xview2_qgis.engine.session import Session
from xview2_qgis.protocol.events import Event, Warned
from xview2_qgis.protocol.options.assessment import AssessmentParameters, ImageOptions
from xview2_qgis.protocol.options.devices import Tta
from xview2_qgis.protocol.options.outlines import Outlines
from xview2_qgis.protocol.schema import PROBABILITY_FIELDS

from .outlines.boundaries import boundary_error
from .outlines.parts import Parts, count_parts

_PROBABILITIES = list(PROBABILITY_FIELDS)
_ANSWER = ["damage", "confidence", *_PROBABILITIES]
_MADE_UP = Affine(0.46, 0, 600_000, 0, -0.46, 3_350_000)  # EPSG:32616, with the usual pixels of xBD


class Silence(EventSink):
    """Writes warnings and nothing else."""

    def emit(self, event: Event) -> None:
        """Write an event to standard error if it is a warning."""
        if isinstance(event, Warned):
            print(f"warning: {event.code}: {event.message}", file=sys.stderr)


@dataclass(frozen=True)
class Variant:
    """What happens to the post-event image before it is assessed: nothing where ``crs`` is None."""

    name: str
    crs: str | None = None
    resolution: float = 0.0


VARIANTS = {"as-is": Variant("as-is"), "warped": Variant("warped", "EPSG:3857", 0.63)}


@dataclass(frozen=True)
class Product:
    """An assessment as a user runs it.

    Attributes:
        geo: folder with ``<id>_pre.tif``, ``<id>_post.tif`` and ``truth.gpkg``.
        model: name or folder of the bundle.
        variant: what happens to the post-event image first.
        register: measure the shift of the post-event image.
        tta: test-time augmentation; None for what belongs to the model.
        outlines: how outlines are drawn.
        post_only: the post-event image is assessed alone.
        footprints: outlines of the labels are given; of pairs whose place on Earth is not known there are none.
    """

    geo: Path
    model: str
    variant: Variant = VARIANTS["as-is"]
    register: bool = True
    tta: Tta | None = None
    outlines: Outlines = "plain"
    post_only: bool = False
    footprints: bool = False

    def assess(self, files: PairFiles, folder: Path) -> tuple[geopandas.GeoDataFrame, NDArray[np.uint8], Affine]:
        """Return the buildings, the class of every pixel (H, W) and the transform of the pre-event image.

        Of a post-event image that is assessed alone, the pixels are its own.
        """
        pre = None if self.post_only else ImageOptions(str(self._image(files, "pre", folder)))
        post = ImageOptions(str(_varied(self._image(files, "post", folder), self.variant, folder)))
        parameters = AssessmentParameters(
            pre, post, folder / "damage.gpkg",
            damage_raster=folder / "damage.tif", model=self.model, overwrite=True, register=self.register, tta=self.tta,
            outlines=self.outlines, footprints=self._footprints(files, folder) if self.footprints else None,
        )  # fmt: skip
        assess(Session.of(parameters), parameters, RunContext(Silence()))
        with rasterio.open(folder / "damage.tif") as raster:
            classes, transform = raster.read(1), raster.transform
        classes[classes == 255] = 0
        return geopandas.read_file(folder / "damage.gpkg", layer="damage"), classes, transform

    def is_placed(self, files: PairFiles) -> bool:
        """Return whether the place of a pair on Earth is known."""
        return (self.geo / f"{files.name}_pre.tif").is_file()

    @cached_property
    def truth(self) -> geopandas.GeoDataFrame:
        """The labels of all placed pairs."""
        return geopandas.read_file(self.geo / "truth.gpkg")

    def _footprints(self, files: PairFiles, folder: Path) -> str | None:
        truth = self.truth[self.truth["tile"] == files.name]
        if not self.is_placed(files) or not len(truth):
            return None
        path = folder / "footprints.gpkg"
        path.unlink(missing_ok=True)
        truth[["geometry"]].to_file(path, layer="footprints")
        return str(path)

    def _image(self, files: PairFiles, date: str, folder: Path) -> Path:
        if self.is_placed(files):
            return self.geo / f"{files.name}_{date}.tif"
        placed = folder / f"{date}.tif"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)  # that is why it is placed
            source = rasterio.open(files.image(date))
        with source:
            profile = source.profile | {"driver": "GTiff", "crs": "EPSG:32616", "transform": _MADE_UP}
            with rasterio.open(placed, "w", **profile) as target:
                target.write(source.read())
        return placed


@dataclass(frozen=True)
class PairFigures:
    """What one pair gave.

    Attributes:
        score: counts of pixels and of buildings.
        matches: one row for each building found that is a labelled one (IoU of at least one half): ``distance`` of the
            centroids in metres, ``east`` and ``north`` from the true to the found one, ``boundary`` and
            ``boundary_most``, see :class:`.boundaries.BoundaryError`, ``label`` 1…4 or 255, the class ``damage`` and
            ``confidence`` that it was given, and the four probabilities. Empty for a pair without place.
        parts: labels that were made one, and that were cut into parts; none of a pair without place.
    """

    score: PairScore
    matches: pd.DataFrame
    parts: Parts = field(default_factory=Parts)

    @property
    def samples(self) -> ClassSamples:
        """Probabilities and true class of the matched buildings whose class is known."""
        known = self._known
        return ClassSamples(known[_PROBABILITIES].to_numpy(np.float64), known["label"].to_numpy(np.int64) - 1)

    @property
    def answers(self) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """How sure the layer is of each of these buildings, float64 (N,), and whether its class is the true one."""
        known = self._known
        right = known["damage"].to_numpy(np.int64) == known["label"].to_numpy(np.int64)
        return known["confidence"].to_numpy(np.float64), right

    @property
    def _known(self) -> pd.DataFrame:
        return self.matches[self.matches["label"].between(1, 4) & self.matches[_PROBABILITIES[0]].notna()]


def measure(product: Product, pairs: list[PairFiles], folder: Path) -> Iterator[PairFigures]:
    """Assess pairs and yield the figures of each.

    Args:
        product: how to assess.
        pairs: labelled pairs.
        folder: for files that are not kept.
    """
    truth = product.truth
    for files in pairs:
        buildings, classes, transform = product.assess(files, folder)
        pair = read_pair(files)
        pixels, objects = Score(), ObjectScore()
        pixels.add(classes > 0, classes, pair.building, pair.damage)
        outlines = outlines_in_pixels(buildings, transform)
        objects.add(draw_objects(outlines, classes), true_objects(files, pair))
        actual = truth[truth["tile"] == files.name] if product.is_placed(files) else truth[:0]
        score = PairScore(files.disaster, pixels, objects)
        yield PairFigures(score, matches(buildings, actual), parts_of(buildings, actual))


def outlines_in_pixels(buildings: geopandas.GeoDataFrame, transform: Affine) -> list[LabelledBuilding]:
    """Return the outlines of buildings in the pixels of a transform; their classes are left open."""

    def to_pixels(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(~transform @ (points[:, 0], points[:, 1]))

    return [LabelledBuilding(shapely.transform(outline, to_pixels), 1) for outline in buildings.geometry]


def _varied(path: Path, variant: Variant, folder: Path) -> Path:
    if variant.crs is None:
        return path
    target = folder / f"{path.stem}_{variant.name}.tif"
    with rasterio.open(path) as source:
        with WarpedVRT(source, crs=variant.crs, nodata=0) as probe:
            west, south, east, north = probe.bounds
        latitude = transform_bounds(source.crs, "EPSG:4326", *source.bounds)[3]
        step = variant.resolution / np.cos(np.radians(latitude))  # metres of a Mercator projection
        width, height = int((east - west) / step), int((north - south) / step)
        transform = rasterio.transform.from_origin(west, north, step, step)
        with WarpedVRT(
            source, crs=variant.crs, transform=transform, width=width, height=height, nodata=0,
            resampling=rasterio.enums.Resampling.cubic,
        ) as warped:  # fmt: skip
            rasterio.shutil.copy(warped, target, driver="GTiff")
    return target


def matched(
    found: geopandas.GeoDataFrame, actual: geopandas.GeoDataFrame
) -> Iterator[tuple[int, int, shapely.Geometry, shapely.Geometry]]:
    """Yield each building found that is a labelled one (IoU of at least one half).

    Yields:
        Row of the building, row of the label, and the outlines of both in metres.
    """
    if not len(found) or not len(actual):
        return
    metric = actual.estimate_utm_crs()
    left, right = found.geometry.to_crs(metric).array, actual.geometry.to_crs(metric).buffer(0).array
    for one, other in zip(*right.sindex.query(left, predicate="intersects"), strict=True):
        a, b = left[one], right[other]
        if a.intersection(b).area >= 0.5 * a.union(b).area:
            yield int(one), int(other), a, b


def parts_of(found: geopandas.GeoDataFrame, actual: geopandas.GeoDataFrame) -> Parts:
    """Return how many labels were merged and split."""
    if not len(actual):
        return Parts()
    metric = actual.estimate_utm_crs()
    outlines = (layer.geometry.to_crs(metric).buffer(0).to_numpy() for layer in (found, actual))
    return count_parts(*outlines)


def matches(found: geopandas.GeoDataFrame, actual: geopandas.GeoDataFrame) -> pd.DataFrame:
    """Return a row for each building found that is a labelled one, as in :attr:`PairFigures.matches`."""
    rows = []
    for one, other, a, b in matched(found, actual):
        p, q = a.centroid, b.centroid
        label = SUBTYPES.get(actual["subtype"].iloc[other], 255)
        places = [p.distance(q), p.x - q.x, p.y - q.y, *boundary_error(a, b)]
        rows.append([*places, label, *found[_ANSWER].iloc[one]])
    columns = ["distance", "east", "north", "boundary", "boundary_most", "label", *_ANSWER]
    return pd.DataFrame(rows, columns=columns, dtype=None if rows else float)
