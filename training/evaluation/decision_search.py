"""ObjectVote search: the thresholds and class weights with the best official score on pairs that were held back.

The damage F1 is a harmonic mean: it is as low as its worst class. Networks that saw few buildings of a class place them
just below the common one, and factors on the class probabilities put that right. That thresholds depend on the damage
is the first place's idea.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product

import numpy as np

from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.scoring.challenge import Score

from ..section import ConfigurationError
from .calibration import Scaling, fit_scaling, for_shares, reliability
from .found import ClassWeights, Found, joined_found
from .outlined_pixels import OutlinedPixels
from .pair_prediction import PairPrediction

#: Building thresholds that are tried, and how much lower they may be where the network sees damage.
THRESHOLDS = (0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
LOWERED = (0.0, 0.1)
#: Scores that differ by less are equally good: on a hundred pairs it is chance which one is higher.
TOLERANCE = 0.005
_FACTOR = 2.0 ** np.arange(-2.0, 2.01, 0.25)  # on the probability of minor, major and destroyed
_PLAIN: ClassWeights = (1.0, 1.0, 1.0, 1.0)
_DRAWS, _SURE = 200, 0.9  # of the bootstrap


@dataclass(frozen=True)
class Settled:
    """What is known before the search: other, more pairs have said so, or what the model is for.

    Attributes:
        class_weights: a fold alone holds too few rare buildings to choose them. They apply to calibrated probabilities,
            which mean the same in every network. None to choose them.
        class_shares: how frequent the four classes are where the model will be used, above 0; None as in the pairs.
        minimum_area_m2: smallest outline.
        building_threshold: building where its probability exceeds this, whatever the damage; None to choose.
    """

    class_weights: ClassWeights | None = None
    class_shares: tuple[float, float, float, float] | None = None
    minimum_area_m2: float = ObjectVote.minimum_area_m2
    building_threshold: float | None = None

    def decisions_to_try(self) -> list[ObjectVote]:
        """Return the decisions of a search, without class weights."""
        area, settled = self.minimum_area_m2, self.building_threshold
        if settled is not None:
            return [ObjectVote(settled, settled, minimum_area_m2=area)]
        tried = product(THRESHOLDS, LOWERED)
        return [ObjectVote(round(t, 3), round(t - less, 3), minimum_area_m2=area) for t, less in tried]


NOTHING_SETTLED = Settled()


@dataclass(frozen=True)
class Choice:
    """A decision and what it gives on the pairs on which it was chosen."""

    decision: ObjectVote
    score: Score


@dataclass(frozen=True)
class Tuning:
    """What is chosen after training, and what it gives on the pairs on which it was chosen.

    Attributes:
        scaling: of the damage scores.
        choice: thresholds and class weights.
        plain: official score without either.
        errors: expected calibration error of the buildings found, before and after scaling to the pairs' own shares of
            the classes.
        losses: mean negative log-likelihood of their classes, before and after the same, in nats. It counts every
            building by how sure the network was, so it distinguishes networks that the score of a hundred rare
            buildings cannot.
    """

    scaling: Scaling
    choice: Choice
    plain: Score
    errors: tuple[float, float]
    losses: tuple[float, float]

    def figures(self) -> dict[str, object]:
        """Return the figures, ready for JSON."""
        return {
            "expected_calibration_error": list(self.errors),
            "log_loss": list(self.losses),
            "before": self.plain.as_dict(),
            "after": self.choice.score.as_dict(),
        }

    def as_dict(self) -> dict[str, object]:
        """Return what ``xview2-export onnx --calibration`` reads, and the figures."""
        return {
            "temperature": self.scaling.temperature,
            "offsets": list(self.scaling.offsets),
            "decision": asdict(self.choice.decision),
            "figures": self.figures(),
        }


def find(pairs: Iterable[PairPrediction], decision: ObjectVote, gsd_m: float) -> Found:
    """Find the buildings of pairs as the engine does: mask, instances, vote.

    Args:
        pairs: what is predicted for them.
        decision: thresholds and least area; its class weights do not matter.
        gsd_m: ground sampling distance in metres.
    """
    return find_all(pairs, [decision], gsd_m)[0]


def find_all(pairs: Iterable[PairPrediction], decisions: Sequence[ObjectVote], gsd_m: float) -> list[Found]:
    """Find the buildings of pairs by several decisions; every pair is taken once, and none is kept."""
    parts: list[list[Found]] = [[] for _ in decisions]
    for pair in pairs:
        for found, decision in zip(parts, decisions, strict=True):
            found.append(OutlinedPixels.of(pair, decision, gsd_m).found())
    return [joined_found(found) for found in parts]


def best_class_weights(found: Found) -> ClassWeights:
    """Return the plainest factors whose damage F1 is as good as the best; 1 for no damage.

    Tried are quarter powers of two. As good is what lies within :data:`TOLERANCE`. Factors must do better than none in
    nine of ten draws of the pairs with replacement (bootstrap, Efron 1979): a few large buildings of a rare class can
    make any factor look good, and other images will not hold them.
    """
    factors = _FACTOR.tolist()
    tried = [(1.0, minor, major, destroyed) for minor, major, destroyed in product(factors, repeat=3)]
    figures = [found.score(weights).damage_f1 for weights in tried]
    least = max(figures) - TOLERANCE
    chosen = min((w for w, figure in zip(tried, figures, strict=True) if figure >= least), key=_departure)
    pairs = len(found.truth)
    draws = np.random.default_rng(0).multinomial(pairs, np.full(pairs, 1 / pairs), _DRAWS)
    better = [found.score(chosen, d).damage_f1 > found.score(_PLAIN, d).damage_f1 for d in draws]
    return chosen if np.mean(better) >= _SURE else _PLAIN


def _departure(class_weights: Sequence[float]) -> float:
    """Return how far class weights are from changing nothing."""
    return float(np.abs(np.log2(class_weights)).sum())


def best_choice(
    decisions: Sequence[ObjectVote], founds: Sequence[Found], class_weights: ClassWeights | None = None
) -> Choice:
    """Return the decision nearest to the plain one whose official score is as good as the best, see ``TOLERANCE``.

    Args:
        decisions: what was tried.
        founds: buildings, one entry for each decision.
        class_weights: those that are settled; None to choose them.
    """
    choices = []
    for decision, found in zip(decisions, founds, strict=True):
        weights = class_weights or best_class_weights(found)
        choices.append(Choice(replace(decision, class_weights=weights), found.score(weights)))
    least = max(c.score.combined for c in choices) - TOLERANCE

    def departure(choice: Choice) -> tuple[float, float]:
        usual, lower = choice.decision.building_threshold, choice.decision.damaged_building_threshold
        return abs(usual - 0.5) + usual - lower, _departure(choice.decision.class_weights)

    return min((c for c in choices if c.score.combined >= least), key=departure)


def calibrate(pairs: Sequence[PairPrediction], gsd_m: float, settled: Settled = NOTHING_SETTLED) -> Tuning:
    """Fit the scaling on the buildings found, then choose the decision with scaled probabilities.

    Args:
        pairs: pairs that the networks have not been trained on. They are gone through twice and one by one, so that
            they may lie on disk (:class:`training.evaluation.prediction_store.PredictionStore`).
        gsd_m: ground sampling distance in metres.
        settled: what is not to be chosen.

    Raises:
        ConfigurationError: no building of the pairs was found.
    """
    usual = ObjectVote(minimum_area_m2=settled.minimum_area_m2)
    found = find(pairs, usual, gsd_m)
    before = found.samples
    if not len(before):
        raise ConfigurationError("no labelled building was found in the pairs that were held back")
    fitted = fit_scaling(before)
    scaling = for_shares(fitted, before.labels, settled.class_shares) if settled.class_shares else fitted
    decisions = settled.decisions_to_try()
    founds = find_all((pair.scaled(scaling) for pair in pairs), decisions, gsd_m)
    after = before.scaled(fitted)
    return Tuning(
        scaling,
        best_choice(decisions, founds, settled.class_weights),
        found.score(_PLAIN),
        (reliability(before).expected_error, reliability(after).expected_error),
        (before.negative_log_likelihood, after.negative_log_likelihood),
    )
