from tests.engine.recorder import Recorder
from xview2_qgis.engine.run.noted_warnings import NotedWarnings
from xview2_qgis.protocol.events import Progress, Result, Started, Warned


def test_everything_is_passed_on_and_warnings_are_kept():
    heard = Recorder()
    events = NotedWarnings(heard)
    reported = [
        Started("a.tif"),
        Warned("one-class", "all are alike"),
        Progress("infer", 1, 2),
        Warned("dates-order", "exchanged"),
        Warned("device-fallback", "cuda does not work"),
        Result(buildings=3),
    ]
    for event in reported:
        events.emit(event)
    assert heard.events == reported
    assert events.messages == ("all are alike", "exchanged")
