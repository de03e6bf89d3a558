"""Labelled pairs as results that somebody could review: what is stored of each building, and its true class."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np
import rasterio
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.errors import NotGeoreferencedWarning

from training.data.xbd import PairFiles
from training.labels.buildings import LabelledBuilding, read_label
from xview2_qgis.engine.adaptation.rated_buildings import RatedBuildings
from xview2_qgis.engine.adaptation.result_database import reading
from xview2_qgis.engine.adaptation.stored_buildings import read_buildings
from xview2_qgis.engine.assessment import assess
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.session import Session
from xview2_qgis.protocol.options.assessment import AssessmentParameters, ImageOptions

from ..product import Silence

# places do not matter here; the usual pixels of xBD do
_CRS, _PIXELS = "EPSG:32616", Affine(0.46, 0, 600_000, 0, -0.46, 3_350_000)


@dataclass(frozen=True)
class KnownBuildings:
    """Buildings whose true class is known, N of them.

    Attributes:
        rated: what the product stores of them.
        true: classes 0 to 3, int64 (N,).
    """

    rated: RatedBuildings
    true: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.true)

    @classmethod
    def joined(cls, parts: Iterable[KnownBuildings]) -> KnownBuildings:
        """Return several as one; rows are numbered anew."""
        found = list(parts)
        rated = [part.rated for part in found]
        true = np.concatenate([part.true for part in found])
        channels = max(one.features.shape[1] for one in rated)
        return cls(
            RatedBuildings(
                np.arange(len(true)),
                np.concatenate([one.probabilities for one in rated]),
                np.concatenate([one.classes for one in rated]),
                np.concatenate([one.labels for one in rated]),
                np.concatenate([one.areas_m2 for one in rated]),
                np.concatenate([_widened(one.features, channels) for one in rated]),
            ),
            true,
        )  # fmt: skip


def known_buildings(files: PairFiles, session: Session, folder: Path, *, given: bool) -> KnownBuildings:
    """Assess a pair and return the buildings whose true class its label tells.

    Args:
        files: the pair.
        session: the model.
        folder: for files that are not kept.
        given: the outlines of the label are given as footprints; else a building found stands for a labelled one of
            which it has an IoU of at least one half.
    """
    labels = [building for building in read_label(files.label("post")) if 1 <= building.value <= 4]
    outlines = [shapely.transform(label.polygon, _placed) for label in labels]
    parameters = AssessmentParameters(
        *(ImageOptions(str(_image(files, date, folder))) for date in ("pre", "post")), folder / "damage.gpkg",
        overwrite=True, footprints=str(_footprints(outlines, folder)) if given and outlines else None,
    )  # fmt: skip
    assess(session, parameters, RunContext(Silence()))
    with reading(folder / "damage.gpkg") as database:
        rated = read_buildings(database)
    frame = geopandas.read_file(folder / "damage.gpkg", layer="damage", fid_as_index=True).loc[rated.rows]
    true = _true_classes(frame, labels, outlines, given=given)
    kept = true >= 0
    return KnownBuildings(
        RatedBuildings(
            rated.rows[kept], rated.probabilities[kept], rated.classes[kept], rated.labels[kept], rated.areas_m2[kept],
            rated.features[kept],
        ),
        true[kept],
    )  # fmt: skip


def _true_classes(
    frame: geopandas.GeoDataFrame, labels: list[LabelledBuilding], outlines: list[shapely.Geometry], *, given: bool
) -> NDArray[np.int64]:
    """Return the true class of each building, -1 where it is unknown, int64 (N,)."""
    true = np.full(len(frame), -1, np.int64)
    if given:
        for row, number in enumerate(frame["footprint_id"]):
            if isinstance(number, str):
                true[row] = labels[int(number)].value - 1
        return true
    tree = shapely.STRtree(outlines)
    for row, outline in enumerate(frame.geometry):
        for index in tree.query(outline, "intersects") if outlines else ():
            other = outlines[index]
            if outline.intersection(other).area >= 0.5 * outline.union(other).area:
                true[row] = labels[index].value - 1
    return true


def _widened(features: NDArray[np.float32], channels: int) -> NDArray[np.float32]:
    """Return features (N, channels): those given, or NaN for a pair of which the network told none."""
    return features if features.shape[1] == channels else np.full((len(features), channels), np.nan, np.float32)


def _placed(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack(_PIXELS @ (points[:, 0], points[:, 1]))


def _image(files: PairFiles, date: str, folder: Path) -> Path:
    path = folder / f"{date}.tif"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # that is why it is placed
        source = rasterio.open(files.image(date))
    with source:
        profile = source.profile | {"driver": "GTiff", "crs": _CRS, "transform": _PIXELS}
        with rasterio.open(path, "w", **profile) as target:
            target.write(source.read())
    return path


def _footprints(outlines: list[shapely.Geometry], folder: Path) -> Path:
    path = folder / "footprints.gpkg"
    path.unlink(missing_ok=True)
    names = [str(number) for number in range(len(outlines))]
    geopandas.GeoDataFrame({"id": names}, geometry=outlines, crs=_CRS).to_file(path)
    return path
