from __future__ import annotations

import pytest

from xview2_qgis.engine_events import Result
from xview2_qgis.result_layers import headline_of


@pytest.mark.parametrize(
    ("counts", "headline"),
    [
        ({"destroyed": 160, "major-damage": 132, "minor-damage": 173, "no-damage": 213, "unknown": 37},
         "715 buildings, 160 destroyed, 305 damaged"),
        ({"no-damage": 651}, "651 buildings, no damage found"),
        ({"no-damage": 2, "unknown": 5}, "7 buildings, no damage found, 5 unknown"),
        # what nobody has seen is not undamaged
        ({"unknown": 3}, "3 buildings, 3 unknown"),
        ({}, "no building found"),
    ],
)  # fmt: skip
def test_headline(qgis_app, counts, headline):
    assert headline_of(Result(buildings=sum(counts.values()), counts=counts)) == headline
