"""The commands about models: what they print, and which errors they pass on."""

import hashlib
import json

import pytest

from tests.engine.tiny_bundle import write_tiny_bundle, zip_bundle
from xview2_qgis.engine.bundle import registry as catalogue
from xview2_qgis.engine.command_line.parser import make_parser
from xview2_qgis.engine.commands.models import run
from xview2_qgis.engine.errors import ModelError, RuntimeFailure, UsageError
from xview2_qgis.engine.run.json_events import JsonEvents
from xview2_qgis.engine.run.text_events import TextEvents


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    """Embedded and installed models of a test of its own."""
    monkeypatch.setenv("XVIEW2_MODELS", str(tmp_path / "installed"))
    monkeypatch.setattr(catalogue, "embedded_folder", lambda: tmp_path / "embedded")
    write_tiny_bundle(tmp_path / "embedded" / "compact", 64, 8, name="compact")
    return tmp_path


@pytest.fixture
def command(capsys):
    """Runs ``xview2 models …`` and returns the lines it prints."""

    def run_words(*words):
        arguments = ["models", *map(str, words)]
        assert run(make_parser(arguments).parse_args(arguments), TextEvents()) == 0
        told = capsys.readouterr()
        assert told.err == ""
        assert told.out.endswith("\n") or not told.out
        return told.out.splitlines()

    return run_words


def refusal(command, capsys, *words):
    with pytest.raises((ModelError, RuntimeFailure, UsageError)) as caught:
        command(*words)
    assert capsys.readouterr().out == ""
    return caught.value.code, caught.value.exit_code


def checksum(folder):
    """The documented one: over the checksums of the files, in the order of their names."""
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.onnx"))]
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def test_install_list_verify_remove(command, folders):
    source = write_tiny_bundle(folders / "source", 64, 8)
    assert command("list") == ["compact\tembedded\tTiny analytic model for tests (CC0-1.0)"]
    assert command("install", zip_bundle(source, folders / "any.xv2.zip")) == [
        "installed tiny: Tiny analytic model for tests",
        "licence: CC0-1.0",
    ]
    assert [line.split("\t")[:2] for line in command("list")] == [["compact", "embedded"], ["tiny", "installed"]]
    assert command("verify", "tiny") == [f"tiny is complete and unchanged ({checksum(source)})"]
    assert command("remove", "tiny") == ["removed tiny"]
    assert [line.split("\t")[0] for line in command("list")] == ["compact"]


def test_what_a_program_is_told(folders, capsys):
    """Nothing but events."""
    archive = zip_bundle(write_tiny_bundle(folders / "source", 64, 8), folders / "any.xv2.zip")
    for action in (["install", str(archive)], ["verify", "tiny"], ["remove", "tiny"]):
        arguments = ["models", *action, "--events", "json"]
        assert run(make_parser(arguments).parse_args(arguments), JsonEvents()) == 0
        [event] = map(json.loads, capsys.readouterr().out.splitlines())
        assert (event["event"], event["output"]) == ("result", "tiny")


def test_without_models_the_list_is_empty(command, folders):
    (folders / "embedded").rename(folders / "elsewhere")
    assert command("list") == []


def test_a_model_with_a_problem_is_listed_with_it(command, folders):
    write_tiny_bundle(folders / "installed" / "renamed", 64, 8)
    _, line = command("list")
    name, origin, problem = line.split("\t")
    assert (name, origin) == ("renamed", "installed")
    assert "tiny" in problem
    assert "CC0-1.0" not in problem


def test_texts_of_strangers_do_not_reach_the_terminal(command, folders):
    """Neither of a description that was put into the folder by hand, nor of the folder's name."""
    title = {"title": "Nice\x1b]0;owned\x07\rcompact\tembedded"}
    write_tiny_bundle(folders / "installed" / "esc\x1b[2K", 64, 8, name="esc", changes=title)
    lines = command("list")
    assert len(lines) == 2
    assert lines[1].startswith("esc\\x1b[2K\tinstalled\tmodel.json: title must be one line")


@pytest.mark.parametrize("by", ["name", "folder"])
def test_show_tells_everything_about_a_model(command, folders, by):
    scores = [
        {"set": "town", "metric": "damage_f1", "value": 0.75, "date": "2026-02-03"},
        {"set": "drawn", "metric": "localization_f1", "value": 0.5, "date": "2026-01-01"},
    ]
    folder = write_tiny_bundle(
        folders / "embedded" / "pair", 128, 16, name="pair", kind="separate", copies=2, gsd_m=0.4,
        changes={"scores": scores},
    )  # fmt: skip
    *lines, first, second = command("show", "pair" if by == "name" else folder)
    shown = dict(line.split(": ", 1) for line in lines)
    assert shown == {
        "pair": "Tiny analytic model for tests",
        "licence": "CC0-1.0",
        "training data": "none",
        "source": "tests/engine/tiny_bundle.py",
        "networks": "localization-0.onnx (localization), localization-1.onnx (localization), "
        "damage-0.onnx (damage), damage-1.onnx (damage)",
        "tiles": "128 pixels of 0.4 m, overlap 16",
        "precision": "fp32",
        "size": f"{sum(path.stat().st_size for path in folder.iterdir()) / 1e6:.1f} MB",
        "checksum": checksum(folder),
        "folder": str(folder),
    }
    assert first == "score: damage_f1 0.75 on town (2026-02-03)"
    assert second == "score: localization_f1 0.5 on drawn (2026-01-01)"


@pytest.mark.parametrize("action", ["show", "verify"])
def test_a_changed_model_is_not_shown_as_if_it_were_whole(command, capsys, folders, action):
    assert refusal(command, capsys, action, "unknown") == ("no-model", 4)
    network = folders / "embedded" / "compact" / "joint.onnx"
    network.write_bytes(network.read_bytes() + b"\0")
    assert refusal(command, capsys, action, "compact") == ("model-checksum", 4)
    network.unlink()
    assert refusal(command, capsys, action, "compact") == ("model-network", 4)


def test_what_cannot_be_installed_is_refused(command, capsys, folders, monkeypatch):
    assert refusal(command, capsys, "install", folders / "nothing") == ("no-model", 4)
    assert refusal(command, capsys, "install", "ftp://localhost/x.zip") == ("model-address", 2)
    namesake = write_tiny_bundle(folders / "source", 64, 8, name="compact")
    assert refusal(command, capsys, "install", namesake) == ("model-name", 4)
    assert len(command("list")) == 1
    (folders / "file").write_text("")
    monkeypatch.setenv("XVIEW2_MODELS", str(folders / "file" / "models"))
    assert refusal(command, capsys, "install", write_tiny_bundle(folders / "other", 64, 8)) == ("models-folder", 5)


def test_only_installed_models_can_be_removed(command, capsys):
    assert refusal(command, capsys, "remove", "compact") == ("model-name", 4)
    assert refusal(command, capsys, "remove", "unknown") == ("no-model", 4)
    assert len(command("list")) == 1
