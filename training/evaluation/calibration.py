"""Calibration: whether 80 % sure means right in 80 % of the cases, and one number that makes it so.

Reliability bins and the expected calibration error of the most probable class, temperature scaling: Guo et al. 2017,
*On Calibration of Modern Neural Networks*. Samples are buildings or pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar

from xview2_qgis.engine.scoring.reliability import Reliability, reliability_of

_LEAST = 1e-12  # a probability of zero has no logarithm
_RANGE = (-3.0, 3.0)  # of the logarithm: temperatures from 0.05 to 20


@dataclass(frozen=True)
class Scaling:
    """How scores become calibrated: divided by a temperature, then moved by one number for each class.

    Attributes:
        temperature: above 1 softens.
        offsets: added to the scores of the four classes. Crops that show rare classes more often than the world does
            teach a network too high an opinion of them; these take it back (a bias as in vector scaling, Guo et al.).
    """

    temperature: float = 1.0
    offsets: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class ClassSamples:
    """Predicted class probabilities and the truth.

    Attributes:
        probabilities: float64 (N, C); rows sum to 1.
        labels: index of the true class, 0…C-1, int64 (N,).
    """

    probabilities: NDArray[np.float64]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    def at(self, temperature: float) -> ClassSamples:
        """Return the samples with softened (above 1) or sharpened (below 1) probabilities."""
        return self.scaled(Scaling(temperature))

    def scaled(self, scaling: Scaling) -> ClassSamples:
        """Return the samples with scaled probabilities; C is 4 where there are offsets."""
        logarithms = np.log(np.maximum(self.probabilities, _LEAST)) / scaling.temperature
        if any(scaling.offsets):
            logarithms += np.asarray(scaling.offsets)
        powers = np.exp(logarithms - logarithms.max(axis=1, keepdims=True))
        return ClassSamples(powers / powers.sum(axis=1, keepdims=True), self.labels)

    @property
    def negative_log_likelihood(self) -> float:
        """Mean negative logarithm of the probability of the true class, in nats."""
        true = self.probabilities[np.arange(len(self)), self.labels]
        return float(-np.log(np.maximum(true, _LEAST)).mean())


@dataclass(frozen=True)
class Calibration:
    """Calibration before and after temperature scaling, on the samples on which the temperature was fitted."""

    samples: int
    temperature: float
    before: Reliability
    after: Reliability

    def as_dict(self) -> dict[str, float | int | list[list[float]]]:
        """Return the figures and the bins (count, confidence, accuracy) before scaling."""
        bins = np.stack([self.before.counts, self.before.confidence, self.before.accuracy], axis=1)
        return {
            "samples": self.samples,
            "expected_calibration_error": self.before.expected_error,
            "maximum_calibration_error": self.before.largest_error,
            "temperature": self.temperature,
            "expected_calibration_error_scaled": self.after.expected_error,
            "bins": bins.tolist(),
        }


def reliability(samples: ClassSamples, bins: int = 15) -> Reliability:
    """Sort samples into bins of the probability of their most probable class, see :func:`reliability_of`."""
    right = samples.probabilities.argmax(axis=1) == samples.labels
    return reliability_of(samples.probabilities.max(axis=1, initial=0.0), right, bins)


def fit_temperature(samples: ClassSamples) -> float:
    """Return the temperature, 0.05 to 20, at which the negative log-likelihood is least.

    The likelihood is convex in 1/temperature, so there is one minimum. Where every sample is right, sharper is always
    better, and the lowest temperature comes out.

    Raises:
        ValueError: there are no samples.
    """
    if not len(samples):
        raise ValueError("no samples to fit a temperature to")
    found = minimize_scalar(
        lambda t: samples.at(float(np.exp(t))).negative_log_likelihood, bounds=_RANGE, options={"xatol": 1e-6}
    )
    return float(np.exp(found.x))


def fit_scaling(samples: ClassSamples) -> Scaling:
    """Return temperature and offsets at which the negative log-likelihood is least.

    The likelihood is convex in 1/temperature and the offsets. The first class that occurs has the offset 0, the others
    are relative to it. A class that does not occur keeps the offset 0, and the temperature stays within 0.05 to 20.

    Raises:
        ValueError: there are no samples.
    """
    if not len(samples):
        raise ValueError("no samples to fit a scaling to")
    moved = np.bincount(samples.labels, minlength=4)[:4] > 0
    moved[moved.argmax()] = False

    def scaling(numbers: NDArray[np.float64]) -> Scaling:
        none, minor, major, destroyed = np.where(moved, numbers[1:], 0.0).tolist()
        return Scaling(float(np.exp(numbers[0])), (none, minor, major, destroyed))

    found = minimize(
        lambda numbers: samples.scaled(scaling(numbers)).negative_log_likelihood,
        np.zeros(5),
        method="L-BFGS-B",
        bounds=[_RANGE, *[(-6.0, 6.0)] * 4],
    )
    return scaling(found.x)


def for_shares(scaling: Scaling, labels: NDArray[np.int64], shares: tuple[float, float, float, float]) -> Scaling:
    """Return a scaling for places where the classes are otherwise frequent than among samples.

    By Bayes' rule a probability changes with the ratio of both frequencies: Saerens et al. 2002, *Adjusting the Outputs
    of a Classifier to New a Priori Probabilities*. A class that does not occur among the samples keeps its offset.

    Args:
        scaling: what was fitted to the samples.
        labels: their classes, 0…3, int64 (N,).
        shares: of the four classes where the scaling will be used, above 0; they need not add up to 1.

    Raises:
        ValueError: there are no samples.
    """
    counts = np.bincount(labels, minlength=4)[:4]
    occurs = counts > 0
    if not occurs.any():
        raise ValueError("no samples that say how frequent the classes are")
    ratios = np.log(np.asarray(shares)[occurs] / counts[occurs])
    offsets = np.array(scaling.offsets)
    offsets[occurs] += ratios - ratios[0]  # the first class that occurs stays where it is, as when a scaling is fitted
    none, minor, major, destroyed = offsets.tolist()
    return Scaling(scaling.temperature, (none, minor, major, destroyed))


def calibrate(samples: ClassSamples, bins: int = 15) -> Calibration:
    """Fit a temperature and return the calibration before and after.

    Raises:
        ValueError: there are no samples.
    """
    temperature = fit_temperature(samples)
    after = reliability(samples.at(temperature), bins)
    return Calibration(len(samples), temperature, reliability(samples, bins), after)


def joined(parts: list[ClassSamples]) -> ClassSamples:
    """Put samples of several images together."""
    empty = ClassSamples(np.empty((0, 4)), np.empty(0, np.int64))
    parts = parts or [empty]
    return ClassSamples(np.concatenate([p.probabilities for p in parts]), np.concatenate([p.labels for p in parts]))
