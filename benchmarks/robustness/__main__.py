"""``python -m benchmarks.robustness``: what displaced images and other light do to a result, as two tables.

Pairs with damage are distorted on purpose and go through the product. Only buildings and pixels 32 m and more inside
the pre-event image count, so that all rows speak of the same ground.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import geopandas

from training.data.xbd import PairFiles, list_pairs

from .distortion import APPEARANCES, PLACES, Distortion
from .sample import damaged_pairs
from .store import Store
from .table import HEADER, Row
from .trial import Bench, Trial, number_of

_PARTS = {"places": PLACES, "appearances": APPEARANCES, "all": (*PLACES, *APPEARANCES)}


def main() -> int:
    """Run and print a row of the table as soon as it is measured."""
    options = _options()
    pairs = [pair for folder in options.xbd for pair in list_pairs(folder)]
    chosen = damaged_pairs(pairs, geopandas.read_file(options.geo / "truth.gpkg"), options.pairs)
    if not chosen:
        raise SystemExit("no pair with damaged buildings, and a place")
    with tempfile.TemporaryDirectory(prefix="xview2-robustness-") as name:
        store = Store(options.keep or Path(name, "trials"))
        measurement = _Measurement(Bench(options.geo, options.model, Path(name)), store)
        print(HEADER, flush=True)
        rows = []
        for distortion in _PARTS[options.part]:
            rows.append(measurement.row(distortion, chosen))
            print(rows[-1].text(), flush=True)
    if options.json:
        found = {"model": options.model, "names": [p.name for p in chosen], "rows": [row.as_dict() for row in rows]}
        options.json.write_text(json.dumps(found, indent=2), encoding="utf-8")
    return 0


@dataclass(frozen=True)
class _Measurement:
    """Measures what was not kept.

    Attributes:
        bench: assesses.
        store: what was measured already.
    """

    bench: Bench
    store: Store

    def row(self, distortion: Distortion, pairs: list[PairFiles]) -> Row:
        """Return the row of a distortion; the undistorted pairs are measured first."""
        unmoved = [self._trial(pair, PLACES[0]) for pair in pairs]
        trials = [self._trial(pair, distortion) for pair in pairs]
        return Row(distortion, trials, unmoved, [number_of(pair) for pair in pairs])

    def _trial(self, pair: PairFiles, distortion: Distortion) -> Trial:
        before = self.store.buildings(pair.name)
        kept = None if before is None else self.store.trial(pair.name, distortion.name)
        if kept is not None:
            return kept
        print(f"{pair.name}: {distortion.name}", file=sys.stderr, flush=True)
        trial = self.bench.try_out(pair, distortion, before)
        if before is None:
            self.store.keep_buildings(pair.name, self.bench.buildings())
        self.store.keep(pair.name, distortion.name, trial)
        return trial


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.robustness", description=__doc__.splitlines()[0])
    parser.add_argument("xbd", type=Path, nargs="+", help="xBD folders with images/ and labels/")
    parser.add_argument("geo", type=Path, help="folder with <id>_pre.tif, <id>_post.tif and truth.gpkg")
    parser.add_argument("--model", default="compact", help="bundle (default compact)")
    parser.add_argument("--pairs", type=int, default=12, help="number of pairs (default 12)")
    parser.add_argument("--part", choices=_PARTS, default="all", help="which table (default: both)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep what is measured; the next call goes on with it")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
