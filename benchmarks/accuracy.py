"""``python -m benchmarks.accuracy``: the official score through the whole product, and how far buildings are displaced.

Every georeferenced pair goes through an assessment with a damage raster, which is scored on the pixels of the image
before. Optionally the image after is warped to another CRS and resolution first.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import rasterio
from rasterio.vrt import WarpedVRT

from training.scoring import Score
from training.xbd import PairFiles, list_pairs, read_pair
from xview2_qgis.engine.assessment import assess
from xview2_qgis.engine.cancellation import Cancellation
from xview2_qgis.engine.parameters import AssessmentParameters


class Silence:
    """An event sink that keeps warnings only."""

    def __getattr__(self, name: str):  # noqa: ANN204 - stands for every method of a sink
        """Return a function that does nothing, or prints for warnings."""
        if name == "warning":
            return lambda code, message: print(f"warning: {code}: {message}", file=sys.stderr)
        return lambda *_args, **_facts: None


@dataclass(frozen=True)
class Variant:
    """What happens to the post image before it is assessed: nothing where ``crs`` is None."""

    name: str
    crs: str | None = None
    resolution: tuple[float, float] | None = None


VARIANTS = {
    "as-is": Variant("as-is"),
    "warped": Variant("warped", "EPSG:3857", (0.63, 0.63)),
}


def main() -> int:
    """Run and print one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__.splitlines()[0])
    parser.add_argument("xbd", type=Path, help="xBD folder with images/ and labels/")
    parser.add_argument("geo", type=Path, help="folder with <id>_pre.tif, <id>_post.tif and truth.gpkg")
    parser.add_argument("--model", default="compact")
    parser.add_argument("--variant", choices=VARIANTS, default="as-is")
    parser.add_argument("--register", choices=("auto", "off"), default="auto")
    parser.add_argument("--limit", type=int, default=10_000, help="number of pairs")
    options = parser.parse_args()
    truth = geopandas.read_file(options.geo / "truth.gpkg")
    score, distances, offsets, found, known = Score(), [], [], 0, 0
    pairs = [p for p in list_pairs(options.xbd) if (options.geo / f"{p.name}_pre.tif").is_file()][: options.limit]
    with tempfile.TemporaryDirectory() as name:
        for files in pairs:
            buildings = _assess(files, Path(name), options, score)
            actual = truth[truth["tile"] == files.name].to_crs(buildings.estimate_utm_crs() if len(buildings) else 3857)
            placed = buildings.to_crs(actual.crs)
            known, found = known + len(actual), found + len(placed)
            for distance, offset in _matches(placed, actual):
                distances.append(distance)
                offsets.append(offset)
    print(json.dumps({
        "pairs": len(pairs), "variant": options.variant, "register": options.register, **score.as_dict(),
        "buildings_known": known, "buildings_found": found, "matched": len(distances),
        "centroid_distance_mean_m": float(np.mean(distances)) if distances else None,
        "centroid_distance_median_m": float(np.median(distances)) if distances else None,
        "centroid_offset_mean_m": np.mean(offsets, axis=0).tolist() if offsets else None,
    }, indent=2))  # fmt: skip
    return 0


def _assess(files: PairFiles, folder: Path, options: argparse.Namespace, score: Score) -> geopandas.GeoDataFrame:
    post = _varied(options.geo / f"{files.name}_post.tif", VARIANTS[options.variant], folder)
    parameters = AssessmentParameters(
        pre=str(options.geo / f"{files.name}_pre.tif"), post=str(post), output=folder / "damage.gpkg",
        damage_raster=folder / "damage.tif", model=options.model, overwrite=True, register=options.register == "auto",
    )  # fmt: skip
    assess(parameters, Silence(), Cancellation())
    with rasterio.open(folder / "damage.tif") as raster:
        classes = raster.read(1)
    classes[classes == 255] = 0
    pair = read_pair(files)
    score.add(classes > 0, classes, pair.building, pair.damage)
    return geopandas.read_file(folder / "damage.gpkg", layer="damage")


def _varied(path: Path, variant: Variant, folder: Path) -> Path:
    if variant.crs is None:
        return path
    target = folder / f"{path.stem}_{variant.name}.tif"
    with rasterio.open(path) as source:
        with WarpedVRT(source, crs=variant.crs, nodata=0) as probe:
            west, south, east, north = probe.bounds
        step = variant.resolution[0] / np.cos(np.radians(source.bounds.top))
        width, height = int((east - west) / step), int((north - south) / step)
        transform = rasterio.transform.from_origin(west, north, step, step)
        with WarpedVRT(
            source, crs=variant.crs, transform=transform, width=width, height=height, nodata=0,
            resampling=rasterio.enums.Resampling.cubic,
        ) as warped:  # fmt: skip
            rasterio.shutil.copy(warped, target, driver="GTiff")
    return target


def _matches(found: geopandas.GeoDataFrame, actual: geopandas.GeoDataFrame) -> list[tuple[float, tuple[float, float]]]:
    """Return distance and offset (east, north) of the centroids of buildings that match with IoU of at least 0.5."""
    if not len(found) or not len(actual):
        return []
    left = found.reset_index(drop=True)[["geometry"]].assign(found=lambda f: f.index)
    right = actual.reset_index(drop=True)[["geometry"]].assign(actual=lambda f: f.index)
    pairs = geopandas.sjoin(left, right)[["found", "actual"]]
    results = []
    for one, other in pd.DataFrame(pairs).itertuples(index=False):
        a, b = left.geometry[one], right.geometry[other].buffer(0)
        if a.intersection(b).area >= 0.5 * a.union(b).area:
            p, q = a.centroid, b.centroid
            results.append((p.distance(q), (p.x - q.x, p.y - q.y)))
    return results


if __name__ == "__main__":
    raise SystemExit(main())
