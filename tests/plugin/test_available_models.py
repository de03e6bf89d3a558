from __future__ import annotations

import json
import os
import resource
import zipfile

import pytest

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
    with zipfile.ZipFile(tmp_path / "nameless.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo(""), b"x")
    for name in ("missing", "text.zip", "empty.zip", "nameless.zip", ""):
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


def packed(path, content, method=zipfile.ZIP_DEFLATED, name="model.json"):
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 200_000,
        b'{"a":' * 100 + b"1" + b"}" * 100,
        b'{"id": "a", "x": ' + b"9" * 5000 + b"}",
        b'{"id": "a", "id": "b"}',
        b'{"id": "a"}' + b" " * 1_000_000,
        b"\xff",
        b"",
        b'{"id": ""}',
    ],
    ids=["deep", "rather deep", "long number", "twice", "large", "no text", "empty", "no id"],
)
def test_descriptions_that_no_reader_takes(tmp_path, content):
    (tmp_path / "a" / "odd").mkdir(parents=True)
    (tmp_path / "a" / "odd" / "model.json").write_bytes(content)
    bundle(tmp_path / "a" / "small")
    assert [model.name for model in available_models((tmp_path / "a",))] == ["small"]
    assert model_of_bundle(str(tmp_path / "a" / "odd")) is None
    assert model_of_bundle(str(packed(tmp_path / "odd.xv2.zip", content))) is None


def test_a_bomb_takes_no_memory(tmp_path):
    path = tmp_path / "bomb.xv2.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("model.json", "w") as file:
        for _ in range(300):
            file.write(b" " * 1_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert model_of_bundle(str(path)) is None
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB


def test_a_list_of_files_without_an_end(tmp_path):
    path = tmp_path / "many.xv2.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(1000):
            archive.writestr(f"{number}/", b"")
        archive.writestr("model.json", json.dumps(FACTS))
    assert model_of_bundle(str(path)) is None


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("place", [30, 50, 60, -60, -30, -10])
def test_damage_anywhere_is_no_bundle_or_no_matter(tmp_path, method, place):
    path = packed(tmp_path / "damaged.xv2.zip", json.dumps(FACTS) * 30, method)
    content = bytearray(path.read_bytes())
    content[place : place + 9] = b"\xff" * 9
    path.write_bytes(content)
    assert model_of_bundle(str(path)) is None


def test_what_the_engine_takes_counts_and_nothing_else(tmp_path):
    """The engine wants one description, at the top or in one folder."""
    path = tmp_path / "two.xv2.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/b/model.json", json.dumps({**FACTS, "title": "Deeper"}))
        archive.writestr("model.json", json.dumps(FACTS))
    assert model_of_bundle(str(path)).title == "Small one"
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("other/model.json", json.dumps(FACTS))
    assert model_of_bundle(str(path)) is None


def test_odd_things_among_the_installed_models(tmp_path):
    folder = tmp_path / "a"
    bundle(folder / "small")
    (folder / "folder" / "model.json").mkdir(parents=True)
    bundle(folder / ".installing-x")
    (folder / "a file").write_text("x")
    (folder / "pipe").mkdir()
    os.mkfifo(folder / "pipe" / "model.json")
    (folder / "link").symlink_to(folder / "nowhere")
    unreadable = bundle(folder / "unreadable") / "model.json"
    unreadable.chmod(0)
    names = [model.name for model in available_models((folder, tmp_path / "x\0y", folder / "a file"))]
    assert set(names) - {"unreadable"} == {"small"}  # root reads everything
    assert model_of_bundle(str(folder / "pipe" / "model.json")) is None
    assert model_of_bundle("x\0y") is None


def test_a_model_whose_exchange_was_interrupted_is_there(tmp_path):
    bundle(tmp_path / ".installing-abc" / "former" / "small")
    bundle(tmp_path / ".installing-def" / "former" / "other", title="Former")
    bundle(tmp_path / "other", title="New")
    assert [(model.name, model.title) for model in available_models((tmp_path,))] == [
        ("other", "New"),
        ("small", "Small one"),
    ]


def test_texts_are_short_single_lines(tmp_path):
    odd = {
        "title": "Nice\nmodel \x1b[2K" + "x" * 5000,
        "licence": ["MIT", {"name": "CC0 \ud800"}, 7, None],
        "training_data": {"other": 1},
        "scores": [
            {"metric": "F1", "value": 10**300},
            {"metric": ["a"], "value": 1},
            {"metric": "b" * 900, "value": True},
        ],
    }
    model = model_of_bundle(str(bundle(tmp_path / "odd", **odd)))
    assert model.title.startswith("Nice model \\x1b[2Kxxx")
    assert len(model.title) <= 201
    assert model.licence == "MIT, CC0 \\ud800"
    assert model.training_data == ""
    assert len(model.scores) < 300
    assert model_of_bundle(str(bundle(tmp_path / "number", title=7, id=["x"]))).title == "x"
