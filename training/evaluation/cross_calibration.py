"""Cross-calibration: what a calibration gives on pairs that it was not fitted to.

A calibration is measured too well on its own pairs. Here each part of the pairs, those of one run for example, is
scaled and weighted by what all other parts say, and counted together with the others. Where a part is a disaster, this
tells what the probabilities are worth in one that nobody has seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.scoring.challenge import Score

from ..section import ConfigurationError
from .calibration import ClassSamples, Scaling, fit_scaling, for_shares, joined, reliability
from .decision_search import NOTHING_SETTLED, Settled, Tuning, best_class_weights
from .outlined_pixels import OutlinedPixels, joined_pixels
from .pair_prediction import PairPrediction


@dataclass(frozen=True)
class Unseen:
    """A part of the pairs, measured with the calibration of all others.

    Attributes:
        samples: its buildings with scaled probabilities.
        score: official score of its pairs.
    """

    samples: ClassSamples
    score: Score

    def as_dict(self) -> dict[str, float | int]:
        """Return the figures: buildings, calibration error and log loss in nats (0 without buildings), official."""
        loss = self.samples.negative_log_likelihood if len(self.samples) else 0.0
        return {
            "buildings": len(self.samples),
            "expected_calibration_error": reliability(self.samples).expected_error,
            "log_loss": loss,
            **self.score.as_dict(),
        }


def cross_calibrate(
    parts: Sequence[Sequence[PairPrediction]], decision: ObjectVote, gsd_m: float, settled: Settled = NOTHING_SETTLED
) -> list[Unseen]:
    """Calibrate each part by the others, and return what that gives.

    Args:
        parts: pairs that the networks have not been trained on, at least two parts. They are gone through once and one
            by one, so that they may lie on disk.
        decision: thresholds and least area, which are the same for all parts, and outlines those before any scaling;
            its class weights do not matter.
        gsd_m: ground sampling distance in metres.
        settled: class weights or shares that are not to be chosen; its least area does not matter.

    Raises:
        ConfigurationError: there is one part only, or no labelled building was found outside a part.
    """
    if len(parts) < 2:
        raise ConfigurationError("a part can be calibrated by the others only where there are two")
    outlined = [OutlinedPixels.of(part, decision, gsd_m) for part in parts]
    measured = []
    for number, part in enumerate(outlined):
        others = joined_pixels([o for place, o in enumerate(outlined) if place != number])
        samples = others.found(Scaling()).samples
        if not len(samples):
            raise ConfigurationError("no labelled building was found in the pairs of the other runs")
        scaling = fit_scaling(samples)
        if settled.class_shares:
            scaling = for_shares(scaling, samples.labels, settled.class_shares)
        weights = settled.class_weights or best_class_weights(others.found(scaling))
        found = part.found(scaling)
        measured.append(Unseen(found.samples, found.score(weights)))
    return measured


def measure(pairs: Iterable[PairPrediction], tuning: Tuning, gsd_m: float) -> Unseen:
    """Return what a calibration gives on other pairs, gone through once: those of disasters that were left out, say.

    Args:
        pairs: pairs that their networks have not been trained on.
        tuning: the calibration, chosen on other pairs.
        gsd_m: ground sampling distance in metres.
    """
    decision = tuning.choice.decision
    found = OutlinedPixels.of(pairs, decision, gsd_m).found(tuning.scaling)
    return Unseen(found.samples, found.score(decision.class_weights))


def pooled(parts: Sequence[Unseen]) -> Unseen:
    """Count all parts together."""
    score = Score()
    for part in parts:
        score.include(part.score)
    return Unseen(joined([part.samples for part in parts]), score)
