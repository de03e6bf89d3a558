"""The damage raster: the buildings as a Cloud Optimized GeoTIFF.

Buildings are burned in with the class of their vote and the outline of the GeoPackage, so raster and polygons agree,
directly on the pixels of the reference (by default those of the pre-event image): nothing is resampled, and the raster
lies on the pre-event image pixel by pixel. By a published rule it is the map of that rule instead, pixels and not
buildings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
import rasterio.features
import rasterio.shutil
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.windows import Window
from shapely.geometry.base import BaseGeometry

from ....protocol.scene_facts import SceneFacts
from ....protocol.schema import RASTER_NODATA, Damage
from ...decision.rule import DecisionRule
from ...geo.crs import CrsTransform
from ...probability.store import ProbabilityRaster
from ...run.context import RunContext
from ...scene.area_of_interest import AreaOfInterest
from ..building_batch import BuildingBatch
from ..facts_in_words import credits_of
from ..outline_spool import OutlineSpool
from ..writer import Outcome, OutputFormat, OutputJob
from .assessed_pixels import AssessedPixels
from .categories import colours, write_categories
from .pixel_grid import PixelGrid, Reference

#: The tag that names the run that wrote the raster; the table ``run`` and the report name it, too.
RUN_ID_TAG = "XVIEW2_RUN_ID"


@dataclass(frozen=True)
class DamageRasterSpec:
    """Specification of a damage raster.

    Attributes:
        crs: CRS in which the buildings come.
        raster: the probability raster: where both images have data, and what a published rule is asked of.
        reference: the pixels wanted, those of the pre-event image; the working grid where None.
        area: the area of interest. With one, the raster holds the pixels of the reference on the working grid and no
            others: the image may be that of a country.
        decision: where given, every pixel has the class that this rule gives it, and no building is burned in.
    """

    crs: CRS
    raster: ProbabilityRaster
    reference: Reference | None = None
    area: AreaOfInterest | None = None
    decision: DecisionRule | None = None


class DamageRasterWriter:
    """Writes one damage raster.

    Values: 0 no building, 1–4 the class of the building, 255 not assessed: beyond the valid pixels of either image or
    the area of interest, and buildings of unknown class. Of two buildings on one pixel the later one counts.

    Args:
        path: GeoTIFF to create. Category names go to ``.aux.xml`` beside it, working files into the same folder.
        spec: buildings, pixels and rule.
        context: checked before every block.
    """

    def __init__(self, path: Path, spec: DamageRasterSpec, context: RunContext) -> None:
        self._path, self._context = path, context
        self._crs, self._raster, self._area, self._decision = spec.crs, spec.raster, spec.area, spec.decision
        reference = PixelGrid.of(spec.raster.grid if spec.reference is None else spec.reference)
        self._middle_x = reference.middle_x
        self._pixels = reference if spec.area is None else reference.around(spec.raster.grid)
        self._spool = OutlineSpool(path.with_name("outlines"))

    def add(self, batch: BuildingBatch) -> None:
        """Keep the buildings of every block for :meth:`finish`.

        Raises:
            OSError: the disk failed or is full.
        """
        if self._decision is not None:
            return
        outlines = CrsTransform(self._crs, self._pixels.crs).geometries(batch.outlines)
        values = np.array([_value(building.vote.damage) for building in batch.buildings], np.uint8)
        for block, indices in self._pixels.touched(outlines).items():
            self._spool.append(block, [outlines[index] for index in indices], values[indices])

    def finish(self, outcome: Outcome) -> None:
        """Write the raster.

        Raises:
            Cancelled: the run is to stop.
            RasterioError: writing failed, for example on a full disk; :meth:`.staged_file.StagedFile.writing` makes it
                readable.
        """
        pixels = self._pixels
        written: list[Window] = []
        with _passing(self._path.with_suffix(".plain.tif")) as plain:
            with rasterio.open(
                plain, "w", driver="GTiff", width=pixels.width, height=pixels.height, count=1, dtype="uint8",
                crs=pixels.crs, transform=pixels.transform, nodata=RASTER_NODATA, tiled=True, blockxsize=512,
                blockysize=512, compress="lzw", sparse_ok=True, bigtiff="if_safer",
            ) as dataset:  # fmt: skip
                dataset.write_colormap(1, colours())
                dataset.update_tags(**{RUN_ID_TAG: outcome.run.run_id}, **_tags(outcome.run.facts))
                for window, values in self._blocks():
                    dataset.write(values, 1, window=window)
                    written.append(window)
            self._context.check()
            # nearest: an average of classes is no class
            rasterio.shutil.copy(
                plain, self._path, driver="COG", compress="DEFLATE", blocksize=512, overview_resampling="NEAREST",
                bigtiff="IF_SAFER", sparse_ok="YES",
            )  # fmt: skip
        write_categories(self._path)
        _check(self._path, written, pixels.crs)

    def _blocks(self) -> Iterator[tuple[Window, NDArray[np.uint8]]]:
        """Yield the blocks in which something was assessed; the others stay sparse."""
        pixels = self._pixels
        area = None if self._area is None else self._area.in_crs(pixels.crs, self._middle_x)
        for number, window in enumerate(pixels.blocks()):
            self._context.check()
            assessed = AssessedPixels.of(window, pixels, self._raster, area)
            if assessed is None:
                continue
            values = assessed.background()
            if self._decision is None:
                self._burn(values, window, number)
            else:
                block = self._raster.read(assessed.box)
                classes = assessed.values(self._decision.pixel_classes(block.building, block.damage))
                values[assessed.assessed] = classes[assessed.assessed]
            yield window, values

    def _burn(self, values: NDArray[np.uint8], window: Window, number: int) -> None:
        """Burn the buildings into a block, uint8 (H, W), in their order."""
        burned: list[tuple[BaseGeometry, int]] = []
        for outlines, classes in self._spool.read(number):
            burned.extend(zip(outlines, classes.tolist(), strict=True))
        if burned:
            rasterio.features.rasterize(burned, out=values, transform=self._pixels.corner(window))


def _tags(facts: SceneFacts) -> dict[str, str]:
    """Return what is known of event and images as tags: ``EVENT_NAME``, ``POST_SENSOR`` and so on, and the credits."""
    tags = {name.upper(): f"{value}" for name, value in facts.to_columns().items() if value is not None}
    owners = "; ".join(credits_of(facts))
    return tags | ({"TIFFTAG_COPYRIGHT": owners} if owners else {})


def _value(damage: Damage) -> int:
    return RASTER_NODATA if damage is Damage.UNKNOWN else int(damage)


@contextmanager
def _passing(path: Path) -> Iterator[Path]:
    """Give a file that is gone after the block, with what GDAL writes beside it."""
    try:
        yield path
    finally:
        for name in (path.name, f"{path.name}.aux.xml"):
            path.with_name(name).unlink(missing_ok=True)


def _check(path: Path, written: Sequence[Window], crs: CRS) -> None:
    """Read what was written: GDAL says nothing when the disk is full on closing, and the full size comes last."""
    with rasterio.open(path) as dataset:
        if dataset.crs is None:
            raise OSError(f"GDAL did not keep the CRS {crs.to_wkt()[:60]}…")
        for window in written:
            dataset.read(1, window=window)


def _open(path: Path, job: OutputJob) -> DamageRasterWriter:
    scene, decision = job.scene, job.bundle.decision
    spec = DamageRasterSpec(
        job.crs, job.raster,
        # control points are no grid to write on
        reference=None if scene.reference.gcps else scene.reference,
        area=scene.area,
        # known buildings have the class of their vote, whatever the rule
        decision=decision if decision.by_pixels and scene.footprints is None else None,
    )  # fmt: skip
    return DamageRasterWriter(path, spec, job.context)


DAMAGE_RASTER = OutputFormat("damage_raster", (".tif", ".tiff"), _open, sidecars=(".aux.xml", ".ovr", ".msk"))
