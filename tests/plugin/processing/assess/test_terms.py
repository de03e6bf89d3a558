"""An algorithm asks no questions: it says under which terms the model comes, and refuses one that is not here."""

from __future__ import annotations

import json

import pytest

from tests.plugin.conftest import RefusedError


def test_the_licence_is_in_the_log(run_assess, tmp_path):
    _, feedback, _ = run_assess()
    assert any("CC BY-NC-SA 4.0 (not for commercial use)" in line for line in feedback.infos)
    free = tmp_path / "free"
    free.mkdir()
    (free / "model.json").write_text(json.dumps({"contract": 1, "id": "free", "title": "Free", "licence": "MIT"}))
    _, feedback, _ = run_assess(MODEL=str(free))
    assert not any("commercial" in line for line in feedback.infos)
    (free / "model.json").write_text(
        json.dumps({"contract": 1, "id": "rich", "title": "<img src=x>", "licence": "CC BY-NC 4.0"})
    )
    _, feedback, _ = run_assess(MODEL=str(free))
    [line] = [line for line in feedback.infos if "commercial" in line]
    assert "<" not in line  # the log may show it as HTML


def test_a_default_model_that_is_not_here(run_assess, monkeypatch, tmp_path):
    monkeypatch.setenv("XVIEW2_MODELS", str(tmp_path / "nothing"))
    monkeypatch.setattr("xview2_qgis.available_models.embedded_folder", lambda: tmp_path / "nothing")
    with pytest.raises(RefusedError, match="press Download"):
        run_assess()
