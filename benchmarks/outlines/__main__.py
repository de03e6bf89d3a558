"""``python -m benchmarks.outlines``: what other ways to separate touching buildings would do, on stored probabilities.

The networks run once for each pair (``FOLDER/<id>.npz``); then buildings are made of the same probabilities in several
ways and compared with the labels, in metres. The pairs are dealt in two halves, in the order of their names: what seems
better in the first is worth something if it is better in the second, too.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray

from training.data.xbd import PairFiles, list_pairs
from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.bundle.registry import find_model
from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.scoring.challenge import Confusion
from xview2_qgis.engine.scoring.matching import match_polygons
from xview2_qgis.engine.session import Session
from xview2_qgis.protocol.options.assessment import AssessmentParameters, ImageOptions

from ..product import Product, Silence
from .boundaries import boundary_error
from .parts import Parts, count_parts
from .stored_scene import StoredScene, predict_scene
from .variants import VARIANTS


@dataclass
class Figures:
    """What a variant gave on some pairs.

    Attributes:
        buildings: those found and not found, at an IoU of one half.
        parts: merged and split labels.
        boundaries: mean and 95 % distance of the boundary of each building found, metres.
    """

    buildings: Confusion = field(default_factory=Confusion)
    parts: Parts = field(default_factory=Parts)
    boundaries: list[tuple[float, float]] = field(default_factory=list)

    def add(self, found: NDArray[np.object_], labels: NDArray[np.object_]) -> None:
        """Count a pair; outlines in metres."""
        pairs = match_polygons(found, labels)
        matched = len(pairs.predicted)
        self.buildings.include(Confusion(matched, len(found) - matched, len(labels) - matched))
        self.parts.include(count_parts(found, labels))
        for one, other in zip(pairs.predicted.tolist(), pairs.actual.tolist(), strict=True):
            self.boundaries.append(boundary_error(found[one], labels[other]))

    def text(self) -> str:
        """Return the columns of the table."""
        counts, (mean, most) = self.buildings, np.mean(self.boundaries or [(np.nan, np.nan)], axis=0)
        precision, recall = counts.tp / max(counts.tp + counts.fp, 1), counts.tp / max(counts.tp + counts.fn, 1)
        return (f"{counts.f1:8.4f}{precision:8.3f}{recall:8.3f}{self.parts.merged:8}{self.parts.split:8}"
                f"{mean:8.3f}{most:8.3f}")  # fmt: skip


def main() -> int:
    """Predict what is not stored yet, try the variants and print a table of each half."""
    options = _options()
    pairs = [pair for pair in list_pairs(options.xbd) if Product(options.geo, options.model).is_placed(pair)]
    pairs = pairs[: options.limit]
    options.folder.mkdir(parents=True, exist_ok=True)
    _predict(options, pairs)
    rule = open_bundle(find_model(options.model)).decision
    if not isinstance(rule, ObjectVote):
        raise SystemExit("the variants are those of the rule object-vote")
    truth = geopandas.read_file(options.geo / "truth.gpkg")
    labels = [truth[truth["tile"] == pair.name] for pair in pairs]
    print(f"{len(pairs)} pairs, {sum(map(len, labels))} labels")
    print(f"{'':<32}{'F1':>8}{'prec.':>8}{'recall':>8}{'merged':>8}{'split':>8}{'mean m':>8}{'95 % m':>8}")
    for name in options.only or VARIANTS:
        halves = Figures(), Figures()
        for index, (pair, actual) in enumerate(zip(pairs, labels, strict=True)):
            scene = StoredScene.load(options.folder / f"{pair.name}.npz")
            found = VARIANTS[name].buildings(scene, rule, RunContext(Silence()))
            metric = scene.grid.crs.to_wkt()
            outlines = np.array([building.geometry for building in found], dtype=object)
            halves[index % 2].add(outlines, shapely.make_valid(actual.geometry.to_crs(metric).to_numpy()))
        for number, half in enumerate(halves, start=1):
            print(f"{f'{name} ({number})':<32}{half.text()}", flush=True)
    return 0


def _predict(options: argparse.Namespace, pairs: list[PairFiles]) -> None:
    missing = [pair for pair in pairs if not (options.folder / f"{pair.name}.npz").exists()]
    with tempfile.TemporaryDirectory(prefix="xview2-outlines-") as name:
        session: Session | None = None
        for pair, parameters in _parameters(options, missing, Path(name)):
            session = session or Session.of(parameters)
            scene = predict_scene(session, parameters, Path(name), RunContext(Silence()))
            scene.save(options.folder / f"{pair.name}.npz")


def _parameters(
    options: argparse.Namespace, pairs: list[PairFiles], folder: Path
) -> Iterator[tuple[PairFiles, AssessmentParameters]]:
    for pair in pairs:
        pre, post = (ImageOptions(str(options.geo / f"{pair.name}_{date}.tif")) for date in ("pre", "post"))
        yield pair, AssessmentParameters(pre, post, folder / "unwritten.gpkg", model=options.model, device="cpu")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.outlines", description=__doc__.splitlines()[0])
    parser.add_argument("xbd", type=Path, help="xBD folder with images/ and labels/")
    parser.add_argument("geo", type=Path, help="folder with <id>_pre.tif, <id>_post.tif and truth.gpkg")
    parser.add_argument("folder", type=Path, help="for the probabilities")
    parser.add_argument("--model", default="compact")
    parser.add_argument("--limit", type=int, default=10_000, help="number of pairs")
    parser.add_argument("--only", action="append", choices=VARIANTS, help="a variant; once for each")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
