"""The card says what a model is, in the words of the catalogue."""

from __future__ import annotations

import json

import pytest

from tests.plugin.conftest import ROOT
from xview2_qgis.gui.models.card import ModelCard
from xview2_qgis.model_store.catalogue import Place, catalogue


@pytest.fixture
def card(qgis_app, installed):
    card = ModelCard()
    yield card
    card.deleteLater()


def test_the_default_model(card):
    facts = json.loads((ROOT / "xview2_qgis" / "models" / "compact" / "model.json").read_text())
    card.show_entry(catalogue(())[0])
    shown = card.facts()
    assert card.title.text() == facts["title"]
    assert card.summary.text() == facts["summary"]
    lines = shown["Scores"].splitlines()  # a line for each set and day
    scores, destroyed = lines[:2]
    assert scores.startswith("localization F1 0.802, damage F1 0.402, official score 0.522, buildings: ")
    assert scores.endswith("(2026-12-01)")
    assert destroyed.startswith("buildings: destroyed precision 0.738")
    assert destroyed.endswith("(2026-12-01)")
    assert "not for commercial use" in shown["Licence"]
    assert "https://creativecommons.org/licenses/by-nc-sa/4.0/" in shown["Licence"]
    assert "Commercial use" in shown["Not for"]
    assert shown["Trained on"] == facts["training_data"]
    assert shown["Size"].endswith("MB")
    assert shown["State"] == "Comes with the plugin"
    assert shown["Files"].startswith("Not checked")
    card.show_entry(catalogue(())[0], "Complete and unchanged, checked at 10:00.")
    assert card.facts()["Files"].startswith("Complete")


def test_a_model_that_is_not_here(card, without_weights):
    entry = catalogue()[0]
    assert entry.place is Place.PUBLISHED
    card.show_entry(entry)
    assert card.facts()["Size"] == "10 MB to download"
    assert "after the download" in card.facts()["Files"]


def test_a_bare_model_and_none(card, put):
    put("bare")
    entry = next(entry for entry in catalogue(()) if entry.model.name == "bare")
    card.show_entry(entry)
    assert card.facts()["Scores"] == "None are given."
    assert "Commercial" not in card.facts()["Not for"]
    assert "Trained on" not in card.facts()
    card.show_entry(None)
    assert card.facts() == {}
