from tests.engine.recorder import Recorder
from xview2_qgis.engine.run.discreet_events import DiscreetEvents
from xview2_qgis.protocol.events import Failed, Progress, Result, Started, Stopped, Warned
from xview2_qgis.protocol.redaction import Redaction


def test_events_are_cleaned_but_the_place_of_the_result_is_the_callers():
    heard = Recorder()
    events = DiscreetEvents(heard, Redaction.of(["--pre=/vsicurl/https://u:pass1@h/x.tif", "--output=/srv/a/b/o.gpkg"]))
    events.emit(Started("/vsicurl/https://u:pass1@h/x.tif", output="/srv/a/b/o.gpkg"))
    events.warning("pass1", "pass1 is wrong")
    events.emit(Result("/srv/a/b/o.gpkg", ["damage"], 3, device="pass1"))
    events.emit(Failed("e", "/srv/a/b/o.gpkg exists", "choose not /srv/a/b"))
    events.progress("infer", 1, 2)
    events.emit(Stopped())
    assert heard.events == [
        Started("x.tif", output="/srv/a/b/o.gpkg"),
        Warned("pass1", "… is wrong"),
        Result("/srv/a/b/o.gpkg", ["damage"], 3, device="…"),
        Failed("e", "o.gpkg exists", "choose not …/b"),
        Progress("infer", 1, 2),
        Stopped(),
    ]
