"""Before a run: the terms of the model, and its download where it is not here."""

from __future__ import annotations

import pytest
from qgis.core import QgsSettings
from qgis.PyQt.QtWidgets import QComboBox

from xview2_qgis.gui.models.first_use import FirstUse
from xview2_qgis.gui.models.terms_question import TermsQuestion


@pytest.fixture
def asked(monkeypatch):
    """How often the terms were shown; they are refused at first."""
    asked = []
    QgsSettings().remove("xview2/terms")
    monkeypatch.setattr(TermsQuestion, "exec", lambda question: asked.append(question) or question.result())
    return asked


def test_without_agreement_nothing_runs(make_dialog, fake_engine, asked, monkeypatch, wait_until):
    dialog = make_dialog()
    dialog.run()
    assert dialog.task is None
    assert "terms" in dialog.notice.text()
    monkeypatch.setattr(TermsQuestion, "exec", lambda question: question.DialogCode.Accepted)
    dialog.run()
    wait_until(lambda: dialog.task is None)
    monkeypatch.setattr(TermsQuestion, "exec", lambda question: asked.append(question) or question.result())
    dialog.run()
    assert len(asked) == 1
    wait_until(lambda: dialog.task is None)


def test_a_model_that_is_not_here_is_fetched_and_the_run_goes_on(
    make_dialog, fake_engine, monkeypatch, tmp_path, wait_until, project
):
    orders = []
    monkeypatch.setenv("XVIEW2_MODELS", str(tmp_path / "installed"))
    monkeypatch.setattr(FirstUse, "_fetch", lambda self, order, environment: orders.append(order))
    with monkeypatch.context() as without:
        without.setattr("xview2_qgis.available_models.embedded_folder", lambda: tmp_path / "nothing")
        dialog = make_dialog()
        combo = dialog.model.findChild(QComboBox)
        assert combo.itemText(0) == "Compact – default (download 10 MB)…"
        dialog.run()
        assert dialog.task is None
        [order] = orders
        assert order.address.endswith("compact.xv2.zip")
    dialog._first_use.ready.emit()
    assert dialog.task is not None
    assert combo.currentText() == "Compact – default"  # for which the user has asked
    wait_until(lambda: dialog.task is None)


def test_the_window_of_the_models_is_a_click_away(make_dialog):
    dialog, wanted = make_dialog(), []
    dialog.window_wanted.connect(lambda name, order: wanted.append(name))
    dialog.model.models_button.click()
    assert wanted == ["Models"]
