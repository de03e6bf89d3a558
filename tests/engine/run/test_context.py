import pytest

from tests.engine.recorder import Recorder
from xview2_qgis.engine.errors import Cancelled
from xview2_qgis.engine.run.cancellation import Cancellation
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.protocol.redaction import Redaction


def test_warnings_are_kept_as_they_are_reported_whichever_view_of_the_context_they_come_through():
    recorder = Recorder()
    context = RunContext(recorder)
    held, _ = context.redacted(Redaction.of(["/home/maria/pre.tif"])).holding_progress()
    held.warning("dates-order", "/home/maria/pre.tif is newer")
    context.warning("device-fallback", "cuda does not work")
    assert context.warnings == held.warnings == ("pre.tif is newer",)
    assert [event.message for event in recorder.events] == ["pre.tif is newer", "cuda does not work"]


def test_warnings_belong_to_a_run_and_the_wish_to_stop_to_all_that_share_it():
    cancellation = Cancellation()
    first, second = RunContext(Recorder(), cancellation), RunContext(Recorder(), cancellation)
    first.warning("one-class", "all are alike")
    assert second.warnings == ()
    second.check()
    cancellation.request()
    for context in (first, second, first.holding_progress()[0]):
        with pytest.raises(Cancelled):
            context.check()


def test_progress_waits_until_it_is_released():
    recorder = Recorder()
    context, held = RunContext(recorder).holding_progress()
    context.progress("objects", 1, 3)
    context.progress("objects", 2, 3)
    assert recorder.events == []
    held.release()
    context.progress("objects", 3, 3)
    assert recorder.steps == [("objects", 2, 3), ("objects", 3, 3)]
