"""Pixels without data by the rule that the user gave."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...protocol.options.nodata_rule import NodataRule


def mark_nodata(valid: NDArray[np.bool_], values: NDArray[np.generic], rule: NodataRule) -> None:
    """Clear ``valid``, bool (H, W), where all bands of ``values`` (bands, H, W) lie in a range of the rule."""
    for low, high in rule.ranges:
        valid &= ~np.logical_and(np.greater_equal(values, low), np.less_equal(values, high)).all(axis=0)
