"""The time left is that at the speed of the last seconds."""

from __future__ import annotations

import pytest

from xview2_qgis.model_store import transfer_rate
from xview2_qgis.model_store.transfer_rate import TransferRate


@pytest.fixture
def clock(monkeypatch):
    clock = {"now": 100.0}
    monkeypatch.setattr(transfer_rate.time, "monotonic", lambda: clock["now"])
    return clock


def test_time_left(clock):
    rate = TransferRate()
    assert rate.progress(500, 2000).seconds_left is None  # what was here before tells nothing
    clock["now"] += 2
    assert rate.progress(700, 2000).seconds_left == pytest.approx(13.0)
    for _ in range(30):  # it becomes slower
        clock["now"] += 1
        progress = rate.progress(700, 2000)
    assert progress.seconds_left is None
    assert rate.progress(800, None).seconds_left is None
