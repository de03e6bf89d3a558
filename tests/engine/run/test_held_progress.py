from tests.engine.recorder import Recorder
from xview2_qgis.engine.run.held_progress import HeldProgress
from xview2_qgis.protocol.events import Warned


def test_progress_is_held_until_it_is_released_and_the_last_is_passed_on():
    heard = Recorder()
    held = HeldProgress(heard)
    held.progress("objects", 0, 9)
    held.warning("code", "passed on at once")
    held.progress("objects", 4, 9)
    assert heard.events == [Warned("code", "passed on at once")]
    held.release()
    held.progress("objects", 5, 9)
    assert heard.steps == [("objects", 4, 9), ("objects", 5, 9)]
