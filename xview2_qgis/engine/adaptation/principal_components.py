"""The features of buildings in a few numbers: principal components of what the network saw, and the area.

A network has more features than a person reviews buildings. The directions in which the buildings of this result differ
most are found without any label; each component keeps a scale that falls with its rank, so that the prior of the
regression trusts the leading ones more.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from .rated_buildings import RatedBuildings

Real = TypeVar("Real", np.float32, np.float64)

#: So many components are kept.
COMPONENTS = 32
_LEAST_SPREAD = 1e-6
# they stand for all where there are more; their covariance is then as good, and sooner there
_MOST_ROWS = 20_000


def described(buildings: RatedBuildings) -> NDArray[np.float64]:
    """Return what the regression knows of each building beside its probabilities, float64 (N, D); 0 is the average.

    Buildings without features, or with values that are no numbers, lie at the average: only what holds for all
    buildings changes them.
    """
    logs = np.log(np.where(buildings.areas_m2 > 0, buildings.areas_m2, np.nan))[:, None]
    return np.hstack([_components(buildings.features), standardised(logs)])


def standardised(values: NDArray[Real]) -> NDArray[Real]:
    """Return columns with mean 0 and standard deviation 1, (N, D); rows with NaN or infinity become 0."""
    good = np.isfinite(values).all(axis=1)
    result = np.zeros_like(values)
    if good.any():
        known = values[good]
        mean, spread = known.mean(axis=0), known.std(axis=0)
        result[good] = np.where(spread > _LEAST_SPREAD, (known - mean) / np.maximum(spread, _LEAST_SPREAD), 0.0)
    return result


def _components(features: NDArray[np.float32]) -> NDArray[np.float64]:
    scaled = standardised(features)
    count = min(COMPONENTS, scaled.shape[1])
    if not count or not scaled.any():
        return np.empty((len(features), 0))
    some = scaled[:: -(-len(scaled) // _MOST_ROWS)].astype(np.float64)
    covariance = some.T @ some / len(some)
    variances, axes = eigh(covariance, subset_by_index=(len(covariance) - count, len(covariance) - 1))
    deviations = np.sqrt(np.maximum(variances[::-1], 0.0))
    kept = deviations > _LEAST_SPREAD
    # the first one gets deviation 1, the others the square root of how theirs compares with it
    scale = axes[:, ::-1][:, kept] / np.sqrt(deviations[kept] * deviations[0])
    return np.asarray(scaled @ scale.astype(scaled.dtype), np.float64)
