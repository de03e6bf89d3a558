"""A result to be reviewed, as the engine writes it; run as a program by the tests inside QGIS."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from tests.engine.result_scene import square, write_result
from xview2_qgis.engine.decision.vote import Vote
from xview2_qgis.protocol.schema import Damage

#: Probabilities of the buildings 1 to 12; the last one has none, because the post-event image does not show it.
PROBABILITIES = (
    (0.70, 0.10, 0.10, 0.10), (0.30, 0.40, 0.20, 0.10), (0.10, 0.44, 0.45, 0.01), (0.05, 0.05, 0.20, 0.70),
    (0.97, 0.01, 0.01, 0.01), (0.25, 0.50, 0.15, 0.10), (0.10, 0.20, 0.60, 0.10), (0.02, 0.03, 0.05, 0.90),
    (0.50, 0.48, 0.01, 0.01), (0.33, 0.35, 0.31, 0.01), (0.15, 0.15, 0.55, 0.15), None,
)  # fmt: skip


def town() -> list:
    """Twelve buildings in four columns and three rows, 20 m apart."""
    buildings = []
    for number, shares in enumerate(PROBABILITIES):
        side = 10.0 if number % 4 else 6.0
        building = square(10.0 + 20.0 * (number % 4), 10.0 + 20.0 * (number // 4), side)
        if shares is None:
            vote = Vote(Damage.UNKNOWN, None, None, 0.0)
        else:
            vote = Vote(Damage(shares.index(max(shares)) + 1), shares, max(shares), 1.0)
        buildings.append(replace(building, vote=vote))
    return buildings


if __name__ == "__main__":
    write_result(Path(sys.argv[1]), town())
