"""What the adaptation is worth: measured on reviewed buildings that it was not fitted to.

The labels are divided into parts in which the classes are as frequent as in all of them; each part is rated by what the
others say, and compared with what the model had said of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .rated_buildings import CLASSES
from .regression import Correction, Examples

_PARTS = 10
_REPEATS = 3
_SEED = 20_260_101  # the same labels give the same answer


@dataclass(frozen=True)
class Quality:
    """How often classes are right.

    Attributes:
        accuracy: share of the buildings with the right class, 0 to 1.
        macro_f1: mean of the F1 of the classes that reviewers gave, 0 to 1; rare classes count as much as others.
    """

    accuracy: float
    macro_f1: float

    @classmethod
    def of(cls, labels: NDArray[np.int64], answers: NDArray[np.int64]) -> Quality:
        """Return the quality of answers (N,) to labels (N,), classes 0 to 3."""
        table = np.bincount(labels * CLASSES + answers, minlength=CLASSES**2).reshape(CLASSES, CLASSES)
        given = table.sum(axis=1)
        scores = 2.0 * table.diagonal() / np.maximum(given + table.sum(axis=0), 1)
        return cls(float(table.trace() / max(len(labels), 1)), float(scores[given > 0].mean()) if len(labels) else 0.0)


@dataclass(frozen=True)
class Gain:
    """What the adaptation changes, on the reviewed buildings.

    Attributes:
        labels: reviewed buildings that it was measured on.
        before: of the model.
        after: of the adaptation, each building rated without its own label.
    """

    labels: int
    before: Quality
    after: Quality

    @property
    def accuracy(self) -> float:
        """Accuracy won."""
        return self.after.accuracy - self.before.accuracy

    @property
    def macro_f1(self) -> float:
        """Macro F1 won."""
        return self.after.macro_f1 - self.before.macro_f1

    @property
    def helps(self) -> bool:
        """Whether it is worth applying: neither figure falls, and one of them rises."""
        return min(self.accuracy, self.macro_f1) >= 0.0 and max(self.accuracy, self.macro_f1) > 0.0


def measured_gain(
    examples: Examples,
    model: NDArray[np.int64],
    offset: NDArray[np.float64],
    fitted: Callable[[Examples], Correction],
) -> Gain:
    """Return what the adaptation would change on buildings that it does not know.

    Args:
        examples: the labelled buildings, N of them.
        model: the model's classes of the same, int64 (N,).
        offset: what the decision adds to the logits, float64 (4,).
        fitted: fits a correction to labelled buildings.
    """
    labels = examples.labels
    generator = np.random.default_rng(_SEED)
    after = []
    for _ in range(_REPEATS):
        parts = stratified_parts(labels, min(_PARTS, len(labels)), generator)
        answers = np.zeros_like(labels)
        for part in np.unique(parts):
            left_out = parts == part
            correction = fitted(examples.part(~left_out))
            known = examples.part(left_out)
            answers[left_out] = (correction.logits(known.log_probabilities, known.features) + offset).argmax(axis=1)
        after.append(Quality.of(labels, answers))
    return Gain(
        len(labels),
        Quality.of(labels, model),
        Quality(float(np.mean([q.accuracy for q in after])), float(np.mean([q.macro_f1 for q in after]))),
    )


def stratified_parts(labels: NDArray[np.int64], count: int, generator: np.random.Generator) -> NDArray[np.intp]:
    """Return the part 0 … ``count`` - 1 of each building, intp (N,): every class is spread over the parts."""
    order = np.lexsort((generator.random(len(labels)), labels))
    parts = np.empty(len(labels), np.intp)
    parts[order] = (np.arange(len(labels)) + generator.integers(count)) % count
    return parts
