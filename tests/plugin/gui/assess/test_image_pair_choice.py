"""Choosing the pair: no guess without a reason, one button to exchange, a word where it looks wrong."""

from __future__ import annotations

import json

import pytest
from qgis.core import QgsRasterLayer

from xview2_qgis.gui.assess.image_pair_choice import ImagePairChoice


@pytest.fixture
def choice(project):
    choice = ImagePairChoice()
    yield choice
    choice.deleteLater()


@pytest.fixture
def named(project, image_pair, tmp_path):
    """Add images with these names of layers and of files to the project."""

    def named(*names):
        layers = []
        for number, name in enumerate(names):
            path = tmp_path / f"{name}.tif"
            path.write_bytes((tmp_path / ("pre.tif", "post.tif")[number % 2]).read_bytes())
            layers.append(QgsRasterLayer(str(path), name))
        project.addMapLayers(layers)
        return layers

    return named


@pytest.mark.parametrize("names", [("avant", "apres"), ("vorher", "nachher"), ("b_20230201", "a_20230301")])
@pytest.mark.parametrize("turned", [False, True])
def test_names_that_tell_the_pair(choice, named, names, turned):
    layers = named(*(reversed(names) if turned else names))
    choice.guess()
    older, newer = reversed(layers) if turned else layers
    assert choice.layers() == (older, newer)


@pytest.mark.parametrize("names", [("a", "b"), ("town 1", "town 2"), ("scene_1", "post"), ("pre", "pre_2")])
def test_no_guess_without_a_reason(choice, named, names):
    named(*names)
    choice.guess()
    assert choice.layers() == (None, None)
    assert [part._combo.currentText() for part in (choice.pre, choice.post)] == ["Choose a layer…"] * 2


def test_swap(choice, named):
    first, second = named("a", "b")
    heard = []
    choice.changed.connect(lambda: heard.append(choice.pre.layer()))
    choice.set_layers(first, second)
    choice.swap_button.click()
    assert choice.layers() == (second, first)
    assert heard[-1] == second
    choice.set_layers(first, None)
    choice.swap()
    assert choice.layers() == (None, first)
    choice.set_layers(None, None)
    assert not choice.swap_button.isEnabled()


def test_what_looks_wrong_is_told_before_the_run(choice, named, project):
    older, newer = named("town_2023-02-01", "town_2023-02-12")
    twin = QgsRasterLayer(older.source(), "twin")
    project.addMapLayer(twin)
    choice.set_layers(older, newer)
    assert choice.doubt.isHidden()
    choice.swap()
    assert not choice.doubt.isHidden()
    assert "the pre-event image is the newer one" in choice.doubt.text()
    choice.swap()
    assert choice.doubt.isHidden()
    choice.set_layers(older, older)
    assert "the same layer" in choice.doubt.text()
    choice.set_layers(older, twin)
    assert "the same file" in choice.doubt.text()
    choice.post.set_layer(None)
    assert choice.doubt.isHidden()


def test_the_dialog_tells_what_is_known_of_the_pair(make_dialog, fake_engine, wait_until, monkeypatch):
    from xview2_qgis.assessment import pair_check

    monkeypatch.setattr(pair_check, "REST_MS", 20)
    dialog = make_dialog()
    images, check = dialog.form.images, dialog.form.pair_check
    assert "0.50 m · 200 × 200 px · 3 bands" in images.facts[0].text()  # QGIS knows it at once
    wait_until(lambda: not check.busy)
    assert images.facts[1].text().startswith("2023-02-12 08:31 UTC")
    assert images.line.text() == "✔ 0.63 km² overlap · pixels of 0.50 m · 2023-02-01 → 2023-02-12"
    assert images.doubt.isHidden()
    events = [{"event": "error", "code": "no-overlap", "message": "they do not overlap", "hint": "look"}]
    monkeypatch.setenv("FAKE_ENGINE_FACTS", json.dumps(events))
    images.swap_button.click()
    wait_until(lambda: not check.busy)
    assert images.line.isHidden()
    assert images.doubt.text().startswith("They do not overlap: ")
    images.post.set_layer(None)
    assert images.doubt.isHidden()
    assert images.facts[1].isHidden()
