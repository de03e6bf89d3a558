"""Rows of the table: what counts as measured."""

from benchmarks.robustness.distortion import Distortion
from benchmarks.robustness.stability import Stability
from benchmarks.robustness.table import Row
from benchmarks.robustness.trial import Trial
from xview2_qgis.engine.scene.pair_images import Shift
from xview2_qgis.engine.scoring.challenge import Score

FOUND, UNKNOWN = Shift(3.0, 0.0, 9, 9), Shift(windows_compared=9)


def trial(shift, changed):
    return Trial(shift, Score(), Stability(10, changed, 0), ())


def test_only_pairs_measured_as_they_are_and_distorted_count_as_measured():
    distorted = [trial(FOUND, 1), trial(UNKNOWN, 5), trial(FOUND, 7)]
    unmoved = [trial(FOUND, 0), trial(FOUND, 0), trial(UNKNOWN, 0)]
    row = Row(Distortion("bent", lambda image, number: image), distorted, unmoved, [0, 1, 2])
    assert row.stability == Stability(30, 13, 0)
    assert row.measured == Stability(10, 1, 0)
    assert row.as_dict()["measured_changed_share"] == 0.1


def test_what_is_moved_by_more_than_a_metre_is_corrected():
    assert trial(FOUND, 0).corrected
    assert not trial(Shift(0.5, 0.0, 9, 9), 0).corrected
