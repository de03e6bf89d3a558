"""The window: its size, keys and order, and which choices it keeps."""

from __future__ import annotations

import json
from pathlib import Path

from qgis.core import (
    Qgis,
    QgsRasterLayer,
)
from qgis.PyQt.QtCore import QCoreApplication, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QGuiApplication, QWheelEvent
from qgis.PyQt.QtWidgets import QAbstractButton, QComboBox, QLabel

from tests.plugin.drawn_layers import polygon_layer


def test_the_pair_is_guessed_from_two_images(make_dialog, layers, image_pair):
    dialog = make_dialog()
    assert dialog.pre.layer().name() == "before"
    assert dialog.post.layer().name() == "after"
    # the file is proposed next to the pre-event image
    assert dialog.outputs.paths() == (str(Path(image_pair[0]).parent / "pre_damage.gpkg"), None, None)


def test_the_pair_is_guessed_when_it_comes_later(make_dialog, project, layers):
    sources = [layer.source() for layer in layers]
    project.removeAllMapLayers()
    dialog = make_dialog()
    assert dialog.pre.layer() is None
    dialog.close()
    for source, name in zip(sources, ("before", "after")):  # noqa: B905
        project.addMapLayer(QgsRasterLayer(source, name))
    dialog.show()
    assert (dialog.pre.layer().name(), dialog.post.layer().name()) == ("before", "after")


def test_the_wheel_changes_no_choice(make_dialog):
    dialog = make_dialog()

    def turn(choice):
        middle = QPointF(choice.rect().center())
        event = QWheelEvent(
            middle, QPointF(choice.mapToGlobal(choice.rect().center())), QPoint(0, 0), QPoint(0, -120),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QCoreApplication.sendEvent(choice, event)

    choices = [choice for choice in dialog.findChildren(QComboBox) if choice.count() > 1]
    assert len(choices) >= 6
    before = [choice.currentIndex() for choice in choices]
    dialog.run_button.setFocus()
    for choice in choices:
        turn(choice)
    assert [choice.currentIndex() for choice in choices] == before


def test_the_buttons_are_on_a_small_screen(make_dialog):
    dialog = make_dialog()
    room = QGuiApplication.primaryScreen().availableGeometry()
    assert dialog.height() < room.height()
    # everything but the buttons scrolls
    assert dialog.minimumSizeHint().height() < 350


def test_a_half_made_choice_is_kept(make_dialog, layers):
    dialog = make_dialog()
    dialog.pre.set_layer(layers[1])
    dialog.post.set_layer(None)
    dialog.close()
    dialog.show()
    assert (dialog.pre.layer(), dialog.post.layer()) == (layers[1], None)


def test_models_installed_later_are_offered(make_dialog, tmp_path, monkeypatch):
    monkeypatch.setenv("XVIEW2_MODELS", str(tmp_path))
    dialog = make_dialog()
    chosen = dialog.model.model()
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "model.json").write_text(json.dumps({"contract": 1, "id": "later", "title": "Later one"}))
    dialog.close()
    dialog.show()
    dialog.show()
    titles = [dialog.model._combo.itemText(index) for index in range(dialog.model._combo.count())]
    assert titles.count("Later one") == 1
    assert titles[-1] == "Choose a model bundle…"
    assert dialog.model.model() == chosen


def test_no_neighbour_takes_the_place_of_a_removed_layer(make_dialog, project, image_pair):
    dialog = make_dialog()
    project.addMapLayer(QgsRasterLayer(image_pair[0], "zzz"))
    zones = [polygon_layer(project) for _ in range(2)]
    dialog.footprints.setLayer(zones[0])
    dialog.area.polygons.setChecked(True)
    dialog.area.layer.setLayer(zones[0])
    project.removeMapLayer(dialog.pre.layer().id())
    project.removeMapLayer(zones[0].id())
    assert dialog.pre.layer() is None
    assert dialog.post.layer().name() == "after"
    assert dialog.footprints.currentLayer() is None
    assert dialog.area.polygons.isChecked()
    assert dialog.area.chosen_layer() is None
    dialog.run()
    assert dialog.task is None
    # without any polygon layer there is nothing to choose
    project.removeMapLayer(zones[1].id())
    assert dialog.area.overlap.isChecked()
    assert not dialog.area.polygons.isEnabled()


def test_the_tab_key_goes_from_top_to_bottom(make_dialog):
    dialog = make_dialog()
    dialog.outputs.with_raster.setChecked(True)
    dialog.outputs.with_report.setChecked(True)
    widget, order = dialog.pre._combo, []
    for _ in range(300):
        order.append(widget)
        widget = widget.nextInFocusChain()
    wanted = [
        dialog.pre._combo, dialog.post._combo, dialog.area.overlap, dialog.footprints, dialog.outputs.with_raster,
        dialog.outputs.damage_raster, dialog.outputs.with_report, dialog.outputs.report, dialog.advanced,
        dialog.advanced.device, dialog.advanced.registration, dialog.run_button, dialog.close_button,
    ]  # fmt: skip
    places = [order.index(widget) for widget in wanted]
    assert places == sorted(places)


def test_every_key_has_one_meaning(make_dialog):
    dialog = make_dialog()
    dialog.advanced.setCollapsed(False)
    widgets = [*dialog.findChildren(QAbstractButton), *dialog.findChildren(QLabel)]
    texts = [widget.text() for widget in widgets if not widget.isHidden() and "&" in widget.text()]
    keys = [text[text.index("&") + 1].lower() for text in texts]
    assert len(keys) >= 15
    assert len(set(keys)) == len(keys), sorted(zip(keys, texts))  # noqa: B905


def test_who_has_no_engine_is_told_each_time(make_dialog, tmp_path, monkeypatch):
    monkeypatch.setenv("XVIEW2_ENGINE_PYTHON", str(tmp_path / "nothing"))
    dialog = make_dialog()
    assert "does not exist" in dialog.notice.text()
    dialog.notice.clear()
    dialog.close()
    dialog.show()
    assert "does not exist" in dialog.notice.text()


def test_a_long_name_does_not_widen_the_window(make_dialog):
    dialog = make_dialog()
    width = dialog.minimumSizeHint().width()
    dialog.notice.show_message("x" * 400, Qgis.MessageLevel.Warning)
    assert dialog.minimumSizeHint().width() <= width + 150
