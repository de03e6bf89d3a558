import pytest

from tests.engine.result_scene import one_of_each
from xview2_qgis.engine.output.summary import Summary
from xview2_qgis.protocol.schema import Damage


def test_sums():
    summary = Summary()
    for building in one_of_each() * 2:
        summary.add(building, 12.5)
    assert (summary.buildings, summary.area_m2) == (10, 125.0)
    assert summary.named_counts["minor-damage"] == 2
    assert summary.confidences[7] == sum(summary.confidences) == 8
    assert summary.mean_confidence(Damage.MAJOR) == pytest.approx(0.7)
    assert summary.mean_confidence(Damage.UNKNOWN) is None
