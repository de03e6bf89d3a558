import io
import json

from xview2_qgis.engine.run.events import JsonEvents
from xview2_qgis.engine.run.noted_warnings import NotedWarnings


def test_everything_is_passed_on_and_warnings_are_kept():
    stream = io.StringIO()
    events = NotedWarnings(JsonEvents(stream))
    events.started(pre="a.tif")
    events.warning("one-class", "all are alike")
    events.progress("infer", 1, 2)
    events.warning("dates-order", "exchanged")
    events.warning("device-fallback", "cuda does not work")
    events.result(buildings=3)
    kinds = [json.loads(line)["event"] for line in stream.getvalue().splitlines()]
    assert kinds == ["started", "warning", "progress", "warning", "warning", "result"]
    assert events.messages == ("all are alike", "exchanged")
