"""Cross-validation: trains what is not trained yet, measures what is not measured yet, and pools all parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from ..evaluation.pair_scores import score_pairs
from ..evaluation.prediction import Predictor
from ..evaluation.score_table import PairScore
from ..fit.fitting import fit
from ..fit.validation import Validation
from ..run.checkpoint import load_network
from ..run.configuration import Configuration
from ..run.folder import configuration_file, read_configuration
from .pace import steps_within
from .parts import Part
from .stored_scores import read_scores, write_scores


@dataclass(frozen=True)
class Measured:
    """Scores of all parts.

    Attributes:
        pairs: of each pair that some run held back, by both images.
        post_only: of the same by the post-event image alone; empty where the runs were not trained for it.
    """

    pairs: list[PairScore]
    post_only: list[PairScore]


def cross_validate(
    config: Configuration,
    parts: Sequence[Part],
    minutes: float | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> Measured:
    """Train and measure all parts, and return their scores. What an earlier call did is not done again.

    Args:
        config: common to all runs; they lie in folders below its own.
        parts: what each run holds back.
        minutes: time of each run, which then sets its steps; those of the first run are those of all.
        say: told what is being done, a line each.

    Raises:
        TrainingError: a run cannot go on or be measured.
    """
    alone = _trained_for_post_only(config)
    pairs: list[PairScore] = []
    post_only: list[PairScore] = []
    for number, part in enumerate(parts, start=1):
        say(f"part {number} of {len(parts)}: {part.name}")
        run = part.of(_with_steps(config, parts, minutes))
        checkpoint = fit(run, resume=True)
        pairs += _scores(run, checkpoint, run.run.folder / "pair-scores.jsonl", post_only=False)
        if alone:
            post_only += _scores(run, checkpoint, run.run.folder / "post-only-scores.jsonl", post_only=True)
    return Measured(pairs, post_only)


def _with_steps(config: Configuration, parts: Sequence[Part], minutes: float | None) -> Configuration:
    """Return the configuration with the length that the first run has, or is to have."""
    if minutes is None:
        return config
    first = parts[0].of(config)
    stored = configuration_file(first.run.folder)
    steps = read_configuration(stored).run.steps if stored.is_file() else None
    changes = {"steps": steps or steps_within(first, minutes), "epochs": None}
    return config.model_copy(update={"run": config.run.model_copy(update=changes)})


def _trained_for_post_only(config: Configuration) -> bool:
    return config.sampling.post_only_share > 0 or any(said.post_only for said in config.data.train)


def _scores(run: Configuration, checkpoint: Path, stored: Path, post_only: bool) -> list[PairScore]:
    """Return the scores of a run on what it held back, measured, or read where they are newer than the checkpoint."""
    if not stored.is_file() or stored.stat().st_mtime_ns < checkpoint.stat().st_mtime_ns:
        write_scores(stored, _measured(run, checkpoint, post_only))
    return read_scores(stored)


def _measured(run: Configuration, checkpoint: Path, post_only: bool) -> Iterator[PairScore]:
    validation = Validation.of(run)
    if validation is None:
        raise ValueError(f"{run.run.folder}: nothing is held back")
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    localization = validation.localization
    predictor = Predictor(load_network(checkpoint, device), None if localization is None else localization.to(device))
    return score_pairs(replace(predictor, post_only=post_only), validation.files)
