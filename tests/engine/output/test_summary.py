from tests.engine.result_scene import one_of_each
from xview2_qgis.engine.output.summary import Summary


def test_sums():
    summary = Summary()
    for building in one_of_each() * 2:
        summary.add(building, 12.5)
    assert (summary.buildings, summary.area_m2) == (10, 125.0)
    assert summary.named_counts["minor-damage"] == 2
