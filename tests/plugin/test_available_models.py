from __future__ import annotations

import json
import zipfile

from xview2_qgis.available_models import available_models, model_of_bundle

FACTS = {
    "contract": 1,
    "id": "small",
    "title": "Small one",
    "licence": "CC BY-NC-SA 4.0",
    "training_data": "xBD",
    "scores": [{"set": "test", "metric": "F1", "value": 0.7, "date": "2026-01-01"}],
}


def bundle(folder, **facts):
    folder.mkdir(parents=True)
    (folder / "model.json").write_text(json.dumps({**FACTS, **facts}))
    return folder


def test_models_of_several_folders(tmp_path):
    bundle(tmp_path / "a" / "small")
    bundle(tmp_path / "a" / "compact", id="compact")
    bundle(tmp_path / "b" / "small", title="the same again")
    broken = tmp_path / "b" / "broken"
    broken.mkdir()
    (broken / "model.json").write_text("{")
    models = available_models((tmp_path / "a", tmp_path / "b", tmp_path / "missing"))
    assert [model.name for model in models] == ["compact", "small"]
    assert models[1].title == "Small one"
    assert models[1].licence == "CC BY-NC-SA 4.0"
    assert models[1].scores == "F1 0.7 (test)"


def test_a_set_of_scores_is_named_once(tmp_path):
    scores = [
        {"set": "test", "metric": "F1", "value": 0.7},
        {"set": "elsewhere", "metric": "F1", "value": 0},
        {"set": "test", "metric": "error", "value": 0.1},
        {"metric": "alone", "value": 3},
        "no score",
    ]
    [model] = available_models((bundle(tmp_path / "a" / "small", scores=scores).parent,))
    assert model.scores == "F1 0.7, error 0.1 (test); F1 0 (elsewhere); alone 3"


def test_bundle_of_a_file(tmp_path):
    folder = bundle(tmp_path / "mine")
    assert model_of_bundle(str(folder)).name == str(folder)
    for inside in ("model.json", "small/model.json"):
        path = tmp_path / "mine.xv2.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(folder / "model.json", inside)
        model = model_of_bundle(str(path))
        assert (model.name, model.title) == (str(path), "Small one")


def test_no_bundle(tmp_path):
    (tmp_path / "text.zip").write_text("no zip")
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    for name in ("missing", "text.zip", "empty.zip", ""):
        assert model_of_bundle(str(tmp_path / name)) is None


def test_a_bundle_behind_a_password_is_none(tmp_path):
    path = tmp_path / "secret.xv2.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model.json", json.dumps(FACTS))
    content = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(signature) + flags] |= 1  # "encrypted"
    path.write_bytes(content)
    assert model_of_bundle(str(path)) is None
