import io
from dataclasses import fields

from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.run.text_events import TextEvents
from xview2_qgis.protocol.events import Failed, Result, Started, Stopped


def test_text_error_is_one_line():
    out, err = io.StringIO(), io.StringIO()
    TextEvents(out, err).emit(Failed("no-overlap", "the images do not overlap", "check their CRS"))
    assert err.getvalue() == "error: the images do not overlap: check their CRS\n"
    assert out.getvalue() == ""


def test_the_last_line_tells_what_is_kept():
    told = io.StringIO()
    events = TextEvents(told, told)
    events.emit(Stopped(12, 40))
    events.emit(Failed("device", "it broke", "use another", 40, 40))
    events.emit(Stopped(0, 40))
    assert told.getvalue().splitlines() == [
        "cancelled", "kept 12 of 40 rows of tiles: go on with --resume",
        "error: it broke: use another", "kept all rows of tiles: go on with --resume",
        "cancelled",
    ]  # fmt: skip


def test_nothing_that_a_terminal_obeys_is_told():
    told = io.StringIO()
    events = TextEvents(told, told)
    hidden = "a\x1b]0;owned\x07\r\nerror: forged\x9b2K"
    events.emit(Started(pre=hidden))
    events.warning("code", hidden)
    events.emit(Result(output=hidden, device=hidden))
    error = InputError(hidden, hidden, "code")
    events.emit(Failed(error.code, error.message, error.hint))
    lines = told.getvalue().split("\n")
    assert len(lines) == 1 + 1 + (len(fields(Result)) - 1) + 1 + 1  # without figures, of which there are none
    assert all(line.isprintable() for line in lines)
    assert "output: a\\x1b]0;owned\\x07" in told.getvalue()


def test_a_run_as_text():
    out, err = io.StringIO(), io.StringIO()
    events = TextEvents(out, err)
    events.emit(Started("a.tif", "b.tif", "o.gpkg", "compact", "auto"))
    events.progress("infer", 2, 2)
    events.warning("low-contrast", "b.tif has hardly any contrast")
    events.emit(
        Result("o.gpkg", ["damage", "assessed_area"], 1, {"destroyed": 1}, "cpu", "CPU", "fp32", 1.5, 2.0, "1", "2")
    )
    events.emit(Stopped())
    assert err.getvalue().splitlines() == [
        "assessing pre a.tif, post b.tif, output o.gpkg, model compact, device auto",
        "infer: 2/2",
        "warning: b.tif has hardly any contrast",
        "cancelled",
    ]
    assert out.getvalue().splitlines() == [
        "output: o.gpkg",
        "layers: ['damage', 'assessed_area']",
        "buildings: 1",
        "counts: {'destroyed': 1}",
        "device: cpu",
        "provider: CPU",
        "precision: fp32",
        "seconds: 1.5",
        "pairs_per_second: 2.0",
        "pre_bands: 1",
        "post_bands: 2",
    ]


def test_a_pre_event_image_that_is_not_there_is_not_named():
    out, err = io.StringIO(), io.StringIO()
    TextEvents(out, err).emit(Started(None, "b.tif", "o.gpkg", "m", "cpu"))
    assert err.getvalue() == "assessing post b.tif, output o.gpkg, model m, device cpu\n"
