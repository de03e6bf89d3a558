"""Models are found by name, installed whole or not at all, and removed."""

import dataclasses
import hashlib
import shutil

import pytest

from tests.engine.tiny_bundle import write_tiny_bundle, zip_bundle
from xview2_qgis.engine.bundle import registry as catalogue
from xview2_qgis.engine.bundle.registry import find_model, install, installed_folder, list_models, remove, verify
from xview2_qgis.engine.errors import ModelError, RuntimeFailure, UsageError
from xview2_qgis.protocol.published_models import published_model


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    """Embedded and installed models of a test of its own."""
    monkeypatch.setenv("XVIEW2_MODELS", str(tmp_path / "installed"))
    monkeypatch.setattr(catalogue, "embedded_folder", lambda: tmp_path / "embedded")
    write_tiny_bundle(tmp_path / "embedded" / "compact", 64, 8, name="compact")
    return tmp_path


def test_a_missing_default_model_says_how_to_get_it(folders):
    shutil.rmtree(folders / "embedded" / "compact")
    with pytest.raises(ModelError, match=r"xview2 models install compact$") as caught:
        find_model("compact")
    assert caught.value.code == "default-model"


def test_a_published_model_is_fetched_and_must_be_the_one(folders, monkeypatch):
    shutil.rmtree(folders / "embedded")
    archive = zip_bundle(write_tiny_bundle(folders / "source", 64, 8, name="compact"), folders / "any.xv2.zip")
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    published = dataclasses.replace(published_model("compact"), sha256=digest)
    asked = []
    monkeypatch.setattr(catalogue, "published_model", lambda name: published if name == "compact" else None)
    monkeypatch.setattr(
        catalogue, "download", lambda address, target: asked.append(address) or shutil.copyfile(archive, target)
    )
    assert install("compact").name == "compact"
    assert asked == [published.address]
    published = dataclasses.replace(published, sha256="0" * 64)
    with pytest.raises(ModelError, match="another checksum"):
        install("compact")
    assert verify("compact").tile_size == 64


def installed_names():
    return sorted(path.name for path in installed_folder().iterdir())


def test_embedded_models_are_listed_and_found(folders):
    (entry,) = list_models()
    assert (entry.name, entry.embedded, entry.problem) == ("compact", True, None)
    assert find_model("compact") == folders / "embedded" / "compact"
    assert verify("compact").id == "compact"


@pytest.mark.parametrize("form", ["folder", "zip", "file-url"])
def test_install_list_remove(folders, form):
    source = write_tiny_bundle(folders / "source", 64, 8)
    (source / "notes.txt").write_text("kept")
    (source / "unrelated.bin").write_text("not copied")
    if form != "folder":
        (source / "unrelated.bin").unlink()
        source = zip_bundle(source, folders / "any name.xv2.zip")
    entry = install(source.as_uri() if form == "file-url" else str(source))
    assert (entry.name, entry.embedded) == ("tiny", False)
    assert [e.name for e in list_models()] == ["compact", "tiny"]
    assert sorted(p.name for p in find_model("tiny").iterdir()) == ["joint.onnx", "model.json", "notes.txt"]
    assert verify("tiny").tile_size == 64
    remove("tiny")
    assert installed_names() == []
    with pytest.raises(ModelError):
        find_model("tiny")


def test_installing_again_replaces(folders):
    install(str(write_tiny_bundle(folders / "one", 64, 8)))
    install(str(write_tiny_bundle(folders / "two", 128, 8)))
    assert verify("tiny").tile_size == 128
    assert installed_names() == ["tiny"]


def test_a_wrong_model_leaves_the_former_one(folders):
    install(str(write_tiny_bundle(folders / "one", 64, 8)))
    wrong = write_tiny_bundle(folders / "two", 128, 8)
    (wrong / "joint.onnx").write_bytes(b"broken")
    with pytest.raises(ModelError, match="checksum"):
        install(str(wrong))
    assert verify("tiny").tile_size == 64
    assert installed_names() == ["tiny"]


def test_names_of_embedded_models_are_kept(folders):
    with pytest.raises(ModelError, match="belongs to a model of the program"):
        install(str(write_tiny_bundle(folders / "one", 64, 8, name="compact")))
    with pytest.raises(ModelError, match="came with the program"):
        remove("compact")
    assert verify("compact")


def test_unknown_names_get_a_suggestion():
    with pytest.raises(ModelError) as caught:
        find_model("compcat")
    assert caught.value.hint == "did you mean compact?"
    with pytest.raises(ModelError) as caught:
        find_model("zzzzz")
    assert "compact" in caught.value.hint
    for name in ("zzzzz", "../embedded/compact", ""):
        with pytest.raises(ModelError):
            remove(name)


@pytest.mark.parametrize("text", ["x" * 5000, "~nobody-of-this-name/model", "a/" * 2000])
def test_what_cannot_be_a_path_is_no_model(text):
    for search in (find_model, install):
        with pytest.raises(ModelError) as caught:
            search(text)
        assert caught.value.code == "no-model"
        assert len(str(caught.value)) < 600


def test_paths_are_models_too(folders):
    folder = write_tiny_bundle(folders / "elsewhere", 64, 8)
    assert find_model(str(folder)) == folder


def test_damaged_models_are_listed_with_their_problem(folders):
    folder = write_tiny_bundle(folders / "installed" / "tiny", 64, 8, changes={"title": 3})
    entry = next(e for e in list_models() if e.name == "tiny")
    assert "title" in entry.problem
    shutil.rmtree(folder)
    write_tiny_bundle(folders / "installed" / "renamed", 64, 8)
    assert "tiny" in next(e for e in list_models() if e.name == "renamed").problem
    remove("renamed")


@pytest.mark.parametrize("address", ["http://localhost/x.zip", "ftp://localhost/x.zip"])
def test_unsafe_addresses_are_refused(address):
    with pytest.raises(UsageError):
        install(address)


def test_nothing_there(folders):
    with pytest.raises(ModelError, match="no model at"):
        install(str(folders / "nothing"))
    with pytest.raises(RuntimeFailure, match="cannot fetch"):
        install("https://127.0.0.1:9/model.xv2.zip")
    assert installed_names() == []


def test_the_checksum_of_an_archive(folders):
    folder = write_tiny_bundle(folders / "one", 64, 8)
    archive = zip_bundle(folder, folders / "tiny.xv2.zip")
    right = hashlib.sha256(archive.read_bytes()).hexdigest()
    with pytest.raises(ModelError, match=r"tiny\.xv2\.zip has another checksum") as caught:
        install(str(archive), "0" * 64)
    assert caught.value.code == "model-checksum"
    for wrong in ("", "abc", right[:-1], right + "0", "g" * 64):
        with pytest.raises(UsageError, match="no SHA-256"):
            install(str(archive), wrong)
    with pytest.raises(UsageError, match="a folder has no checksum"):
        install(str(folder), right)
    assert installed_names() == []
    install(str(archive), right.upper())
    assert installed_names() == ["tiny"]


def test_a_name_that_another_system_takes_for_that_of_an_embedded_model(folders):
    with pytest.raises(ModelError, match="belongs to a model of the program"):
        install(str(write_tiny_bundle(folders / "one", 64, 8, name="Compact")))


def test_what_looks_like_an_address_and_is_none(folders):
    for source in ("[", "http//[x", "https://[::1", "https://", "https:///x.zip", "https://a b/x.zip", "https://h:x/y"):
        with pytest.raises((UsageError, ModelError, RuntimeFailure)) as caught:
            install(source)
        assert caught.value.code in ("model-address", "no-model")


def test_folder_that_cannot_be_written(folders, monkeypatch):
    (folders / "file").write_text("")
    monkeypatch.setenv("XVIEW2_MODELS", str(folders / "file" / "models"))
    with pytest.raises(RuntimeFailure, match="cannot install"):
        install(str(write_tiny_bundle(folders / "one", 64, 8)))
