"""``python -m benchmarks.blind_outlines``: is it the label or the building found that lies on the roof?

``draw`` writes sheets of random buildings that were found but lie apart from their labels: the pre-event image with
both outlines, one yellow and one magenta, by chance. Somebody looks at them and writes a file with the columns
``number`` and ``better`` (``yellow``, ``magenta`` or ``neither``). ``tally`` then says whose outline it was.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import geopandas
import numpy as np
import pandas as pd
import rasterio
import shapely
from numpy.typing import NDArray

from training.data.xbd import list_pairs

from .product import Product, matched

_COLOURS = {"yellow": (255, 255, 0), "magenta": (255, 0, 255)}
_SIDE, _MARGIN = 380, 0.15  # pixels of a picture; share of the building's size around it
_COLUMNS, _ROWS = 5, 4  # pictures of a sheet


@dataclass(frozen=True)
class Apart:
    """A building whose centroid lies apart from that of its label.

    Attributes:
        pair: name of the image pair.
        distance_m: between the centroids.
        found: outline found, in pixels of the pre-event image.
        label: outline of the label, likewise.
    """

    pair: str
    distance_m: float
    found: shapely.Geometry
    label: shapely.Geometry


def draw(image: NDArray[np.uint8], outlines: dict[str, shapely.Geometry]) -> NDArray[np.uint8]:
    """Return a square picture of two outlines.

    Args:
        image: uint8 (H, W, 3) RGB.
        outlines: by colour, in pixels of the image (whole numbers on corners).

    Returns:
        uint8 (S, S, 3) RGB.
    """
    west, north, east, south = shapely.GeometryCollection(list(outlines.values())).bounds
    zoom = _SIDE / (max(east - west, south - north) * (1 + 2 * _MARGIN))
    middle = np.array([(west + east) / 2, (north + south) / 2])
    # OpenCV counts from the middle of the first pixel
    shift = _SIDE / 2 - zoom * (middle - 0.5) - 0.5
    matrix = np.array([[zoom, 0.0, shift[0]], [0.0, zoom, shift[1]]])
    picture = cv2.warpAffine(image, matrix, (_SIDE, _SIDE), flags=cv2.INTER_CUBIC)
    for colour, outline in outlines.items():
        for part in shapely.get_parts(outline):
            ring = (shapely.get_coordinates(part.exterior) - middle) * zoom + (_SIDE - 1) / 2
            cv2.polylines(picture, [np.round(ring).astype(np.int32)], True, _COLOURS[colour], 1, cv2.LINE_AA)
    return np.asarray(picture, np.uint8)


def tally(key: pd.DataFrame, verdicts: pd.DataFrame) -> dict[str, int]:
    """Return how often the building found, the label and neither was better.

    Args:
        key: columns ``number`` and ``found``, the colour of the outline found.
        verdicts: columns ``number`` and ``better``.

    Raises:
        ValueError: a number is missing, or a verdict is no colour and not ``neither``.
    """
    both = key.merge(verdicts, on="number", how="left")
    if wrong := sorted({str(v) for v in both["better"]} - {*_COLOURS, "neither"}):
        raise ValueError(f"verdicts are yellow, magenta or neither, one for each number; not {', '.join(wrong)}")
    neither, found = both["better"] == "neither", both["better"] == both["found"]
    return {"found": int(found.sum()), "label": int((~neither & ~found).sum()), "neither": int(neither.sum())}


def main() -> int:
    """Write the sheets and their key, or print the tally."""
    options = _options()
    key = options.folder / "key.csv"
    if options.command == "tally":
        print(tally(pd.read_csv(key), pd.read_csv(options.verdicts)))
        return 0
    product = Product(options.geo, options.model)
    pairs = [pair for folder in options.xbd for pair in list_pairs(folder) if product.is_placed(pair)]
    truth = geopandas.read_file(options.geo / "truth.gpkg")
    found: list[Apart] = []
    with tempfile.TemporaryDirectory(prefix="xview2-outlines-") as name:
        for files in pairs:
            buildings, _, _ = product.assess(files, Path(name))
            found += _apart(buildings, truth[truth["tile"] == files.name], files.name, options.geo, options.beyond)
    random = np.random.default_rng(options.seed)
    chosen = [found[index] for index in random.permutation(len(found))[: options.count]]
    options.folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for start in range(0, len(chosen), _COLUMNS * _ROWS):
        pictures = []
        for number, building in enumerate(chosen[start : start + _COLUMNS * _ROWS], start=start):
            colours = random.permutation(list(_COLOURS)).tolist()
            outlines = dict(zip(colours, (building.found, building.label), strict=True))
            with rasterio.open(options.geo / f"{building.pair}_pre.tif") as source:
                picture = draw(np.ascontiguousarray(source.read().transpose(1, 2, 0)), outlines)
            cv2.putText(picture, str(number), (4, 22), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (255, 255, 255), 2, cv2.LINE_AA)
            pictures.append(picture)
            rows.append({"number": number, "found": colours[0], "pair": building.pair, "metres": building.distance_m})
        sheet = options.folder / f"sheet-{start // (_COLUMNS * _ROWS) + 1}.png"
        if not cv2.imwrite(str(sheet), cv2.cvtColor(_sheet(pictures), cv2.COLOR_RGB2BGR)):
            raise SystemExit(f"{sheet}: cannot be written")
    pd.DataFrame(rows).to_csv(key, index=False, float_format="%.2f")
    print(f"{len(found)} buildings lie more than {options.beyond:g} m from their labels; {len(rows)} are drawn")
    return 0


def _apart(
    found: geopandas.GeoDataFrame, labels: geopandas.GeoDataFrame, pair: str, geo: Path, beyond: float
) -> list[Apart]:
    """Return the buildings whose centroids lie more than ``beyond`` metres from those of their labels."""
    with rasterio.open(geo / f"{pair}_pre.tif") as source:
        crs, inverse = source.crs, ~source.transform

    def pixels(layer: geopandas.GeoDataFrame, row: int) -> shapely.Geometry:
        placed = layer.geometry.iloc[[row]].to_crs(crs).iloc[0]
        return shapely.transform(placed, lambda xy: np.column_stack(inverse @ (xy[:, 0], xy[:, 1])))

    result = []
    for one, other, a, b in matched(found, labels):
        distance = a.centroid.distance(b.centroid)
        if distance > beyond:
            result.append(Apart(pair, distance, pixels(found, one), pixels(labels, other)))
    return result


def _sheet(pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    blank = np.zeros((_SIDE, _SIDE, 3), np.uint8)
    filled = [*pictures, *[blank] * (-len(pictures) % _COLUMNS)]
    rows = [np.hstack(filled[start : start + _COLUMNS]) for start in range(0, len(filled), _COLUMNS)]
    return np.vstack(rows)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.blind_outlines", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("draw", help="write sheets and key")
    drawing.add_argument("xbd", type=Path, nargs="+", help="xBD folders with images/ and labels/")
    drawing.add_argument("geo", type=Path, help="folder with <id>_pre.tif, <id>_post.tif and truth.gpkg")
    drawing.add_argument("folder", type=Path, help="for sheets and key; they show the images of xBD")
    drawing.add_argument("--model", default="compact")
    drawing.add_argument("--beyond", type=float, default=1.0, help="only buildings further than this, metres")
    drawing.add_argument("--count", type=int, default=40)
    drawing.add_argument("--seed", type=int, default=1)
    counting = commands.add_parser("tally", help="say whose outlines were better")
    counting.add_argument("folder", type=Path, help="folder of the sheets")
    counting.add_argument("verdicts", type=Path, help="CSV with number and better")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
