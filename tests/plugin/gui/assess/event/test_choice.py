"""The part of the form about event and imagery: asked of the engine, found by it, and remembered."""

from __future__ import annotations

import json

import pytest
from qgis.core import QgsProject

from xview2_qgis.assessment.pair_report import PairReport
from xview2_qgis.layers.unusable_layer import UnusableLayerError
from xview2_qgis.protocol.events import ImageFacts
from xview2_qgis.protocol.scene_facts import EventFacts, SceneFacts
from xview2_qgis.protocol.scene_facts import ImageFacts as Facts
from xview2_qgis.protocol.scene_facts.facts_file import facts_from_json

FOUND = PairReport(
    ImageFacts("pre", acquired="2023-01-20", acquired_by="file name", gsd_m=0.5),
    ImageFacts(
        "post", acquired="2023-02-07T08:16Z", acquired_by="b.IMD", source="Maxar (Vantor)", sensor="WorldView-3",
        gsd_m=0.342, off_nadir_deg=21.4, described_by="b.IMD",
    ),
)  # fmt: skip


def type_in(line, text):
    line.setText(text)
    line.editingFinished.emit()


def fill_in(event):
    type_in(event.event_fields.name, "Quake")
    type_in(event.event_fields.glide, "eq-2023-000015-tur")
    event.event_fields.type.setCurrentIndex(event.event_fields.type.findData("earthquake"))
    event.event_fields.type.activated.emit(event.event_fields.type.currentIndex())
    type_in(event.image_fields["post"].line("gsd_m"), "0,5")
    type_in(event.image_fields["post"].line("acquired"), "2023-02-07 08:16")


FACTS = SceneFacts(
    EventFacts("Quake", "earthquake", glide="EQ-2023-000015-TUR"), post=Facts(gsd_m=0.5, acquired="2023-02-07T08:16Z")
)


def asked(dialog, folder):
    """What the request says of the event, None where it says nothing."""
    words = [word for word in dialog.request(folder).arguments() if word.startswith("--event=")]
    return facts_from_json(words[0].partition("=")[2]) if words else None


def test_it_is_folded_and_may_be_left_empty(make_dialog, layers, tmp_path):
    dialog = make_dialog()
    assert dialog.form.event_choice.isCollapsed()
    assert asked(dialog, tmp_path) is None


def test_what_is_typed_is_asked_of_the_engine(make_dialog, layers, tmp_path):
    dialog = make_dialog()
    fill_in(dialog.form.event_choice)
    assert asked(dialog, tmp_path) == FACTS


@pytest.mark.parametrize(
    ("role", "field", "text", "told"),
    [
        ("event", "glide", "EQ-2023", "“GLIDE number”: type a number such as EQ-2023-000015-TUR."),
        ("event", "date", "6 Feb", "“Date of the event”: type a day such as 2023-02-06"),
        ("pre", "off_nadir_deg", "120", "“Off-nadir angle (°) of the pre-event image”: type degrees from 0 to 90"),
        ("post", "gsd_m", "wide", "“Pixel size (m) of the post-event image”: type a number of metres"),
        ("post", "credit", "x" * 400, "“Credit of the post-event image”: type one line of at most 300 letters."),
    ],
)
def test_what_cannot_be_is_told_and_seen(make_dialog, layers, tmp_path, role, field, text, told):
    dialog = make_dialog()
    event = dialog.form.event_choice
    type_in(event.event_fields.line(field) if role == "event" else event.image_fields[role].line(field), text)
    with pytest.raises(UnusableLayerError) as error:
        dialog.request(tmp_path)
    assert str(error.value).startswith(told)
    assert not event.isCollapsed()


def test_what_is_found_shows_where_nothing_is_typed_with_its_origin(make_dialog, layers, tmp_path):
    dialog = make_dialog()
    event = dialog.form.event_choice
    event.show_report(FOUND)
    sensor, size = event.image_fields["post"].line("sensor"), event.image_fields["pre"].line("gsd_m")
    assert (sensor.placeholderText(), sensor.text()) == ("WorldView-3", "")
    assert "b.IMD" in sensor.toolTip()
    assert event.image_fields["post"].line("acquired").placeholderText() == "2023-02-07 08:16"
    assert "file name" in event.image_fields["pre"].line("acquired").toolTip()
    assert (size.placeholderText(), "pixels of the image" in size.toolTip()) == ("0.5", True)
    assert event.image_fields["pre"].line("credit").toolTip() == ""
    assert asked(dialog, tmp_path) is None  # the run finds it by itself
    event.show_report(PairReport())
    assert sensor.placeholderText() == ""


def test_the_project_remembers_for_the_next_run(make_dialog, layers, project, tmp_path):
    first = make_dialog()
    fill_in(first.form.event_choice)
    second = make_dialog()
    assert asked(second, tmp_path) == FACTS
    # of an image with its layer, wherever it is chosen
    second.form.images.swap()
    assert asked(second, tmp_path) == SceneFacts(FACTS.event, pre=FACTS.post)
    assert project.write(str(tmp_path / "a.qgz"))
    project.clear()
    assert second.form.event_choice.event_fields.name.text() == ""
    assert QgsProject.instance().read(str(tmp_path / "a.qgz"))
    assert second.form.event_choice.event_fields.name.text() == "Quake"
    third = make_dialog()
    pair = sorted(project.mapLayers().values(), key=lambda layer: layer.name())
    third.form.images.set_layers(pair[1], pair[0])
    assert asked(third, tmp_path) == FACTS or asked(third, tmp_path) == SceneFacts(FACTS.event, pre=FACTS.post)


def test_files(make_dialog, layers, tmp_path):
    dialog = make_dialog()
    event, told = dialog.form.event_choice, []
    event.refused.connect(told.append)
    fill_in(event)
    event.save(tmp_path / "event.json")
    assert facts_from_json((tmp_path / "event.json").read_text(encoding="utf-8")) == FACTS
    (tmp_path / "other.json").write_text(json.dumps({"event": {"name": "Flood", "type": "flood"}}))
    event.load(tmp_path / "other.json")
    assert asked(dialog, tmp_path) == SceneFacts(EventFacts("Flood", "flood"))
    event.load(tmp_path / "event.json")
    assert asked(dialog, tmp_path) == FACTS
    assert told == []
    (tmp_path / "wrong.json").write_text('{"evnt": {}}')
    (tmp_path / "image.json").write_bytes(b"\xff\xfe\0")
    for name, words in (("wrong", 'unknown name "evnt"'), ("image", "cannot be read"), ("none", "cannot be read")):
        event.load(tmp_path / f"{name}.json")
        assert words in told.pop()
    event.save(tmp_path)
    assert "cannot be written" in told.pop()
    assert asked(dialog, tmp_path) == FACTS
