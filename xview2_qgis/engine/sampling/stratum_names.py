"""Names of the strata of a sample, and to which of them a building belongs that was not drawn.

The table of a sample holds the drawn buildings only. Which stratum the others are in follows from their class and
probabilities, as it did for the draw.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...protocol.schema import CLASS_NAMES, DAMAGE_CLASSES

#: A building is doubtful where the probabilities of its two likeliest classes differ by less than this.
DOUBTFUL_MARGIN = 0.5
#: The one stratum of a sample that is too small for several.
EVERYTHING = "all buildings"
_SURE, _DOUBTFUL = ", sure", ", doubtful"


def class_stratum(index: int, doubtful: bool | None = None) -> str:
    """Return the name of the stratum of a class.

    Args:
        index: of the class in ``DAMAGE_CLASSES``.
        doubtful: whether its buildings are doubtful; None for all of the class.
    """
    name = CLASS_NAMES[DAMAGE_CLASSES[index]]
    return name if doubtful is None else name + (_DOUBTFUL if doubtful else _SURE)


def are_doubtful(probabilities: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which buildings are doubtful, bool (N,), by their probabilities (N, 4)."""
    ordered = np.sort(probabilities, axis=1)
    return np.asarray(ordered[:, -1] - ordered[:, -2] < DOUBTFUL_MARGIN)


def stratum_numbers(
    names: Sequence[str], classes: NDArray[np.int64], probabilities: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the stratum of each building as its place among the names, int64 (N,); -1 where none of them fits.

    Args:
        names: of the strata of a sample.
        classes: index of the class of each, as it was for the draw, (N,).
        probabilities: of the classes, (N, 4).
    """
    places = {name: place for place, name in enumerate(names)}
    if EVERYTHING in places:
        return np.full(len(classes), places[EVERYTHING], np.int64)
    indices = range(len(DAMAGE_CLASSES))
    by_doubt = [[places.get(class_stratum(index, doubtful), -1) for doubtful in (False, True)] for index in indices]
    by_class = [[places.get(class_stratum(index), -1)] * 2 for index in indices]
    table = np.array(by_doubt if any(name.endswith((_SURE, _DOUBTFUL)) for name in names) else by_class, np.int64)
    return np.asarray(table[classes, are_doubtful(probabilities).astype(np.intp)])
