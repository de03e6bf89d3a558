"""Writers: what an output format has to offer, and what it is given.

A format is an :class:`OutputFormat` in a module of its own and one entry of the list in :mod:`.formats`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from rasterio.crs import CRS
from shapely.geometry import MultiPolygon, Polygon

from ..bundle import Bundle
from ..language.wording import Wording
from ..probability.store import ProbabilityRaster
from ..reviews.earlier_reviews import EarlierReviews
from ..run.context import RunContext
from ..scene.pair import Scene
from .building_batch import BuildingBatch
from .run_record import RunRecord
from .summary import Summary


@dataclass(frozen=True)
class OutputJob:
    """What a writer knows before the first building.

    Attributes:
        scene: the pair of images.
        bundle: the model.
        raster: the probability raster; filled when the files are finished, not before.
        context: checked during long work; holds the warnings of the run.
        earlier: reviews of the result that is replaced, which are carried over; None for none.
        wording: the language of what is written for people.
    """

    scene: Scene
    bundle: Bundle
    raster: ProbabilityRaster
    context: RunContext
    earlier: EarlierReviews | None = None
    wording: Wording = field(default_factory=Wording)

    @property
    def crs(self) -> CRS:
        """CRS of the results: that of the pre-event image, or of the post-event image where it stands alone."""
        return self.scene.reference.crs

    @property
    def near_x(self) -> float | None:
        """An x coordinate of the scene in the CRS of the results, see :class:`.crs.CrsTransform`."""
        return self.scene.reference.georeference.centre_x()


@dataclass(frozen=True)
class Outcome:
    """What a writer knows after the last building.

    Attributes:
        summary: counts and areas of all buildings.
        run: the record of the run.
        assessed: the assessed area; may be empty.
        assessed_crs: its CRS, that of the working grid.
        assessed_m2: its ellipsoidal area, square metres.
        not_visible: what was asked for and excluded, in the same CRS; None where the user excluded nothing.
        geopackage: the complete GeoPackage, which is the first file to be finished and read by others; None before.
    """

    summary: Summary
    run: RunRecord
    assessed: MultiPolygon
    assessed_crs: CRS
    assessed_m2: float
    not_visible: Polygon | MultiPolygon | None = None
    geopackage: Path | None = None


class Writer(Protocol):
    """Writes one output file. Errors of the disk, of GDAL and of SQLite may come as they are."""

    def add(self, batch: BuildingBatch) -> None:
        """Take some buildings, in the order of their numbers. Called in another thread than :meth:`finish`."""

    def finish(self, outcome: Outcome) -> None:
        """Complete the file; called once, after all buildings."""


@dataclass(frozen=True)
class OutputFormat:
    """An output format.

    Attributes:
        option: the field of the parameters that names the file.
        suffixes: what its name may end in, lower case; the usual one first.
        open: returns the writer of a file, which does not exist yet, in a private folder on its disk.
        sidecars: endings of files that GDAL keeps beside it, put in place together with it.
    """

    option: str
    suffixes: tuple[str, ...]
    open: Callable[[Path, OutputJob], Writer]
    sidecars: tuple[str, ...] = ()
