"""``python -m benchmarks.failures``: pictures of the worst mistakes of the whole product on labelled pairs.

Each picture shows the pre-event image, the post-event image, the labels and what the product says, around one building,
which is framed. The name says what is wrong: ``missed``, ``invented`` or ``<true class>-as-<class given>``, and how
many pixels it is about.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from training.data.xbd import PairFiles, list_pairs, read_pair
from training.evaluation.object_scoring import match
from training.evaluation.objects import Objects, draw_objects
from training.evaluation.pair_scores import true_objects
from training.evaluation.score_table import CLASS_HEADINGS
from training.labels import IGNORED
from training.run.recording import class_picture

from .folds import held_back_names
from .product import Product, outlines_in_pixels

_FRAME = (255, 0, 255)  # magenta is neither roof nor class


@dataclass(frozen=True)
class Failure:
    """A building that is wrong.

    Attributes:
        kind: what is wrong.
        pair: where.
        pixels: area of the building.
        panels: before, after, labels and result around it, uint8 (S, 4 S, 3) RGB.
    """

    kind: str
    pair: str
    pixels: int
    panels: NDArray[np.uint8]


def find_failures(predicted: Objects, actual: Objects) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield what is wrong and the pixels of the building, for every building of one image that is.

    A building counts as missed or invented when no other covers a tenth of it: one that is drawn otherwise is not.

    Args:
        predicted: buildings found, with classes.
        actual: true buildings, with classes.
    """
    if predicted.classes is None or actual.classes is None:
        return
    pairs = match(predicted, actual)
    for one, other in zip(pairs.predicted.tolist(), pairs.actual.tolist(), strict=True):
        given, true = int(predicted.classes[one - 1]), int(actual.classes[other - 1])
        if IGNORED not in (given, true) and given != true:
            yield f"{CLASS_HEADINGS[true - 1]}-as-{CLASS_HEADINGS[given - 1]}", actual.numbers == other
    for kind, mine, others in (("missed", actual, predicted), ("invented", predicted, actual)):
        covered = np.bincount(mine.numbers.ravel(), (others.numbers > 0).ravel())[1:]
        for number in np.flatnonzero(10 * covered < mine.areas) + 1:
            yield kind, mine.numbers == number


def failures_of(product: Product, files: PairFiles, folder: Path, size: int) -> Iterator[Failure]:
    """Assess one pair and yield its failures."""
    buildings, classes, transform = product.assess(files, folder)
    pair = read_pair(files)
    predicted = draw_objects(outlines_in_pixels(buildings, transform), classes)
    layers = (pair.pre, pair.post, class_picture(pair.damage), class_picture(classes))
    for kind, pixels in find_failures(predicted, true_objects(files, pair)):
        rows, columns = np.nonzero(pixels)
        height, width = pixels.shape
        top, left = (
            int(np.clip(np.mean(where) - size / 2, 0, max(length - size, 0)))
            for where, length in ((rows, height), (columns, width))
        )
        frame = (
            (int(columns.min()) - left - 4, int(rows.min()) - top - 4),
            (int(columns.max()) - left + 4, int(rows.max()) - top + 4),
        )
        panels = [cv2.rectangle(layer[top : top + size, left : left + size].copy(), *frame, _FRAME) for layer in layers]
        yield Failure(kind, files.name, len(rows), np.concatenate(panels, axis=1))


def main() -> int:
    """Write the largest failures of every kind and list them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.failures", description=__doc__.splitlines()[0])
    parser.add_argument("xbd", type=Path, nargs="+", help="xBD folders with images/ and labels/")
    parser.add_argument("--geo", type=Path, required=True, help="folder with <id>_pre.tif, … and truth.gpkg")
    parser.add_argument("--output", type=Path, required=True, help="folder for the pictures")
    parser.add_argument("--model", default="compact")
    parser.add_argument("--folds", type=int, help="number of parts of the cross-validation")
    parser.add_argument("--fold", type=int, default=0, help="the part to look at")
    parser.add_argument("--most", type=int, default=3, help="pictures of each kind")
    parser.add_argument("--size", type=int, default=256, help="edge of each panel, pixels")
    options = parser.parse_args()
    if options.folds and not 0 <= options.fold < options.folds:
        parser.error(f"--fold lies between 0 and {options.folds - 1}")
    if options.fold and not options.folds:
        parser.error("--fold needs --folds")
    pairs = [pair for folder in options.xbd for pair in list_pairs(folder)]
    if options.folds:
        held_back = held_back_names(options.xbd, options.folds)[options.fold]
        pairs = [pair for pair in pairs if pair.name in held_back]
    product = Product(options.geo, options.model)
    with tempfile.TemporaryDirectory(prefix="xview2-failures-") as name:
        found = [f for pair in pairs for f in failures_of(product, pair, Path(name), options.size)]
    options.output.mkdir(parents=True, exist_ok=True)
    for kind, group in groupby(sorted(found, key=lambda f: (f.kind, -f.pixels)), key=lambda f: f.kind):
        of_kind = list(group)
        print(f"{kind}: {len(of_kind)} buildings, {sum(f.pixels for f in of_kind)} pixels")
        for place, failure in enumerate(of_kind[: options.most], start=1):
            path = options.output / f"{kind}-{place}-{failure.pair}-{failure.pixels}px.png"
            if not cv2.imwrite(str(path), cv2.cvtColor(failure.panels, cv2.COLOR_RGB2BGR)):
                print(f"{path}: cannot be written", file=sys.stderr)
                return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
