"""The terms are shown once, with the licence and where its text is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QDialog, QLabel

from xview2_qgis.available_models import AvailableModel
from xview2_qgis.gui.models.terms_question import TermsQuestion, agrees_to_terms

MODEL = AvailableModel("own", "Own <b>x</b>", "CC BY-NC-SA 4.0", identifier="own")


@pytest.fixture
def answers(monkeypatch):
    """Answer the question; returns the answers to come and the texts that were shown."""
    answers, shown = [], []

    def execute(question):
        shown.append([(label.text(), label.textFormat()) for label in question.findChildren(QLabel)])
        (
            question.agree_button if answers.pop(0) else question.buttons.button(question.buttons.StandardButton.Cancel)
        ).click()
        return question.result()

    monkeypatch.setattr(TermsQuestion, "exec", execute)
    return answers, shown


def test_it_is_asked_until_it_is_agreed_to(qgis_app, answers):
    coming, shown = answers
    coming += [False, True]
    assert not agrees_to_terms(MODEL, None)
    assert agrees_to_terms(MODEL, None)
    assert agrees_to_terms(MODEL, None)
    assert len(shown) == 2
    texts = "\n".join(text for text, _ in shown[0])
    assert "Own <b>x</b>" in texts
    assert "CC BY-NC-SA 4.0 (not for commercial use)" in texts
    assert "https://creativecommons.org/licenses/by-nc-sa/4.0/" in texts
    assert all(kind == Qt.TextFormat.PlainText for _, kind in shown[0])


def test_free_models_are_not_asked_about(qgis_app, answers):
    assert agrees_to_terms(AvailableModel("a", "A", "MIT"), None)
    assert answers[1] == []


def test_closing_it_is_no_agreement(qgis_app):
    question = TermsQuestion(MODEL)
    question.reject()
    assert question.result() == QDialog.DialogCode.Rejected
    question.deleteLater()


def test_the_window_is_as_high_as_its_texts(qgis_app):
    question = TermsQuestion(replace(MODEL, training_data="images of " + "many towns " * 20))
    question.show()
    lines = question.layout()
    assert question.height() == lines.heightForWidth(question.width())
    for label in question.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width())
    question.close()
