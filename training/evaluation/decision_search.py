"""ObjectVote search: the thresholds and class weights with the best official score on pairs that were held back.

The damage F1 is a harmonic mean: it is as low as its worst class. Networks that saw few buildings of a class place them
just below the common one, and factors on the class probabilities put that right. That thresholds depend on the damage
is the first place's idea.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from xview2_qgis.engine.buildings.instances import separate
from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.decision.vote import Pixels
from xview2_qgis.engine.scoring.challenge import Confusion, Score

from ..labels import IGNORED
from ..section import ConfigurationError
from .calibration import ClassSamples, Scaling, fit_scaling, for_shares, reliability
from .pair_prediction import PairPrediction

#: Building thresholds that are tried, and how much lower they may be where the network sees damage.
THRESHOLDS = (0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
LOWERED = (0.0, 0.1)
#: Scores that differ by less are equally good: on a hundred pairs it is chance which one is higher.
TOLERANCE = 0.005
_FACTOR = 2.0 ** np.arange(-2.0, 2.01, 0.25)  # on the probability of minor, major and destroyed
ClassWeights = tuple[float, float, float, float]

_PLAIN: ClassWeights = (1.0, 1.0, 1.0, 1.0)
_DRAWS, _SURE = 200, 0.9  # of the bootstrap
_UNCLASSIFIED = 5  # column of buildings without a class


@dataclass(frozen=True)
class Found:
    """Buildings found in some pairs.

    Attributes:
        probabilities: mean class probabilities of each, as the engine's vote takes them, float64 (N, 4).
        pixels: of each building by what is true there: background, 1…4, no class; int64 (N, 6).
        owners: which pair each building lies in, int64 (N,).
        truth: pixels of each pair by what is true there, int64 (P, 6).
    """

    probabilities: NDArray[np.float64]
    pixels: NDArray[np.int64]
    owners: NDArray[np.int64]
    truth: NDArray[np.int64]

    @property
    def samples(self) -> ClassSamples:
        """Buildings of which more than half lies on labelled ones, with the class that most of their pixels have."""
        labelled = self.pixels[:, 1:5]
        on_one = 2 * labelled.sum(1) > self.pixels.sum(1)
        return ClassSamples(self.probabilities[on_one], labelled[on_one].argmax(1).astype(np.int64))

    def score(self, class_weights: ClassWeights, copies: NDArray[np.int64] | None = None) -> Score:
        """Return the official score when the largest weighted probability gives the class.

        Args:
            class_weights: factors on the four probabilities.
            copies: how often each pair counts, int64 (P,); once by default.
        """
        given = ObjectVote(class_weights=class_weights).winner(self.probabilities.T) - 1
        pixels, truth = self.pixels, self.truth.sum(0)
        if copies is not None:
            pixels, truth = pixels * copies[self.owners, None], copies @ self.truth
        table = np.stack([pixels[given == c].sum(0) for c in range(4)])
        found, true = table.sum(), truth[1:].sum()
        hit = table[:, 1:].sum()
        damage = []
        for c in range(4):
            right = int(table[c, c + 1])
            damage.append(Confusion(right, int(table[c, 1:5].sum()) - right, int(truth[c + 1]) - right))
        return Score(Confusion(int(hit), int(found - hit), int(true - hit)), tuple(damage))


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
    parts = [[_empty(0)] for _ in decisions]
    for index, pair in enumerate(pairs):
        for found, decision in zip(parts, decisions, strict=True):
            found.append(_find_in(pair, index, decision, gsd_m))
    return [_joined(found) for found in parts]


def _empty(pairs: int) -> Found:
    return Found(
        np.empty((0, 4)), np.empty((0, 6), np.int64), np.empty(0, np.int64), np.zeros((pairs, 6), np.int64)
    )  # fmt: skip


def _joined(parts: Sequence[Found]) -> Found:
    return Found(
        np.concatenate([p.probabilities for p in parts]),
        np.concatenate([p.pixels for p in parts]),
        np.concatenate([p.owners for p in parts]),
        np.concatenate([p.truth for p in parts]),
    )


def outlines_in(
    pair: PairPrediction, decision: ObjectVote, gsd_m: float
) -> Iterator[tuple[tuple[slice, slice], NDArray[np.int32], int]]:
    """Yield the outlines of a pair as the engine finds them, those that touch together.

    Yields:
        Rows and columns of a part of the pair, the number of the outline of each pixel in it (0 for none), and how many
        there are.
    """
    smallest = max(int(decision.minimum_area_m2 / gsd_m**2), 1)
    mask = decision.building_mask(pair.building, pair.damage)
    _, numbers, boxes, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    for number, (left, top, width, height, area) in enumerate(boxes.tolist()):
        if number and area >= smallest:
            part = np.s_[top : top + height, left : left + width]
            labels, count = separate(numbers[part] == number, pair.building[part], smallest)
            yield part, labels, count


def true_values(pair: PairPrediction) -> NDArray[np.uint8]:
    """Return what is true of each pixel: background, 1…4, or 5 for no class, uint8 (H, W)."""
    return np.where(pair.truth == IGNORED, np.uint8(_UNCLASSIFIED), pair.truth)


def _find_in(pair: PairPrediction, index: int, decision: ObjectVote, gsd_m: float) -> Found:
    """Find the buildings of one pair, whose number is ``index``."""
    true = true_values(pair)
    truth = np.bincount(true.ravel(), minlength=6).astype(np.int64)[None]
    parts = [replace(_empty(0), truth=truth)]
    for part, labels, count in outlines_in(pair, decision, gsd_m):
        pixels = Pixels(pair.building[part], pair.damage[(slice(None), *part)], np.ones(labels.shape, bool))
        inside = labels > 0
        counts = np.bincount((labels[inside] - 1) * 6 + true[part][inside], minlength=6 * count)
        probabilities = np.array([v.probabilities for v in decision.classify(labels, count, pixels)])
        owners = np.full(count, index, np.int64)
        parts.append(Found(probabilities, counts.reshape(count, 6).astype(np.int64), owners, truth[:0]))
    return _joined(parts)


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
