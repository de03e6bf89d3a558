"""``python -m benchmarks.agreement``: where two models place buildings, beside the labels and beside each other.

Two networks that have seen neither each other nor the labels of a pair have errors of their own. What both have in
common against the labels comes from the labels, from what the image hides, or from what all networks of their kind do
alike.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np
from numpy.typing import NDArray

from training.data.xbd import list_pairs

from .folds import held_back_names
from .product import Product, matched


@dataclass(frozen=True)
class Agreement:
    """Centroids of the labelled buildings that both models have found (IoU of at least one half).

    Attributes:
        first: from the label to the first model's building in metres, east and north, float64 (N, 2).
        second: the same for the second model.
    """

    first: NDArray[np.float64]
    second: NDArray[np.float64]

    def text(self) -> str:
        """Return a table for people."""
        lines = [
            f"buildings that both models found: {len(self.first)}",
            "",
            f"{'m':<28}{'mean':>8}{'median':>8}{'rms':>8}",
        ]
        for title, offsets in (
            ("first model to label", self.first),
            ("second model to label", self.second),
            ("first to second model", self.first - self.second),
        ):
            length = np.hypot(*offsets.T)
            lines.append(f"{title:<28}{length.mean():8.2f}{np.median(length):8.2f}{np.sqrt((length**2).mean()):8.2f}")
        return "\n".join([*lines, f"{'common to both':<44}{self.common_rms:8.2f}"])

    @property
    def common_rms(self) -> float:
        """Root mean square in metres of what both deviations have in common: of their covariance, 0 where negative."""
        return float(np.sqrt(max((self.first * self.second).sum(axis=1).mean(), 0.0)))


def compare(first: geopandas.GeoDataFrame, second: geopandas.GeoDataFrame, labels: geopandas.GeoDataFrame) -> Agreement:
    """Return where two layers of buildings place the labelled ones that both have found."""
    one, two = _offsets(first, labels), _offsets(second, labels)
    rows = sorted(one.keys() & two.keys())
    return Agreement(
        np.array([one[row] for row in rows]).reshape(-1, 2), np.array([two[row] for row in rows]).reshape(-1, 2)
    )


def main() -> int:
    """Assess pairs with both models and print the table."""
    options = _options()
    pairs = [pair for folder in options.xbd for pair in list_pairs(folder)]
    if options.fold is not None:
        names = held_back_names(options.xbd, options.folds)[options.fold]
        pairs = [pair for pair in pairs if pair.name in names]
    if options.disaster:
        pairs = [pair for pair in pairs if pair.disaster in options.disaster]
    truth = geopandas.read_file(options.geo / "truth.gpkg")
    parts: list[Agreement] = []
    with tempfile.TemporaryDirectory(prefix="xview2-agreement-") as name:
        products = [Product(options.geo, model) for model in options.model]
        for files in pairs:
            if products[0].is_placed(files):
                first, second = (product.assess(files, Path(name))[0] for product in products)
                parts.append(compare(first, second, truth[truth["tile"] == files.name]))
    if not any(len(part.first) for part in parts):
        raise SystemExit("no building that both models have found")
    print(Agreement(np.concatenate([p.first for p in parts]), np.concatenate([p.second for p in parts])).text())
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.agreement", description=__doc__.splitlines()[0])
    parser.add_argument("xbd", type=Path, nargs="+", help="xBD folders with images/ and labels/")
    parser.add_argument("geo", type=Path, help="folder with <id>_pre.tif, <id>_post.tif and truth.gpkg")
    parser.add_argument("--model", action="append", required=True, help="bundle; twice")
    parser.add_argument("--folds", type=int, default=5, help="number of parts of the cross-validation")
    parser.add_argument("--fold", type=int, help="pairs of this part only")
    parser.add_argument("--disaster", action="append", help="pairs of this disaster, or of several, only")
    options = parser.parse_args()
    if len(options.model) != 2:
        parser.error("give --model twice")
    if options.fold is not None and not 0 <= options.fold < options.folds:
        parser.error(f"--fold lies between 0 and {options.folds - 1}")
    return options


def _offsets(found: geopandas.GeoDataFrame, labels: geopandas.GeoDataFrame) -> dict[int, tuple[float, float]]:
    """Return metres east and north from the label to the building found, by row of the label."""
    result = {}
    for _, row, building, label in matched(found, labels):
        p, q = building.centroid, label.centroid
        result[row] = (p.x - q.x, p.y - q.y)
    return result


if __name__ == "__main__":
    raise SystemExit(main())
