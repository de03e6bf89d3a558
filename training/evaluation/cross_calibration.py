"""Cross-calibration: what a calibration gives on pairs that it was not fitted to.

A calibration is measured too well on its own pairs: it knows how frequent the classes are there. Here the pairs of one
run are scaled and weighted by what all other pairs say. Where a run left a disaster out, this tells what probabilities
are worth in one that nobody has seen.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.scoring.challenge import Score

from ..section import ConfigurationError
from .calibration import ClassSamples, Scaling, fit_scaling, for_shares, joined, reliability
from .decision_search import NOTHING_SETTLED, Settled, best_class_weights
from .found import Found, joined_found
from .outlined_pixels import OutlinedPixels
from .pair_prediction import PairPrediction


@dataclass(frozen=True)
class OutlinedPairs:
    """Pairs that a run held back, with what its network says of them.

    Attributes:
        pixels: of each pair, by what distinguishes it from all others.
    """

    pixels: dict[Hashable, OutlinedPixels]

    @staticmethod
    def of(
        identities: Iterable[Hashable], pairs: Iterable[PairPrediction], decision: ObjectVote, gsd_m: float
    ) -> OutlinedPairs:
        """Find the outlines of pairs, which are gone through once and one by one, so that they may lie on disk."""
        named = zip(identities, pairs, strict=True)
        return OutlinedPairs({name: OutlinedPixels.of(pair, decision, gsd_m) for name, pair in named})

    def without(self, others: OutlinedPairs) -> OutlinedPairs:
        """Return those of the pairs that others are not."""
        return OutlinedPairs({name: kept for name, kept in self.pixels.items() if name not in others.pixels})

    def found(self, scaling: Scaling | None = None) -> Found:
        """Return the buildings of all pairs, see :meth:`.outlined_pixels.OutlinedPixels.found`."""
        return joined_found([kept.found(scaling) for kept in self.pixels.values()])


@dataclass(frozen=True)
class Unseen:
    """Pairs, measured with a calibration that does not know them.

    Attributes:
        samples: buildings with scaled probabilities.
        score: official score.
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


def measure_unseen(known: Sequence[OutlinedPairs], asked: OutlinedPairs, settled: Settled = NOTHING_SETTLED) -> Unseen:
    """Calibrate on all pairs that are not asked for, and return what that gives on those that are.

    Args:
        known: pairs by runs, none twice; those of ``asked`` may be among them, by this or by another network.
        asked: the pairs to measure.
        settled: class weights or shares that are not to be chosen; the outlines are found already.

    Raises:
        ConfigurationError: there is no labelled building elsewhere.
    """
    others = [pairs.without(asked) for pairs in known]
    samples = joined_found([pairs.found() for pairs in others]).samples
    if not len(samples):
        raise ConfigurationError("no labelled building was found in the pairs of the other runs")
    scaling = fit_scaling(samples)
    if settled.class_shares:
        scaling = for_shares(scaling, samples.labels, settled.class_shares)
    weights = settled.class_weights or best_class_weights(joined_found([pairs.found(scaling) for pairs in others]))
    found = asked.found(scaling)
    return Unseen(found.samples, found.score(weights))


def pooled(parts: Sequence[Unseen]) -> Unseen:
    """Count all parts together."""
    score = Score()
    for part in parts:
        score.include(part.score)
    return Unseen(joined([part.samples for part in parts]), score)
