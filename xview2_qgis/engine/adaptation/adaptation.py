"""The adaptation of a result to its event: what is fitted, what it is worth, what becomes of the other buildings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ...protocol.codes import ErrorCode
from ..errors import InputError
from .cross_validation import Gain, measured_gain
from .decision_offset import decision_offset
from .principal_components import described
from .rated_buildings import RatedBuildings
from .regression import Examples, Priors, fit

#: Fewer labels say nothing that a cross-validation could confirm.
FEWEST_LABELS = 10
#: More labels change nothing any more, but cost time; of more, so many are drawn.
MOST_LABELS = 2_000
#: How far labels may move what the network says; docs/adaptation.md has the measurements.
PRIORS = Priors(gain=0.2, bias=0.8, weight=0.6)
_SEED = 20_260_101


@dataclass(frozen=True)
class Adaptation:
    """Buildings rated anew, N of them, and what that is worth.

    Attributes:
        rows: of the layer, int64 (N,).
        classes: 0 (no damage) to 3 (destroyed), int64 (N,).
        confidence: probability of the class given, float64 (N,).
        gain: measured on the reviewed buildings.
        changed: buildings whose class is another than the model's.
    """

    rows: NDArray[np.int64]
    classes: NDArray[np.int64]
    confidence: NDArray[np.float64]
    gain: Gain
    changed: int


def adapt(buildings: RatedBuildings) -> Adaptation:
    """Fit a correction to the labelled buildings and rate all of them with it.

    Args:
        buildings: all buildings that the model gave a class, labelled ones among them.

    Raises:
        InputError: there are too few labels, or of one class only (``few-reviews``).
    """
    chosen = _chosen(buildings)
    logs, offset = buildings.log_probabilities, decision_offset(buildings.log_probabilities, buildings.classes)
    features = described(buildings)
    examples = Examples(logs[chosen], features[chosen], buildings.labels[chosen])
    correction = fit(examples, PRIORS)
    gain = measured_gain(examples, buildings.classes[chosen], offset, partial(fit, priors=PRIORS, near=correction))
    probabilities = correction.probabilities(logs, features)
    classes = (correction.logits(logs, features) + offset).argmax(axis=1)
    confidence = probabilities[np.arange(len(classes)), classes]
    return Adaptation(buildings.rows, classes, confidence, gain, int((classes != buildings.classes).sum()))


def _chosen(buildings: RatedBuildings) -> NDArray[np.intp]:
    """Return the labelled buildings that are used."""
    labelled = buildings.labelled
    if len(labelled) < FEWEST_LABELS:
        raise InputError(
            f"{len(labelled)} buildings are reviewed, which is too few to adapt to",
            f"review at least {FEWEST_LABELS}, drawn at random or where the model is in doubt", ErrorCode.FEW_REVIEWS,
        )  # fmt: skip
    if len(np.unique(buildings.labels[labelled])) < 2:
        raise InputError(
            "all reviewed buildings have the same class", "review buildings of another class, too",
            ErrorCode.FEW_REVIEWS,
        )  # fmt: skip
    if len(labelled) > MOST_LABELS:
        labelled = np.sort(np.random.default_rng(_SEED).choice(labelled, MOST_LABELS, replace=False))
    return labelled
