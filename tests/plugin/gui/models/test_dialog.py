"""The window: which models it shows, what can be done with each, and what it says when something goes wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QLabel, QMessageBox, QPushButton

from xview2_qgis.gui.models import dialog as dialog_module
from xview2_qgis.gui.models.dialog import ModelsDialog
from xview2_qgis.gui.windows import WindowEntry
from xview2_qgis.model_store.work import ModelOrder


def choose(window, name):
    window.refresh(name)
    assert window.list.entry().model.name == name


def titles(window):
    return [window.list.item(row).text().split("\n")[0] for row in range(window.list.count())]


def states(window):
    return [window.list.item(row).text().split("\n")[1] for row in range(window.list.count())]


@pytest.fixture
def orders(monkeypatch):
    """What the window would carry out."""
    orders = []
    monkeypatch.setattr(ModelsDialog, "_begin", lambda self, order: orders.append(order))
    return orders


def offered(window):
    buttons = (window.download_button, window.verify_button, window.remove_button, window.folder_button)
    return [button.text().replace("&", "") for button in buttons if button.isVisible() and button.isEnabled()]


def test_embedded_and_installed_models(make_window, put):
    put("small", title="Small one")
    put("broken", id={})
    window = make_window()
    assert titles(window) == ["Compact – default", "Compact – fast (8-bit)", "broken", "Small one"]
    assert states(window) == ["Comes with the plugin", "Comes with the plugin", "Cannot be used", "Installed"]
    assert offered(window) == ["Verify", "Open folder"]
    choose(window, "small")
    assert offered(window) == ["Verify", "Remove…", "Open folder"]
    choose(window, "broken")
    assert "cannot be read" in window.card.facts()["State"]
    assert "Remove…" in offered(window)


def test_published_models_that_are_not_here(make_window, without_weights, orders, monkeypatch):
    window = make_window()
    assert titles(window)[0] == "Compact – default"
    assert states(window)[0] == "Not here yet – download 10 MB"
    assert offered(window) == ["Download"]
    monkeypatch.setattr(dialog_module, "agrees_to_terms", lambda model, parent: False)
    window.download_button.click()
    assert orders == []
    monkeypatch.setattr(dialog_module, "agrees_to_terms", lambda model, parent: True)
    window.download_button.click()
    [order] = orders
    assert order.address.startswith("https://")
    assert len(order.sha256) == 64


def test_without_an_engine_its_page_is_offered(make_window, no_engine, without_weights, monkeypatch):
    entry = WindowEntry("Engine", "xview2", "Engine…", "engine.dialog.EngineDialog")
    monkeypatch.setattr(dialog_module, "window_entries", lambda: (entry,))
    window, wanted = make_window(no_engine), []
    window.window_wanted.connect(lambda name, order: wanted.append(name))
    window.download_button.click()
    assert "not installed yet" in window.notice.text()
    [button] = [button for button in window.notice.findChildren(QPushButton) if "engine" in button.text()]
    button.click()
    assert wanted == ["Engine"]
    window.install_file("model.xv2.zip")
    assert window.work is None


def test_removing_asks_first(make_window, put, orders, monkeypatch):
    put("small", title="<b>Small</b> one")
    window, asked = make_window(), []

    def answer(button):
        def exec_box(box):
            asked.append((box.text(), box.textFormat(), box.defaultButton().text()))
            return button

        monkeypatch.setattr(QMessageBox, "exec", exec_box)

    choose(window, "small")
    answer(QMessageBox.StandardButton.Cancel)
    window.remove_button.click()
    assert orders == []
    answer(QMessageBox.StandardButton.Yes)
    window.remove_button.click()
    assert orders == [ModelOrder("remove", "small")]
    text, text_format, default = asked[0]
    assert "<b>Small</b> one" in text
    assert text_format == Qt.TextFormat.PlainText
    assert "Cancel" in default.replace("&", "")


def test_buttons_order_what_they_say(make_window, put, orders, installed, monkeypatch):
    put("small")
    window, opened = make_window(), []
    choose(window, "small")
    window.verify_button.click()
    monkeypatch.setattr(dialog_module, "ask_for_bundle", lambda parent: "/some/model.xv2.zip")
    window.file_button.click()
    monkeypatch.setattr(dialog_module, "ask_for_bundle", lambda parent: "")
    window.file_button.click()
    assert orders == [ModelOrder("verify", "small"), ModelOrder("install", "/some/model.xv2.zip")]
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    window.folder_button.click()
    assert Path(opened[0].toLocalFile()) == installed / "small"


def test_a_failure_is_told_and_can_be_tried_again(make_window, server, wait_until):
    window = make_window()
    window._begin(ModelOrder("install", address=server.address("missing/model.xv2.zip")))
    assert not window.file_button.isEnabled()
    assert window.panel.isVisible()
    wait_until(lambda: window.work is None)
    assert "status 404" in window.notice.text()
    assert not window.panel.isVisible()
    [again] = [button for button in window.notice.findChildren(QPushButton) if "again" in button.text()]
    again.click()
    wait_until(lambda: window.work is None)
    assert len(server.requests) == 2


def test_a_download_can_be_cancelled(make_window, server, wait_until):
    server.content = b"x" * 400_000
    window = make_window()
    window._begin(ModelOrder("install", address=server.address("slow/model.xv2.zip")))
    wait_until(lambda: window.panel.bar.value() == 500)
    assert window.panel.amount.text().startswith("0.2 MB of 0.4 MB")
    window.panel.cancel_button.click()
    wait_until(lambda: window.work is None)
    assert "kept for another try" in window.notice.text()
    server.go_on.set()


def test_an_engine_that_does_not_start(make_window, put, wait_until):
    put("small")
    window = make_window()
    choose(window, "small")
    window.verify_button.click()
    wait_until(lambda: window.work is None)
    assert "cannot be started" in window.notice.text()
    assert "cannot be started" in window.card.facts()["Files"]


def test_models_that_come_and_go(make_window, put, installed):
    window = make_window()
    put("small")
    window.close()
    window.show()
    choose(window, "small")
    shutil.rmtree(installed / "small")
    window.refresh()
    assert window.list.entry().model.name == "compact"


def test_the_keyboard_reaches_everything(make_window, put):
    put("small")
    window = make_window()
    choose(window, "small")
    window.list.setFocus()
    reached = {window.focusWidget()}
    for _ in range(30):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        reached.add(window.focusWidget())
    buttons = {
        window.file_button,
        window.address_button,
        window.verify_button,
        window.remove_button,
        window.folder_button,
    }
    assert buttons <= reached
    keys = [button.text().split("&")[1][0].lower() for button in window._actions]
    assert len(set(keys)) == len(keys)


RICH = "<img src='//host/share/x.png'> <b>bold</b>"


def test_texts_of_a_model_are_plain(make_window, put):
    put(
        "rich", title=RICH, licence=RICH, training_data=RICH, summary=RICH, source=RICH,
        scores=[{"set": RICH, "metric": RICH, "value": 1, "date": RICH}],
    )  # fmt: skip
    window = make_window()
    choose(window, "rich")
    labels = [label for label in window.card.findChildren(QLabel) if "<b>" in label.text()]
    assert len(labels) >= 6
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in labels)
    assert not Qt.mightBeRichText(window.list.currentItem().toolTip())


def test_it_fits_a_small_screen_with_large_letters(make_window, qgis_app, put):
    put("long", title="Word" * 50, summary="x" * 1000, source="https://example.org/" + "y" * 500)
    font = qgis_app.font()
    larger = qgis_app.font()
    larger.setPointSizeF(font.pointSizeF() * 1.25)
    qgis_app.setFont(larger)
    try:
        window = make_window()
        choose(window, "long")
        assert window.minimumSizeHint().width() < 1366 - 80
        assert window.minimumSizeHint().height() < 768 - 120
    finally:
        qgis_app.setFont(font)
