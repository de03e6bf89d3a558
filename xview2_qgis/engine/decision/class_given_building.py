"""Network outputs with a background channel as what the rules work with: building, and the class given a building."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

_ROWS = 32  # at a time, that stay in a core's cache from one step to the next
_TINY = 1e-6  # background so sure of itself that no class is left: all classes are then equally likely


def building_beside_background(damage: Array) -> Array:
    """Return the building probability (N, 1, H, W) that five channels with background first leave."""
    return np.float32(1.0) - damage[:, :1]


def class_given_building(damage: Array) -> Array:
    """Return class probabilities given a building, float32 (N, 4, H, W), sum 1.

    In the place of what is given: memory for so many numbers, for every tile anew, would take longer than the rest.

    Args:
        damage: probabilities of background and the four classes, or of the four classes, float32 (N, 5 or 4, H, W);
            overwritten.
    """
    for top in range(0, damage.shape[2], _ROWS):
        part = damage[:, -4:, top : top + _ROWS]
        np.maximum(part, np.float32(0.0), out=part)
        part += np.float32(_TINY / 4)
        part /= part.sum(axis=1, keepdims=True)
    return damage[:, -4:]
