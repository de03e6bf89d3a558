"""Another window asks for two files to be assessed, such as the sample town."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsVectorLayer

from xview2_qgis.gui.image_files import ImageFiles
from xview2_qgis.gui.models import first_use


def files_of(image_pair):
    return ImageFiles(*map(Path, image_pair))


def damage_layers(project):
    return [layer for layer in project.mapLayers().values() if isinstance(layer, QgsVectorLayer)]


def test_two_files_become_a_map(make_dialog, fake_engine, image_pair, project, wait_until):
    project.removeAllMapLayers()
    dialog = make_dialog()
    dialog.carry_out(files_of(image_pair))
    assert dialog.task is not None
    assert dialog.isVisible()
    assert [layer.source() for layer in dialog.form.images.layers()] == list(image_pair)
    wait_until(lambda: dialog.task is None)
    assert damage_layers(project)
    assert not dialog.isVisible()  # nothing hides the map
    # a run of the user's own leaves the window where it is
    dialog.show()
    dialog.outputs.geopackage.setFilePath(str(Path(image_pair[0]).with_name("again.gpkg")))
    dialog.run()
    wait_until(lambda: dialog.task is None)
    assert dialog.isVisible()


def test_layers_of_the_project_are_used(make_dialog, fake_engine, image_pair, layers, project, wait_until):
    dialog = make_dialog()
    dialog.form.images.set_layers(None, None)
    dialog.carry_out(files_of(image_pair))
    assert dialog.form.images.layers() == tuple(layers)
    wait_until(lambda: dialog.task is None)


def test_a_run_that_fails_keeps_the_window(make_dialog, fake_engine, image_pair, wait_until):
    fake_engine("error")
    dialog = make_dialog()
    dialog.carry_out(files_of(image_pair))
    wait_until(lambda: dialog.task is None)
    assert dialog.isVisible()
    assert "do not overlap" in dialog.notice.text()


def test_terms_that_are_refused_leave_nothing_to_the_next_run(
    make_dialog, fake_engine, image_pair, wait_until, monkeypatch
):
    monkeypatch.setattr(first_use, "agrees_to_terms", lambda *_: False)
    dialog = make_dialog()
    dialog.carry_out(files_of(image_pair))
    assert dialog.task is None
    assert "terms" in dialog.notice.text()
    monkeypatch.setattr(first_use, "agrees_to_terms", lambda *_: True)
    dialog.run_button.click()
    wait_until(lambda: dialog.task is None)
    assert dialog.isVisible()


def test_other_orders_do_nothing(make_dialog, fake_engine):
    dialog = make_dialog()
    dialog.carry_out("something")
    assert dialog.task is None
