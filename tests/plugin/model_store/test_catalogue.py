"""What is here and what can be fetched, each model once."""

from __future__ import annotations

import json

import pytest

from tests.plugin.conftest import ROOT
from xview2_qgis.model_store import catalogue as catalogue_module
from xview2_qgis.model_store.catalogue import Place, catalogue, model_named
from xview2_qgis.protocol.published_models import PublishedModel, PublishedScore, published_models

FACTS = {"contract": 1, "id": "small", "title": "Small one", "licence": "MIT"}


def install(folder, name="small", **facts):
    bundle = folder / "installed" / name
    bundle.mkdir(parents=True)
    (bundle / "model.json").write_text(json.dumps({**FACTS, **facts}))
    (bundle / "network.onnx").write_bytes(b"x" * 1000)
    return bundle


def published(name):
    score = PublishedScore("test", "F1", 0.7, "2026-01-01")
    return PublishedModel(
        name, "Fetched one", f"{name}.xv2.zip", f"https://example.org/{name}.xv2.zip", 5_000_000, "0" * 64,
        "CC BY-NC 4.0", "https://example.org/licence", "towns", "Good.", (score,),
    )  # fmt: skip


def test_places(folders):
    bundle = install(folders)
    entries = catalogue((published("fetched"), published("small"), published("compact")))
    found = {entry.model.name: entry for entry in entries}
    assert [entry.model.name for entry in entries] == ["compact", "compact-int8", "small", "fetched"]
    assert found["compact"].place is Place.EMBEDDED
    small = found["small"]
    assert (small.place, small.folder, small.problem) == (Place.INSTALLED, bundle, "")
    assert small.size_bytes == 1000 + (bundle / "model.json").stat().st_size
    fetched = found["fetched"]
    assert (fetched.place, fetched.size_bytes, fetched.folder, fetched.model.here) == (
        Place.PUBLISHED, 5_000_000, None, False,
    )  # fmt: skip
    assert fetched.model.figures[0].metric == "F1"


def test_models_with_a_problem_are_there_to_be_removed(folders):
    install(folders, "renamed")
    (install(folders, "broken") / "model.json").write_text("{")
    (folders / "installed" / "no model").mkdir()
    found = {entry.model.name: entry for entry in catalogue(())}
    assert "“small”" in found["renamed"].problem
    assert "cannot be read" in found["broken"].problem
    assert "no model" not in found


def test_a_plugin_without_weights_offers_the_published_ones(folders, monkeypatch):
    monkeypatch.setattr(catalogue_module, "embedded_folder", lambda: folders / "nothing")
    entries = catalogue()
    assert [entry.model.name for entry in entries] == [model.id for model in published_models()]
    assert entries[0].model.name == "compact"
    card = json.loads((ROOT / "xview2_qgis" / "models" / "compact" / "model.json").read_text())
    assert entries[0].model.summary == card["summary"]


@pytest.mark.parametrize("name", ["compact", "small"])
def test_a_model_is_found_by_its_name(folders, name):
    install(folders)
    assert model_named(name).here


def test_a_model_is_found_by_its_path(folders):
    bundle = install(folders)
    assert model_named(str(bundle)).title == "Small one"
    assert model_named("unknown") is None


def test_a_default_model_that_is_not_here(folders, monkeypatch):
    monkeypatch.setattr(catalogue_module, "available_models", list)
    assert not model_named("compact").here
