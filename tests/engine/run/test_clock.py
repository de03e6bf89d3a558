import time
from datetime import UTC, datetime

from xview2_qgis.engine.run.clock import RunClock


def test_the_clock_of_a_run_goes_on_and_knows_its_beginning():
    before = datetime.now(UTC)
    clock = RunClock()
    assert before <= clock.started_at <= datetime.now(UTC)
    assert clock.started_at.utcoffset() is not None
    first = clock.seconds
    time.sleep(0.01)
    assert 0 <= first < first + 0.01 <= clock.seconds < 60
