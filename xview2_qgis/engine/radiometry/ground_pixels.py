"""Ground pixels: those of a sample that show the ground, where clouds, snow or dark water would take the contrast.

Percentiles of all pixels are those of the clouds as soon as these cover a few per cent: the ground is then dark, and
buildings are lost that lie far from any cloud. Brightness alone does not decide: a bright town by a dark forest looks
like clouds over a town. What is left out therefore lies far from the rest, with hardly a pixel between, and has no
edges: there is no building in it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_FEWEST = 5_000  # pixels
_LEAST, _MOST = 0.01, 0.45  # share of the pixels that may be left out at one end; more is what the image shows
_GAP = 1.6  # from the rest to what is left out, times the brightness of the rest
_BETWEEN = 0.35  # pixels in the gap, for each that is left out: edges of clouds are thin
_PLAIN = 0.03  # detail of clouds in proportion to their brightness: noise of the sensor
_EDGES = 0.2  # detail of what is left out, times that of the ground
_EDGE_QUANTILE = 0.9  # pixels on edges are few
_WORTH = 1.35  # times the contrast that is won, at least
_STEPS = 40  # thresholds tried


def detail(values: NDArray[np.generic]) -> NDArray[np.float32]:
    """Return how much each pixel (3, H, W) differs from the mean of those to its left and right, (H, W)."""
    grey = _grey(values)
    found = np.zeros_like(grey)
    if grey.shape[1] > 2:
        with np.errstate(invalid="ignore", over="ignore"):
            found[:, 1:-1] = np.abs(grey[:, 1:-1] - 0.5 * (grey[:, :-2] + grey[:, 2:]))
        found[:, 0], found[:, -1] = found[:, 1], found[:, -2]
    return found


def ground_pixels(sample: NDArray[np.generic], details: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return which pixels of a sample show the ground; all where nothing stands in its way.

    Args:
        sample: values, (3, N), valid ones.
        details: of the same pixels, (N,).
    """
    grey = _grey(sample)
    if grey.size < _FEWEST:
        return np.ones(grey.shape, bool)
    kept = ~_apart(grey, details, plain=_PLAIN)
    return np.asarray(kept & ~_apart(-np.where(kept, grey, grey[kept].max()), details, plain=0.0))


def _grey(values: NDArray[np.generic]) -> NDArray[np.float32]:
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(values.astype(np.float32).mean(axis=0), np.float32)


def _apart(grey: NDArray[np.float32], details: NDArray[np.float32], plain: float) -> NDArray[np.bool_]:
    """Return the pixels of a plain bright mode far from the rest, none where there is none.

    Args:
        grey: brightness, (N,).
        details: of the same pixels, (N,).
        plain: detail that is none, in proportion to brightness.
    """
    ordered = np.sort(grey)
    count = len(ordered)
    dark, top = float(ordered[count // 200]), float(ordered[-1 - count // 100])
    nothing = np.zeros(count, bool)
    middle = float(ordered[count // 2])
    if not dark < middle < top:
        return nothing
    for threshold in np.geomspace(middle - dark, top - dark, _STEPS) + dark:
        lowest = dark + (threshold - dark) / _GAP
        above = count - int(np.searchsorted(ordered, threshold))
        between = count - above - int(np.searchsorted(ordered, lowest))
        if not _LEAST * count <= above <= _MOST * count or between > _BETWEEN * above:
            continue
        found = grey >= threshold
        rest = ~found
        edges = float(np.quantile(details[found], _EDGE_QUANTILE))
        limit = max(plain * (threshold - dark), _EDGES * float(np.quantile(details[rest], _EDGE_QUANTILE)))
        if edges <= limit and top - dark >= _WORTH * (float(np.quantile(grey[rest], 0.99)) - dark):
            return np.asarray(grey >= lowest)
    return nothing
