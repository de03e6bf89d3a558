import time
from datetime import UTC, datetime

from xview2_qgis.engine.run.clock import RunClock


def test_the_clock_of_a_run_goes_on_and_knows_its_beginning():
    before = datetime.now(UTC).replace(microsecond=0)
    clock = RunClock()
    assert before <= datetime.fromisoformat(clock.started_at) <= datetime.now(UTC)
    assert datetime.fromisoformat(clock.started_at).utcoffset() is not None
    first = clock.seconds
    time.sleep(0.01)
    assert 0 <= first < first + 0.01 <= clock.seconds < 60


def test_a_later_part_counts_the_seconds_of_the_earlier_ones():
    clock = RunClock()
    clock.continue_from("2026-11-30T10:00:00+01:00", 100.0)
    assert clock.started_at == "2026-11-30T10:00:00+01:00"
    assert clock.seconds < 100.0 <= clock.total_seconds
