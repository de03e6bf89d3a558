"""Multinomial logistic regression that starts from the network's answer.

The logits of a building are ``(1 + g) log p + b + W x``: the network's own log-probabilities p, a gain g, a bias b for
each class and weights W of the building's features x. All of g, b and W have Gaussian priors around 0, so without
labels the answer is the network's, and it moves only as far as labels outweigh the priors. The most probable
parameters are found by Newton's method with conjugate gradients (Nocedal and Wright, *Numerical Optimization*, 7.1);
the problem is convex. Nothing here calls BLAS or LAPACK: their threads wait for each other longer than the few numbers
take, on a busy machine a hundred times longer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from .rated_buildings import CLASSES

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Priors:
    """Standard deviations of the Gaussian priors.

    Attributes:
        gain: of the gain.
        bias: of each bias.
        weight: of each weight.
    """

    gain: float
    bias: float
    weight: float


@dataclass(frozen=True)
class Correction:
    """What is added to the network's logits.

    Attributes:
        gain: g.
        bias: b, float64 (4,).
        weights: W, float64 (D, 4).
    """

    gain: float
    bias: Array
    weights: Array

    def logits(self, log_probabilities: Array, features: Array) -> Array:
        """Return the logits of buildings, float64 (N, 4), from their log-probabilities and features (N, D)."""
        moved: Array = np.einsum("nd,dk->nk", features, self.weights)
        return (1.0 + self.gain) * log_probabilities + self.bias + moved

    def probabilities(self, log_probabilities: Array, features: Array) -> Array:
        """Return the class probabilities of buildings, float64 (N, 4), each row sums to 1."""
        return np.asarray(softmax(self.logits(log_probabilities, features), axis=1))


@dataclass(frozen=True)
class Examples:
    """Labelled buildings, N of them.

    Attributes:
        log_probabilities: of the network, float64 (N, 4).
        features: float64 (N, D).
        labels: classes 0 to 3, int64 (N,).
    """

    log_probabilities: Array
    features: Array
    labels: NDArray[np.int64]

    def part(self, chosen: NDArray[np.bool_]) -> Examples:
        """Return some of them, chosen by a mask (N,)."""
        return Examples(self.log_probabilities[chosen], self.features[chosen], self.labels[chosen])


def fit(examples: Examples, priors: Priors, near: Correction | None = None) -> Correction:
    """Return the most probable correction given labelled buildings; nothing is changed without any.

    Args:
        examples: the labelled buildings.
        priors: how far they may move the network's answer.
        near: where the search begins; it ends at the same place, but sooner from a near one.
    """
    size = examples.features.shape[1]
    nothing = np.zeros(1 + CLASSES + size * CLASSES)
    if not len(examples.labels):
        return _unpacked(nothing, size)
    start = nothing if near is None else packed(near)
    found = minimize(
        lambda values: objective(values, examples, priors), start, jac=True, method="Newton-CG",
        hessp=lambda values, step: curvature(values, step, examples, priors), options={"xtol": 1e-5},
    )  # fmt: skip
    return _unpacked(np.asarray(found.x, np.float64), size)


def objective(packed: Array, examples: Examples, priors: Priors) -> tuple[float, Array]:
    """Return the negative logarithm of likelihood and priors, but for constants, and its gradient.

    Args:
        packed: gain, biases and weights behind each other, float64 (1 + 4 + 4 D,).
        examples: what is known.
        priors: the priors.
    """
    one = _unpacked(packed, examples.features.shape[1])
    logs = log_softmax(one.logits(examples.log_probabilities, examples.features), axis=1)
    rows = np.arange(len(examples.labels))
    residual = np.exp(logs)
    residual[rows, examples.labels] -= 1.0
    value = (
        -logs[rows, examples.labels].sum()
        + 0.5 * (one.gain / priors.gain) ** 2
        + 0.5 * np.sum((one.bias / priors.bias) ** 2)
        + 0.5 * np.sum((one.weights / priors.weight) ** 2)
    )
    return float(value), _gradient(residual, one, examples, priors)


def curvature(packed: Array, step: Array, examples: Examples, priors: Priors) -> Array:
    """Return the second derivative of :func:`objective` times a step; both packed as there."""
    size = examples.features.shape[1]
    one, moved = _unpacked(packed, size), _unpacked(step, size)
    shares = one.probabilities(examples.log_probabilities, examples.features)
    change = moved.logits(examples.log_probabilities, examples.features) - examples.log_probabilities
    residual = shares * (change - (shares * change).sum(axis=1, keepdims=True))
    return _gradient(residual, moved, examples, priors)


def packed(correction: Correction) -> Array:
    """Return a correction as :func:`objective` takes it."""
    return np.concatenate([[correction.gain], correction.bias, correction.weights.ravel()])


def _gradient(residual: Array, one: Correction, examples: Examples, priors: Priors) -> Array:
    """Return what residuals (N, 4) of the logits and the priors pull at, packed."""
    gain = (residual * examples.log_probabilities).sum() + one.gain / priors.gain**2
    bias = residual.sum(axis=0) + one.bias / priors.bias**2
    weights = np.einsum("nd,nk->dk", examples.features, residual) + one.weights / priors.weight**2
    return np.concatenate([[gain], bias, weights.ravel()])


def _unpacked(values: Array, size: int) -> Correction:
    return Correction(float(values[0]), values[1 : 1 + CLASSES], values[1 + CLASSES :].reshape(size, CLASSES))
