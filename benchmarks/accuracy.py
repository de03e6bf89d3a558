"""``python -m benchmarks.accuracy``: scores, places and calibration of the whole product, also cross-validated.

With ``--folds N`` the model is given N times, in the order of the parts; each is scored on the pairs that
``xview2-train fit`` held back from it (``data.folds``, ``data.fold``), and all of them are pooled.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from training.data.xbd import PairFiles, list_pairs
from training.evaluation.calibration import calibrate, joined
from training.evaluation.score_table import ScoreTable, tabulate
from xview2_qgis.engine.scoring.challenge import CLASS_KEYS
from xview2_qgis.engine.scoring.reliability import Reliability, reliability_of
from xview2_qgis.protocol.options.outlines import OUTLINES_CHOICES

from .folds import held_back_names
from .outlines.parts import Parts
from .product import VARIANTS, PairFigures, Product, measure
from .reliability_diagram import draw


def main() -> int:
    """Run and print tables, or one JSON object."""
    options = _options()
    pairs = [pair for folder in options.xbd for pair in list_pairs(folder)]
    if options.disaster:
        if unknown := set(options.disaster) - {pair.disaster for pair in pairs}:
            raise SystemExit(f"no pair of {', '.join(sorted(unknown))}")
        pairs = [pair for pair in pairs if pair.disaster in options.disaster]
    models = options.model or ["compact"]
    if options.footprints and (unplaced := [p.name for p in pairs if not Product(options.geo, models[0]).is_placed(p)]):
        print(f"without a place on Earth, so without outlines: {', '.join(unplaced)}", file=sys.stderr)
    figures: list[PairFigures] = []
    with tempfile.TemporaryDirectory(prefix="xview2-accuracy-") as name:
        for model, part in zip(models, _parts(options, pairs), strict=True):
            variant, register = VARIANTS[options.variant], options.register == "auto"
            product = Product(
                options.geo, model, variant, register, options.tta, options.outlines,
                post_only=options.post_only, footprints=options.footprints,
            )  # fmt: skip
            figures.extend(measure(product, part[: options.limit], Path(name)))
    if not figures:
        raise SystemExit("no pairs to score")
    table = tabulate(f.score for f in figures)
    places = {**_objects(table), **_places(figures), **_parts_found(figures)}
    samples, delivered = joined([f.samples for f in figures]), _delivered(figures)
    calibration = calibrate(samples) if len(samples) else None
    if options.json:
        print(json.dumps({
            "pairs": len(figures), "variant": options.variant, "register": options.register,
            "outlines": options.outlines,
            **table.row("all").pixels.as_dict(), **places, "confidence_error": delivered.expected_error,
            "calibration": calibration.as_dict() if calibration else None, **table.as_dict(),
        }, indent=2))  # fmt: skip
    else:
        print(table.text())
        for key, value in {**table.row("all").pixels.as_dict(), **places}.items():
            print(f"{key}: {value:.4g}")
        objects = table.row("all").objects
        if objects is not None:
            for value, key in enumerate(CLASS_KEYS, start=1):
                right, fitting, all_ = (
                    int(n)
                    for n in (
                        objects.matrix[value, value],
                        objects.matrix[1:, value].sum(),
                        objects.matrix[:, value].sum(),
                    )
                )
                print(f"called {key}: {all_} buildings, {fitting} fit a labelled one, {right} of them of that class")
        if calibration:
            print(f"confidence of the class given: error {delivered.expected_error:.4f} on {len(samples)} buildings")
            print(f"probability of the likeliest class: error {calibration.before.expected_error:.4f}, "
                  f"{calibration.after.expected_error:.4f} at temperature {calibration.temperature:.3f}")  # fmt: skip
    if options.diagram:
        options.diagram.parent.mkdir(parents=True, exist_ok=True)
        options.diagram.write_text(draw(delivered), encoding="utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = _parser()
    options = parser.parse_args()
    if options.folds is None:
        if options.fold is not None:
            parser.error("--fold needs --folds")
        if options.model and len(options.model) > 1:
            parser.error("several models need --folds")
    elif options.fold is not None and not 0 <= options.fold < options.folds:
        parser.error(f"--fold lies between 0 and {options.folds - 1}")
    elif len(options.model or ["compact"]) != (options.folds if options.fold is None else 1):
        parser.error("give --model once for each part, or once with --fold")
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__.splitlines()[0])
    parser.add_argument("xbd", type=Path, nargs="+", help="xBD folders with images/ and labels/")
    parser.add_argument("geo", type=Path, help="folder with <id>_pre.tif, <id>_post.tif and truth.gpkg")
    parser.add_argument("--model", action="append", help="bundle; once for each part with --folds (default compact)")
    parser.add_argument("--folds", type=int, help="number of parts of the cross-validation")
    parser.add_argument("--fold", type=int, help="score the pairs of this part only, with one model")
    parser.add_argument("--disaster", action="append", help="score the pairs of this disaster, or of several, only")
    parser.add_argument("--variant", choices=VARIANTS, default="as-is")
    parser.add_argument("--register", choices=("auto", "off"), default="auto")
    parser.add_argument("--tta", choices=("none", "mirror", "flips"), help="default: what belongs to the model")
    parser.add_argument("--outlines", choices=OUTLINES_CHOICES, default="plain")
    parser.add_argument("--post-only", action="store_true", help="without the pre-event images")
    parser.add_argument("--footprints", action="store_true", help="with the outlines of the labels given")
    parser.add_argument("--limit", type=int, default=10_000, help="number of pairs of each part")
    parser.add_argument("--diagram", type=Path, help="SVG file for the reliability diagram")
    parser.add_argument("--json", action="store_true")
    return parser


def _parts(options: argparse.Namespace, pairs: list[PairFiles]) -> list[list[PairFiles]]:
    """Return the pairs of each model."""
    if options.folds is None:
        return [pairs]
    held_back = held_back_names(options.xbd, options.folds)
    if options.fold is not None:
        held_back = [held_back[options.fold]]
    return [[pair for pair in pairs if pair.name in names] for names in held_back]


def _delivered(figures: list[PairFigures]) -> Reliability:
    """Return how often the class given is right, by the confidence that stands in the layer."""
    answers = [f.answers for f in figures]
    return reliability_of(np.concatenate([a for a, _ in answers]), np.concatenate([b for _, b in answers]))


def _places(figures: list[PairFigures]) -> dict[str, float]:
    matches = pd.concat([f.matches for f in figures])
    if not len(matches):
        return {"matched": 0}
    return {
        "matched": len(matches),
        "centroid_distance_mean_m": float(matches["distance"].mean()),
        "centroid_distance_median_m": float(matches["distance"].median()),
        "centroid_distance_95_percent_m": float(np.percentile(matches["distance"], 95)),
        "centroid_offset_east_m": float(matches["east"].mean()),
        "centroid_offset_north_m": float(matches["north"].mean()),
        # of each building, over the points of both boundaries; then the mean over buildings
        "boundary_distance_mean_m": float(matches["boundary"].mean()),
        "boundary_distance_95_percent_m": float(matches["boundary_most"].mean()),
    }


def _objects(table: ScoreTable) -> dict[str, float]:
    objects = table.row("all").objects
    return {} if objects is None else {"object_f1_at_iou_0.5": objects.localization.f1}


def _parts_found(figures: list[PairFigures]) -> dict[str, int]:
    """Return how many labels of placed pairs there are, lie in one polygon with another one, and lie in parts."""
    parts = Parts()
    for one in figures:
        parts.include(one.parts)
    return {"placed_labels": parts.labels, "labels_merged": parts.merged, "labels_split": parts.split}


if __name__ == "__main__":
    raise SystemExit(main())
