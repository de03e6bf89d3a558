import io
import json

from xview2_qgis.engine.run.json_events import JsonEvents
from xview2_qgis.protocol.events import Failed


def test_json_lines_are_complete_objects():
    stream = io.StringIO()
    events = JsonEvents(stream)
    events.progress("infer", 1, 4)
    events.warning("device-fallback", "zwei\nZeilen")
    events.emit(Failed("no-overlap", "what", "do"))
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert lines[0] == {"event": "progress", "stage": "infer", "done": 1, "total": 4, "eta_s": None}
    assert lines[1]["message"] == "zwei\nZeilen"
    assert lines[2] == {
        "event": "error", "code": "no-overlap", "message": "what", "hint": "do", "kept_rows": 0, "rows": 0
    }  # fmt: skip
