"""``python -m benchmarks.adaptation``: what reviews are worth to ``xview2 adapt``, by their number, by disaster.

Each pair goes through the product, with the outlines of its label as footprints or without. Of the buildings of a
disaster some are reviewed (the label tells their class), drawn at random or where the model is in doubt; the figures
are of the others, before and after. Where the cross-validation says that adapting would not help, nothing is changed,
as in the product. With ``--keep`` the assessments are kept in a file, and a second call only draws the curve; it takes
the files of several networks, each with the disasters that this one had not seen (``--disaster``).
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data.xbd import list_pairs
from xview2_qgis.engine.adaptation.adaptation import adapt
from xview2_qgis.engine.adaptation.cross_validation import Quality
from xview2_qgis.engine.adaptation.rated_buildings import UNLABELLED, RatedBuildings
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.session import Session
from xview2_qgis.protocol.options.assessment import AssessmentParameters, ImageOptions

from .reviewed_pairs import KnownBuildings, known_buildings

_COUNTS = (10, 30, 50, 100, 300)
_UNREVIEWED = 40  # so many buildings must be left to measure on
_MANY = 150  # buildings of a disaster that counts in the means


@dataclass(frozen=True)
class Point:
    """A point of the curve: means over the draws.

    Attributes:
        before: the model's quality on the buildings that were not reviewed.
        accuracy: won.
        macro_f1: won.
        worst: least macro F1 won in any draw.
        applied: share of the draws in which the adaptation was applied.
    """

    before: Quality
    accuracy: float
    macro_f1: float
    worst: float
    applied: float

    @classmethod
    def mean(cls, points: Sequence[Point]) -> Point:
        """Return the mean of several disasters; the worst stays the least of any draw."""
        return cls(
            Quality(_mean(p.before.accuracy for p in points), _mean(p.before.macro_f1 for p in points)),
            _mean(p.accuracy for p in points), _mean(p.macro_f1 for p in points), min(p.worst for p in points),
            _mean(p.applied for p in points),
        )  # fmt: skip


def main() -> int:
    """Run and print a table."""
    options = _options()
    if options.keep and all(path.is_file() for path in options.keep):
        known = _kept(options.keep)
    else:
        known = _assessed(options.xbd, options.model, options.disaster, given=options.outlines == "given")
        if options.keep:
            _keep(options.keep[0], known)
    print(f"{'disaster':<22}{'buildings':>10}{'reviewed':>9}{'':>8}{'accuracy':>9}{'':>8}{'macro F1':>9}"
          f"{'':>8}{'worst':>8}{'applied':>9}")  # fmt: skip
    many: dict[tuple[str, int], list[Point]] = defaultdict(list)
    for disaster, buildings in sorted(known.items()):
        for order in options.order:
            for count in _COUNTS:
                if len(buildings) < count + _UNREVIEWED:
                    continue
                point = _point(buildings, count, order, options.draws)
                _tell(disaster, len(buildings), count, order, point)
                if len(buildings) >= _MANY:
                    many[order, count].append(point)
    for (order, count), points in many.items():
        _tell(f"mean of {len(points)}", _MANY, count, order, Point.mean(points))
    return 0


def _tell(name: str, buildings: int, count: int, order: str, point: Point) -> None:
    print(f"{name:<22}{buildings:>10}{count:>9}{order:>8}{point.before.accuracy:>9.3f}"
          f"{point.accuracy:>+8.3f}{point.before.macro_f1:>9.3f}{point.macro_f1:>+8.3f}{point.worst:>+8.3f}"
          f"{point.applied:>9.0%}", flush=True)  # fmt: skip


def _options() -> argparse.Namespace:
    parser = _parser()
    options = parser.parse_args()
    missing = [str(path) for path in options.keep or () if not path.is_file()]
    if missing and len(options.keep) > 1:
        # one network is assessed at a time, into a file of its own: none that is there is replaced
        parser.error(f"--keep: not there: {', '.join(missing)}")
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.adaptation", description=__doc__.splitlines()[0])
    parser.add_argument("xbd", type=Path, nargs="+", help="xBD folders with images/ and labels/")
    parser.add_argument("--model", default="compact", help="bundle with features, or without")
    parser.add_argument("--outlines", choices=("given", "found"), default="given", help="where outlines come from")
    parser.add_argument("--order", nargs="+", choices=("random", "doubt"), default=["random", "doubt"])
    parser.add_argument("--draws", type=int, default=10, help="draws of each number of reviews")
    parser.add_argument("--disaster", nargs="+", help="of the pairs only those of these disasters; default: all")
    parser.add_argument("--keep", type=Path, nargs="+", help="file with the assessments, or several that are there")
    return parser


def _assessed(
    folders: list[Path], model: str, disasters: list[str] | None, *, given: bool
) -> dict[str, KnownBuildings]:
    """Return the buildings of each disaster."""
    found: dict[str, list[KnownBuildings]] = defaultdict(list)
    nothing = ImageOptions("")
    with (
        tempfile.TemporaryDirectory(prefix="xview2-adaptation-") as name,
        Session.of(AssessmentParameters(nothing, nothing, Path("damage.gpkg"), model=model)) as session,
    ):
        for files in (pair for folder in folders for pair in list_pairs(folder)):
            if disasters is not None and files.disaster not in disasters:
                continue
            buildings = known_buildings(files, session, Path(name), given=given)
            if len(buildings):
                found[files.disaster].append(buildings)
    return {disaster: KnownBuildings.joined(parts) for disaster, parts in found.items()}


def _point(known: KnownBuildings, count: int, order: str, draws: int) -> Point:
    answers = list(_draws(known, count, order, draws))
    before = [one for one, _ in answers]
    gains = [after.macro_f1 - old.macro_f1 for old, after in answers]
    return Point(
        Quality(float(np.mean([q.accuracy for q in before])), float(np.mean([q.macro_f1 for q in before]))),
        float(np.mean([after.accuracy - old.accuracy for old, after in answers])),
        float(np.mean(gains)), min(gains), float(np.mean([after is not old for old, after in answers])),
    )  # fmt: skip


def _draws(known: KnownBuildings, count: int, order: str, draws: int) -> Iterator[tuple[Quality, Quality]]:
    """Yield the quality before and after; the same object where nothing was applied."""
    for seed in range(draws):
        reviewed = _reviewed(known.rated, count, order, np.random.default_rng(seed))
        others = np.setdiff1d(np.arange(len(known)), reviewed)
        labels = np.full(len(known), UNLABELLED)
        labels[reviewed] = known.true[reviewed]
        before = Quality.of(known.true[others], known.rated.classes[others])
        try:
            adaptation = adapt(replace(known.rated, labels=labels))
        except InputError:  # one class only
            yield before, before
            continue
        after = Quality.of(known.true[others], adaptation.classes[others]) if adaptation.gain.helps else before
        yield before, after


def _reviewed(rated: RatedBuildings, count: int, order: str, random: np.random.Generator) -> NDArray[np.intp]:
    if order == "random":
        return random.permutation(len(rated))[:count]
    # the least margin first; of those in doubt one looks at some, or all draws would be the same
    highest = np.sort(rated.probabilities, axis=1)
    doubtful = np.argsort(highest[:, -1] - highest[:, -2])[: 2 * count]
    return random.permutation(doubtful)[:count]


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))


def _keep(path: Path, known: dict[str, KnownBuildings]) -> None:
    fields = {
        f"{disaster}/{name}": values
        for disaster, part in known.items()
        for name, values in ({**vars(part.rated), "true": part.true}).items()
    }
    np.savez_compressed(path, **fields)


def _kept(paths: Sequence[Path]) -> dict[str, KnownBuildings]:
    """Return the buildings of each disaster; of two networks that know of one, the later file counts."""
    parts: dict[str, dict[str, NDArray[np.generic]]] = defaultdict(dict)
    for path in paths:
        with np.load(path, allow_pickle=False) as fields:
            for key in fields:
                disaster, name = key.split("/")
                parts[disaster][name] = fields[key]
    return {
        disaster: KnownBuildings(RatedBuildings(**{k: v for k, v in part.items() if k != "true"}), part["true"])
        for disaster, part in parts.items()
    }  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
