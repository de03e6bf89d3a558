"""A result against a reference: all figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..language.remark import Remark
from .buildings import Plane, Predicted, Reference
from .challenge import IGNORED, Confusion, Score
from .matching import Pairs, match_points, match_polygons
from .object_score import MatchedClasses, ObjectScore
from .pixels import score_pixels
from .reliability import Reliability, reliability_of

#: Bins of the reliability, each a tenth wide.
BINS = 10


@dataclass(frozen=True)
class Comparison:
    """Figures of a result against a reference.

    Attributes:
        pixels: as the challenge scores; None against points.
        objects: of buildings.
        reliability: of the model's likeliest class, over found buildings whose true class is known.
        predicted: buildings of the result in the scored area.
        actual: buildings of the reference there.
        merged: points of the reference in an outline that another point stands for already.
        area_km2: scored area.
        notes: what was assumed or left out.
    """

    pixels: Score | None
    objects: ObjectScore
    reliability: Reliability
    predicted: int
    actual: int
    merged: int
    area_km2: float
    notes: tuple[Remark, ...]


def compare(plane: Plane, predicted: Predicted, reference: Reference) -> Comparison:
    """Compare buildings on a plane."""
    if reference.points:
        pairs = match_points(predicted.shapes, reference.shapes, reference.classes)
    else:
        pairs = match_polygons(predicted.shapes, reference.shapes)
    return Comparison(
        None if reference.points else score_pixels(plane, predicted, reference),
        _objects(pairs, predicted, reference),
        _reliability(pairs, predicted, reference),
        len(predicted.shapes),
        len(reference.shapes) - len(pairs.merged),
        len(pairs.merged),
        float(plane.area.area) / 1e6,
        reference.notes,
    )


def _objects(pairs: Pairs, predicted: Predicted, reference: Reference) -> ObjectScore:
    score = ObjectScore()
    missed = np.delete(reference.classes, np.concatenate([pairs.actual, pairs.merged]))
    invented = np.delete(predicted.classes, pairs.predicted)
    score.localization.include(Confusion(len(pairs.actual), len(invented), len(missed)))
    actual, given = reference.classes[pairs.actual], predicted.classes[pairs.predicted]
    score.count(MatchedClasses(actual, given, missed, invented))
    return score


def _reliability(pairs: Pairs, predicted: Predicted, reference: Reference) -> Reliability:
    likely, true = predicted.probabilities[pairs.predicted], reference.classes[pairs.actual]
    if likely.shape[1] != 4:
        return reliability_of(np.empty(0), np.empty(0, bool), BINS)
    known = (true != IGNORED) & np.isfinite(likely).all(axis=1)
    likely, true = likely[known], true[known]
    return reliability_of(likely.max(axis=1), likely.argmax(axis=1) + 1 == true, BINS)
