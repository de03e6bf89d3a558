from __future__ import annotations

import pytest
from qgis.core import QgsRasterLayer

from xview2_qgis.layers.scene_notes import event_note, image_note, note_event, note_image


def test_notes_of_event_and_image(project, image_pair):
    layer = project.addMapLayer(QgsRasterLayer(image_pair[0], "a", "gdal"))
    assert (event_note(), image_note(layer)) == ({}, {})
    note_event({"name": "Türkiye", "date": ""})
    note_image(layer, {"sensor": "WV03"})
    assert (event_note(), image_note(layer)) == ({"name": "Türkiye"}, {"sensor": "WV03"})
    assert project.isDirty()
    note_event({"name": ""})
    note_image(layer, {})
    assert (event_note(), image_note(layer)) == ({}, {})


@pytest.mark.parametrize("text", ["[1]", "{", '{"name": 3}', "[" * 100_000])
def test_projects_of_others(project, text):
    project.writeEntry("xView2", "/event", text)
    assert event_note() == {}
