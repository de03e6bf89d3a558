"""The models as files of a release: the same bytes everywhere, and what the plugin knows of them."""

import configparser
import hashlib
import json
import os
import shutil
import zipfile

import pytest

from tests.checkout import ROOT
from tests.packaging.scripts import script
from xview2_qgis.engine.bundle.registry import install
from xview2_qgis.protocol.locations import DEFAULT_MODEL
from xview2_qgis.protocol.published_models import published_model, published_models

model_archives = script("model_archives")
MODELS = ROOT / "xview2_qgis" / "models"


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    return {path.name: path for path in model_archives.write_model_archives(ROOT, tmp_path_factory.mktemp("dist"))}


def test_what_the_plugin_knows_is_what_is_published(archives):
    """When it fails: python3 packaging/model_archives.py facts."""
    assert (ROOT / model_archives.FACTS).read_text(encoding="utf-8") == model_archives.facts_text(ROOT)
    metadata = configparser.ConfigParser(interpolation=None)
    metadata.read(ROOT / "metadata.txt", encoding="utf-8")
    version, repository = metadata["general"]["version"], metadata["general"]["repository"]
    assert {model.file for model in published_models()} == set(archives)
    for model in published_models():
        content = archives[model.file].read_bytes()
        assert (model.size_bytes, model.sha256) == (len(content), hashlib.sha256(content).hexdigest())
        assert model.address == f"{repository}/releases/download/v{version}/{model.file}"
        card = json.loads((MODELS / model.id / "model.json").read_text(encoding="utf-8"))
        assert (model.id, model.title, model.licence) == (card["id"], card["title"], card["licence"])
        assert [(score.metric, score.value) for score in model.scores] == [
            (score["metric"], score["value"]) for score in card["scores"]
        ]
    assert published_model(DEFAULT_MODEL) in published_models()
    assert published_model("none") is None


def test_an_archive_holds_the_model_and_its_licence(archives):
    for model in published_models():
        with zipfile.ZipFile(archives[model.file]) as archive:
            assert archive.testzip() is None
            assert sorted(archive.namelist()) == ["LICENSE.txt", "model.json", "network.onnx"]
            for name in ("model.json", "network.onnx"):
                assert archive.read(name) == (MODELS / model.id / name).read_bytes()
            assert model.licence in archive.read("LICENSE.txt").decode()


def test_the_bytes_depend_on_nothing_but_the_content(archives, tmp_path):
    copy = tmp_path / "another place"
    for name in ("metadata.txt", "xview2_qgis/models"):
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, target)
    for path in copy.rglob("*"):
        os.utime(path, (1e9, 1e9))
    before = os.umask(0o077)
    try:
        again = model_archives.write_model_archives(copy, tmp_path)
    finally:
        os.umask(before)
    assert [path.read_bytes() for path in again] == [archives[path.name].read_bytes() for path in again]
    # compressed bytes would depend on the zlib of whoever builds
    with zipfile.ZipFile(again[0]) as archive:
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}


def test_the_engine_installs_it_where_no_model_came_with_the_plugin(archives, monkeypatch, tmp_path):
    monkeypatch.setenv("XVIEW2_MODELS", str(tmp_path / "installed"))
    monkeypatch.setattr("xview2_qgis.engine.bundle.registry.embedded_folder", lambda: tmp_path / "no models")
    model = published_model(DEFAULT_MODEL)
    entry = install(str(archives[model.file]), model.sha256)
    assert entry.problem is None
    assert entry.name == DEFAULT_MODEL
    assert (tmp_path / "installed" / DEFAULT_MODEL / "LICENSE.txt").is_file()
