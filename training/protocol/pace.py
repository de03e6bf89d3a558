"""The pace of a run: how many steps fit into a time, by trying a few."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from ..fit.fitting import fit
from ..run.configuration import Configuration

_FEW, _MORE = 3, 11  # steps; what comes before the first one is the same for both


def steps_within(config: Configuration, minutes: float) -> int:
    """Return how many steps of a run take so many minutes on this machine, at least one.

    Args:
        config: the run; nothing is written into its folder.
        minutes: without validation.

    Raises:
        TrainingError: the run cannot begin, see :func:`.fitting.fit`.
    """
    step = (_seconds(config, _MORE) - _seconds(config, _FEW)) / (_MORE - _FEW)
    return max(1, int(60 * minutes / max(step, 1e-3)))


def _seconds(config: Configuration, steps: int) -> float:
    with tempfile.TemporaryDirectory(prefix="xview2-pace-") as folder:
        changes = {"folder": Path(folder), "steps": steps, "epochs": None, "keep_every": None}
        trial = config.model_copy(update={"run": config.run.model_copy(update=changes)})
        begun = time.perf_counter()
        fit(trial, progress=False)
        return time.perf_counter() - begun
