"""Choosing a model, with its licence in sight."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace

import pytest
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QComboBox, QFileDialog, QLabel

from tests.plugin.conftest import ROOT
from xview2_qgis.gui.model_choice import ModelChoice
from xview2_qgis.model_store import terms

AUTOMATIC = "Automatic (the faster of compact and compact-int8 on this computer)"

FACTS = {
    "contract": 1,
    "id": "small",
    "title": "Small one",
    "licence": "MIT",
    "training_data": "synthetic towns",
    "scores": [{"set": "test", "metric": "F1", "value": 0.7}],
}


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """The folder of installed models, empty at first."""
    folder = tmp_path / "installed"
    folder.mkdir()
    monkeypatch.setenv("XVIEW2_MODELS", str(folder))
    return folder


@pytest.fixture
def choice(qgis_app, installed):
    choice = ModelChoice()
    choice.refused = []
    choice.rejected.connect(choice.refused.append)
    yield choice
    choice.deleteLater()


def bundle(folder, **facts):
    folder.mkdir(parents=True)
    (folder / "model.json").write_text(json.dumps({**FACTS, **facts}))
    return str(folder)


def zipped(path, **facts):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("small/model.json", json.dumps({**FACTS, **facts}))
    return str(path)


def titles(choice):
    combo = choice.findChild(QComboBox)
    return [combo.itemText(index) for index in range(combo.count())]


def facts_shown(choice):
    return choice.findChild(QLabel).text()


@pytest.fixture
def answer(choice, monkeypatch):
    """Choose the last entry of the list with the mouse, and answer the file dialog."""

    def answer(path):
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (path, ""))
        combo = choice.findChild(QComboBox)
        combo.setCurrentIndex(combo.count() - 1)
        combo.activated.emit(combo.count() - 1)

    return answer


def test_the_default_model_with_its_licence_and_its_data(choice):
    described = json.loads((ROOT / "xview2_qgis" / "models" / "compact" / "model.json").read_text())
    assert titles(choice)[:2] == [AUTOMATIC, described["title"]]
    choice.findChild(QComboBox).setCurrentIndex(1)
    assert choice.model().name == "compact"
    shown = facts_shown(choice)
    assert f"Model licence: {described['licence']}" in shown
    assert described["training_data"] in shown
    assert shown.startswith(described["summary"])
    # the figures are for those who know them
    assert "F1" not in shown


def test_the_faster_copy_of_the_default_model_is_proposed(choice):
    """All that is known of it is what is known of the default model: licence, terms and what it needs."""
    automatic = choice.model()
    choice.findChild(QComboBox).setCurrentIndex(1)
    usual = choice.model()
    assert automatic == replace(usual, name="auto", title=AUTOMATIC)
    assert terms._key(automatic) == terms._key(usual)
    choice.refresh()
    assert choice.model().name == "compact"  # what was chosen stays


def test_without_both_copies_there_is_nothing_automatic(qgis_app, installed, tmp_path, monkeypatch):
    monkeypatch.setattr("xview2_qgis.available_models.embedded_folder", lambda: tmp_path / "nothing")
    bundle(installed / "compact", id="compact", title="Compact")
    choice = ModelChoice()
    assert (choice.model().name, titles(choice)[0]) == ("compact", "Compact")
    bundle(installed / "compact-int8", id="compact-int8", title="Fast")
    choice.refresh()
    assert titles(choice) == [AUTOMATIC, "Compact", "Fast", "Choose a model bundle…"]
    assert choice.model().name == "compact"
    choice.deleteLater()


def test_installed_models_stand_before_the_way_to_a_file(qgis_app, installed):
    bundle(installed / "small")
    choice = ModelChoice()
    assert titles(choice)[-2:] == ["Small one", "Choose a model bundle…"]
    choice.findChild(QComboBox).setCurrentIndex(len(titles(choice)) - 2)
    # the engine finds it by its name
    assert choice.model().name == "small"
    assert facts_shown(choice) == "Model licence: MIT · trained on synthetic towns · F1 0.7 (test)"


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_a_bundle_of_a_file_is_chosen(choice, tmp_path, kind):
    path = bundle(tmp_path / "mine") if kind == "folder" else zipped(tmp_path / "mine.xv2.zip")
    assert choice.add_bundle(path)
    assert choice.model().name == path
    assert titles(choice)[-2:] == ["Small one", "Choose a model bundle…"]
    assert "Model licence: MIT" in facts_shown(choice)
    assert choice.refused == []


def test_a_bundle_that_is_given_twice_stands_there_once(choice, tmp_path):
    path = str(bundle(tmp_path / "small"))
    before = len(titles(choice))
    for _ in range(2):
        assert choice.add_bundle(path)
        assert len(titles(choice)) == before + 1


@pytest.mark.parametrize("wrong", ["missing", "text", "empty folder", "no model in it", "no object"])
def test_what_is_no_bundle_is_refused_and_nothing_changes(choice, tmp_path, wrong):
    path = tmp_path / "wrong"
    if wrong == "text":
        path.write_text("no bundle")
    elif wrong == "empty folder":
        path.mkdir()
    elif wrong == "no model in it":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("network.onnx", b"")
    elif wrong == "no object":
        path.mkdir()
        (path / "model.json").write_text("[1, 2]")
    before = choice.model(), titles(choice), facts_shown(choice)
    assert not choice.add_bundle(str(path))
    assert choice.refused == [str(path)]
    assert (choice.model(), titles(choice), facts_shown(choice)) == before


def test_a_model_without_facts_shows_none(choice, tmp_path):
    assert choice.add_bundle(bundle(tmp_path / "bare", licence=None, training_data=None, scores=None))
    assert choice.findChild(QLabel).isHidden()
    choice.findChild(QComboBox).setCurrentIndex(0)
    assert not choice.findChild(QLabel).isHidden()


def test_a_bundle_is_chosen_in_the_file_dialog(choice, answer, tmp_path):
    # files can be chosen there and no folders: the description stands for its folder
    folder = bundle(tmp_path / "mine")
    answer(f"{folder}/model.json")
    assert choice.model().name == folder
    path = zipped(tmp_path / "other.xv2.zip", title="Other one")
    answer(path)
    assert (choice.model().name, choice.model().title) == (path, "Other one")


@pytest.mark.parametrize("given", ["", "/no/such/file.zip"])
def test_without_a_bundle_the_list_goes_back(choice, answer, tmp_path, given):
    path = bundle(tmp_path / "mine")
    choice.add_bundle(path)
    answer(given)
    assert choice.model().name == path
    assert choice.findChild(QComboBox).currentText() == "Small one"
    assert choice.refused == ([given] if given else [])


def test_models_that_come_later_change_no_choice(choice, installed, tmp_path):
    path = bundle(tmp_path / "mine", title="Mine")
    choice.add_bundle(path)
    bundle(installed / "later", title="Later one")
    choice.refresh()
    choice.refresh()
    assert choice.model().name == path
    assert choice.findChild(QComboBox).currentText() == "Mine"
    assert titles(choice)[-3:] == ["Mine", "Later one", "Choose a model bundle…"]


RICH = "<img src='//host/share/x.png'> & <b>more</b>"


def test_texts_of_a_bundle_are_no_rich_text(choice, tmp_path):
    """An image in it would be loaded, from any host."""
    scores = [{"set": RICH, "metric": RICH, "value": 1}]
    path = bundle(
        tmp_path / "<b>evil</b>".replace("/", "-"), title=RICH, licence=RICH, training_data=RICH, scores=scores
    )
    assert choice.add_bundle(path)
    label, combo = choice.findChild(QLabel), choice.findChild(QComboBox)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert RICH in label.text()
    assert not Qt.mightBeRichText(combo.itemData(combo.currentIndex(), Qt.ItemDataRole.ToolTipRole))


@pytest.mark.parametrize(
    "content", [b"[" * 100_000, b"{", b"\xff", b'{"id": {}, "title": []}', b'{"id": "a", "scores": [[[]]]}']
)
def test_odd_models_among_the_installed_ones_do_not_keep_the_dialog_shut(qgis_app, installed, content):
    (installed / "odd").mkdir()
    (installed / "odd" / "model.json").write_bytes(content)
    bundle(installed / "small")
    assert "Small one" in titles(ModelChoice())


def test_models_that_were_removed_are_no_longer_offered(choice, installed, tmp_path):
    path = bundle(tmp_path / "mine", title="Mine")
    choice.add_bundle(path)
    bundle(installed / "later", title="Later one")
    choice.refresh()
    choice.findChild(QComboBox).setCurrentIndex(titles(choice).index("Later one"))
    assert choice.model().name == "later"
    (installed / "later" / "model.json").unlink()
    choice.refresh()
    assert choice.model().name == "auto"
    assert titles(choice)[-2:] == ["Mine", "Choose a model bundle…"]
    assert "Model licence" in facts_shown(choice)


def test_a_default_model_that_is_not_here_can_be_downloaded(qgis_app, installed, tmp_path, monkeypatch):
    monkeypatch.setattr("xview2_qgis.available_models.embedded_folder", lambda: tmp_path / "nothing")
    bundle(installed / "small")
    choice = ModelChoice()
    assert titles(choice)[0] == "Compact – default (download 10 MB)…"
    assert not choice.model().here
    bundle(installed / "compact", id="compact", title="Compact")
    choice.refresh()
    assert titles(choice) == ["Compact", "Small one", "Choose a model bundle…"]
    assert choice.model().here
    choice.deleteLater()
