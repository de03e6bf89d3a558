"""How cuDNN's algorithms for convolutions are chosen on CUDA: by its rules, or by trying all where that pays.

Trying all takes seconds and gigabytes whenever networks are loaded, and is worth it where their runs get shorter by
more than that. From how many tiles on it is so is measured once for a GPU and a model. Algorithms differ in their
rounding, so results of the two ways can differ by a last bit of the probabilities.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from ...errors import EngineError
from ..measurements import Measurements

#: Values of ONNX Runtime's ``cudnn_conv_algo_search``.
Search = Literal["HEURISTIC", "EXHAUSTIVE"]
#: Tiles from which on a run is long, and worth a measurement.
LONG_RUN = 50

_RUNS = 3  # timed after a first one; the fastest counts
_WORTH = 0.05  # of the time of a run: less may be chance
_NEVER = 1e12  # tiles
_FILE = "cudnn-search.json"


@dataclass(frozen=True)
class SearchTrial:
    """What is timed.

    Attributes:
        opened: loads the networks with a search, and returns what runs them on a batch; while that lives, so do they.
        batch: tiles of the batch.
        clock: seconds.
    """

    opened: Callable[[Search], Callable[[], object]]
    batch: int
    clock: Callable[[], float] = time.perf_counter


def choose_search(tiles: int, parts: Sequence[str], trial: SearchTrial) -> Search:
    """Return the search for a run of so many tiles; measured where nobody did so before.

    Args:
        tiles: of a long run, at most.
        parts: what the measurement depends on: GPU, ONNX Runtime, model, batch.
        trial: what is timed.
    """
    try:
        least = Measurements(_FILE).of(parts, lambda: _worthwhile_tiles(trial))
    except EngineError:  # too little memory now; anything else is told when the networks are loaded
        return "HEURISTIC"
    return "EXHAUSTIVE" if tiles >= least else "HEURISTIC"


def _worthwhile_tiles(trial: SearchTrial) -> float:
    """Return the tiles of a run from which on trying all algorithms makes it shorter."""
    usual_begin, usual = _seconds(trial, "HEURISTIC")
    thorough_begin, thorough = _seconds(trial, "EXHAUSTIVE")
    if thorough > usual * (1 - _WORTH):
        return _NEVER
    saved = (usual - thorough) / trial.batch
    return max((thorough_begin - usual_begin) / saved, 1.0)


def _seconds(trial: SearchTrial, search: Search) -> tuple[float, float]:
    """Return the seconds until the end of the first run, loading included, and those of a later run."""
    begun = trial.clock()
    run = trial.opened(search)
    run()
    first = trial.clock() - begun
    later = []
    for _ in range(_RUNS):
        begun = trial.clock()
        run()
        later.append(trial.clock() - begun)
    return first, min(later)
