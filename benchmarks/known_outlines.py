"""``python -m benchmarks.known_outlines``: where buildings come to lie when the network is always right.

The labels are drawn into an image, a network answers with what is drawn, and the whole product makes buildings of it:
reading, working grid, tiles, blending, separation, outlines, coordinates. What centroids deviate by here is what all
of that adds; what a real network adds to it shows in ``benchmarks.accuracy``. The images are drawn on the grid of the
pre-event image, in its UTM zone, turned by 30 degrees there, and with the post-event image in another CRS and
resolution.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np
import onnx
import pandas as pd
import rasterio
from affine import Affine
from onnx import TensorProto, helper, numpy_helper
from rasterio.crs import CRS
from rasterio.features import rasterize
from rasterio.warp import calculate_default_transform, transform_bounds

from training.data.xbd import list_pairs

from .product import VARIANTS, Product, matches

_TILE = 1024
_FINER = 4  # subpixels along the edge of a pixel, so that a pixel holds the share of it that is roof


@dataclass(frozen=True)
class Place:
    """A grid to draw on: CRS, transform and size in pixels."""

    crs: CRS
    transform: Affine
    width: int
    height: int

    def draw(self, labels: geopandas.GeoDataFrame, paths: tuple[Path, Path]) -> None:
        """Write a pair of images, uint8 (3, height, width), whose red says how much of a pixel is building."""
        shapes = list(labels.geometry.to_crs(self.crs))
        fine = rasterize(
            shapes,
            out_shape=(self.height * _FINER, self.width * _FINER),
            transform=self.transform @ Affine.scale(1 / _FINER),
            dtype="uint8",
        )
        share = fine.reshape(self.height, _FINER, self.width, _FINER).mean(axis=(1, 3))
        image = np.stack([np.rint(share * 255).astype(np.uint8)] * 3)
        profile = {
            "driver": "GTiff", "crs": self.crs, "transform": self.transform, "width": self.width,
            "height": self.height, "count": 3, "dtype": "uint8", "compress": "deflate",
        }  # fmt: skip
        for path in paths:
            with rasterio.open(path, "w", **profile) as raster:
                raster.write(image)


def places(path: Path) -> Iterator[tuple[str, Place]]:
    """Yield the grid of an image, its UTM zone, and that turned by 30 degrees about the middle of the image."""
    with rasterio.open(path) as source:
        yield "grid of the pre-event image", Place(source.crs, source.transform, source.width, source.height)
        middle = geopandas.GeoSeries.from_xy(*([c] for c in source.lnglat()), crs="EPSG:4326")
        utm = middle.estimate_utm_crs()
        transform, width, height = calculate_default_transform(
            source.crs, utm, source.width, source.height, *source.bounds
        )
        yield "UTM", Place(utm, transform, width, height)
        west, south, east, north = transform_bounds(source.crs, utm, *source.bounds)
    step, side = transform.a, int(np.hypot(east - west, north - south) / transform.a)
    turned = Affine.translation((west + east) / 2, (south + north) / 2) @ Affine.rotation(30)
    yield (
        "UTM, turned by 30 degrees",
        Place(utm, turned @ Affine.scale(step, -step) @ Affine.translation(-side / 2, -side / 2), side, side),
    )


def write_bundle(folder: Path, gsd_m: float, overlap: int) -> Path:
    """Write a model that answers with what is drawn: building = red / 255, every class equally likely."""
    size: list[int | str] = ["N", 3, _TILE, _TILE]
    inputs = [helper.make_tensor_value_info(name, TensorProto.UINT8, size) for name in ("pre", "post")]
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", channels, _TILE, _TILE])
        for name, channels in (("building", 1), ("damage", 4))
    ]
    constants = {
        "white": np.array(255, np.float32), "begin": np.array([0]), "end": np.array([1]), "channels": np.array([1]),
        "quarter": np.array([0.25], np.float32), "four": np.array([1, 4, 1, 1]), "nothing": np.array([0], np.float32),
    }  # fmt: skip
    nodes = [
        helper.make_node("Cast", ["pre"], ["grey"], to=TensorProto.FLOAT),
        helper.make_node("Slice", ["grey", "begin", "end", "channels"], ["red"]),
        helper.make_node("Div", ["red", "white"], ["building"]),
        helper.make_node("Cast", ["post"], ["after"], to=TensorProto.FLOAT),
        helper.make_node("Slice", ["after", "begin", "end", "channels"], ["after_red"]),
        helper.make_node("Mul", ["after_red", "nothing"], ["zero"]),
        helper.make_node("Add", ["zero", "quarter"], ["one_class"]),
        helper.make_node("Expand", ["one_class", "four"], ["damage"]),
    ]
    graph = helper.make_graph(
        nodes, "drawn", inputs, outputs, [numpy_helper.from_array(v, k) for k, v in constants.items()]
    )
    folder.mkdir()
    path = folder / "network.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)
    entry = {"file": path.name, "role": "joint", "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    manifest = {
        "contract": 1, "id": "drawn", "title": "What is drawn", "licence": "CC0-1.0", "training_data": "none",
        "source": "benchmarks/known_outlines.py", "scores": [], "networks": [entry], "tile_size": _TILE,
        "gsd_m": gsd_m, "overlap": overlap, "normalization": "inside the graph: value / 255", "precision": "fp32",
        "classes": ["no-damage", "minor-damage", "major-damage", "destroyed"],
        "decision": {
            "rule": "object-vote", "building_threshold": 0.5, "damaged_building_threshold": 0.5,
            "class_weights": [1.0, 1.0, 1.0, 1.0], "minimum_area_m2": 6.0,
        },
    }  # fmt: skip
    (folder / "model.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def main() -> int:
    """Draw, assess and print a row for each way to lie."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.known_outlines", description=__doc__.splitlines()[0])
    parser.add_argument("xbd", type=Path, nargs="+", help="xBD folders with images/ and labels/")
    parser.add_argument("geo", type=Path, help="folder with <id>_pre.tif and truth.gpkg")
    parser.add_argument("--limit", type=int, default=10_000, help="number of pairs")
    options = parser.parse_args()
    truth = geopandas.read_file(options.geo / "truth.gpkg")
    pairs = [pair for folder in options.xbd for pair in list_pairs(folder)]
    placed = [pair for pair in pairs if (options.geo / f"{pair.name}_pre.tif").is_file()][: options.limit]
    rows: dict[str, list[pd.DataFrame]] = {}
    labels = 0
    with tempfile.TemporaryDirectory(prefix="xview2-outlines-") as name:
        folder = Path(name)
        model = str(write_bundle(folder / "model", 0.5, 256))
        plain, warped = (Product(folder, model, VARIANTS[key], register=False) for key in ("as-is", "warped"))
        for pair in placed:
            actual = truth[truth["tile"] == pair.name]
            labels += len(actual)
            for title, place in places(options.geo / f"{pair.name}_pre.tif"):
                place.draw(actual, (folder / f"{pair.name}_pre.tif", folder / f"{pair.name}_post.tif"))
                for product in (plain, warped):
                    found, _, _ = product.assess(pair, folder)
                    row = title if product is plain else f"{title}; post-event image warped"
                    rows.setdefault(row, []).append(matches(found, actual))
    print(f"{labels} labels in {len(placed)} pairs\n")
    print(f"{'m':<52}{'matched':>8}{'mean':>8}{'median':>8}{'95 %':>8}{'east':>8}{'north':>8}")
    for title, parts in rows.items():
        near = pd.concat(parts)
        far = near["distance"]
        print(f"{title:<52}{len(near):8}{far.mean():8.3f}{far.median():8.3f}{far.quantile(0.95):8.3f}"
              f"{near['east'].mean():8.3f}{near['north'].mean():8.3f}")  # fmt: skip
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
