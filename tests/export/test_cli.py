"""The command: exit codes, one line for every error, what it says."""

import hashlib
import json

import numpy as np
import onnxruntime
import pytest

from export.cli import main
from tests.engine.tiny_bundle import write_tiny_bundle
from tests.export.decided_network import DecidedNetwork
from tests.export.published_checkpoint import save_as_of_old
from training.data.synthesis import synthesize
from training.run.checkpoint import CheckpointError
from xview2_qgis.engine.bundle import open_bundle

NETWORKS = {"loc.pt": (1, 0), "damage.pt": (0, 5), "joint.pt": (1, 4)}


@pytest.fixture(autouse=True)
def checkpoints(monkeypatch):
    def load_network(path):
        if path.name not in NETWORKS:
            raise CheckpointError(f"{path}: there is no such checkpoint")
        return DecidedNetwork(*NETWORKS[path.name]).eval()

    monkeypatch.setattr("training.run.checkpoint.load_network", load_network)


def onnx(folder, *arguments):
    return main(["onnx", *arguments, "--output", str(folder), "--input-size", "64x64"])


def refused(capsys, code, *arguments):
    assert main([str(a) for a in arguments]) == code
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("error: ")
    return lines[0]


def test_two_networks_make_a_bundle(tmp_path, capsys):
    assert onnx(tmp_path / "two", "damage.pt", "loc.pt") == 0
    bundle = open_bundle(tmp_path / "two")
    assert [network.path.name for network in bundle.networks] == ["localization.onnx", "damage.onnx"]
    assert (bundle.id, bundle.overlap) == ("two", 16)
    said = capsys.readouterr()
    assert said.out.count("against torch: largest difference") == 2
    assert "names no licence" in said.err
    assert main(["verify", str(tmp_path / "two")]) == 0


def test_card_and_real_pairs(tmp_path, capsys):
    synthesize(tmp_path / "towns", 2, 128)
    capsys.readouterr()
    card = {
        "id": "mine", "title": "Mine", "licence": "CC0-1.0", "training_data": "towns", "source": "me",
        "decision": {"building_threshold": 0.3, "class_weights": [1, 2, 1, 1]}, "temperature": 1.5,
    }  # fmt: skip
    (tmp_path / "card.json").write_text(json.dumps(card))
    more = ["--card", str(tmp_path / "card.json"), "--check", str(tmp_path / "towns"), "--pairs", "2"]
    assert onnx(tmp_path / "mine", "joint.pt", *more, "--precision", "fp16", "--gsd", "0.3", "--overlap", "8") == 0
    bundle = open_bundle(tmp_path / "mine")
    assert (bundle.id, bundle.licence, bundle.gsd_m, bundle.overlap) == ("mine", "CC0-1.0", 0.3, 8)
    assert bundle.decision.class_weights == (1, 2, 1, 1)
    assert bundle.precision == "fp16"
    assert (
        json.loads((tmp_path / "mine" / "model.json").read_text())["parity"].items()
        >= {"pairs": 2, "images": "real"}.items()
    )
    assert capsys.readouterr().err == ""


def test_calibration_replaces_what_the_card_says(tmp_path, capsys):
    card = {
        "id": "mine", "title": "Mine", "licence": "CC0-1.0", "training_data": "towns", "source": "me",
        "decision": {"building_threshold": 0.3}, "temperature": 1.5,
    }  # fmt: skip
    tuned = {
        "temperature": 1.0,
        "offsets": [0, 90, 0, 0],
        "decision": {"class_weights": [1, 2, 1, 1]},
        "figures": {},
        "tta": "mirror",
    }
    for name, content in (("card", card), ("tuned", tuned)):
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    more = ["--card", str(tmp_path / "card.json"), "--calibration", str(tmp_path / "tuned.json")]
    assert onnx(tmp_path / "mine", "joint.pt", *more) == 0
    bundle = open_bundle(tmp_path / "mine")
    assert (bundle.decision.building_threshold, bundle.decision.class_weights) == (0.5, (1, 2, 1, 1))
    assert bundle.tta == "mirror"  # what was chosen with it belongs to it
    session = onnxruntime.InferenceSession(tmp_path / "mine" / "network.onnx", providers=["CPUExecutionProvider"])
    image = np.zeros((1, 3, 64, 64), np.uint8)
    damage = session.run(["damage"], {"pre": image, "post": image})[0]
    assert damage[:, 1].min() > 0.99
    for change, said in (
        ({"offsets": [1, 2]}, "offsets must be four numbers"), ({"decision": 3}, "decision must be"),
        ({"tta": "turns"}, "tta must be one of none, mirror, flips"),
    ):  # fmt: skip
        (tmp_path / "tuned.json").write_text(json.dumps({**tuned, **change}))
        assert onnx(tmp_path / "other", "joint.pt", *more) == 3
        assert said in capsys.readouterr().err
    (tmp_path / "tuned.json").write_text("{}")
    assert onnx(tmp_path / "other", "joint.pt", *more) == 3
    assert "decision must be there" in capsys.readouterr().err


CARD = {"id": "mine", "title": "Mine", "licence": "CC0-1.0", "training_data": "towns", "source": "me"}


@pytest.mark.parametrize(
    ("changes", "options", "fault"),
    [
        ({"scores": [{"metric": "f1", "value": 0.5}]}, [], "scores[0].set is missing"),
        ({"scores": [{"set": "x", "metric": "f1", "value": 0.5}]}, [], "scores[0].date is missing"),
        ({"decision": {"building_threshold": 1.5}}, [], "decision.building_threshold must lie between 0 and 1"),
        ({"decision": {"class_weights": [0, 0, 0, 0]}}, [], "decision.class_weights must be four numbers, not all 0"),
        ({}, ["--gsd", "0"], "gsd_m must lie between 0.01 and 100"),
        ({}, ["--gsd", "nan"], "gsd_m must lie between 0.01 and 100"),
    ],
)
@pytest.mark.parametrize("kind", [["joint.pt"], ["loc.pt"]])
def test_what_the_engine_refuses_is_not_written(kind, changes, options, fault, tmp_path, capsys):
    (tmp_path / "card.json").write_text(json.dumps(CARD))
    more = ["--card", str(tmp_path / "card.json"), "--check", str(tmp_path / "towns")]
    synthesize(tmp_path / "towns", 1, 64)
    assert onnx(tmp_path / "mine", "joint.pt", *more) == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "mine").iterdir()}
    (tmp_path / "card.json").write_text(json.dumps(CARD | changes))
    capsys.readouterr()
    said = refused(capsys, 4, "onnx", *kind, *more, *options, "--output", tmp_path / "mine", "--input-size", "64x64")
    assert said.startswith(f"error: the engine refuses the bundle (model.json: {fault})")
    assert {path.name: path.read_bytes() for path in (tmp_path / "mine").iterdir()} == before


def test_inputs_inside_the_output_are_kept(tmp_path, capsys):
    assert onnx(tmp_path / "mine", "joint.pt") == 0
    card = tmp_path / "mine" / "card.json"
    card.write_text(json.dumps(CARD))
    assert onnx(tmp_path / "mine", "joint.pt", "--card", str(card)) == 3
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith(f"error: {tmp_path / 'mine'} holds card.json, which is no part of the bundle there: ")
    assert json.loads(card.read_text()) == CARD


def test_calibration_of_another_checkpoint(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("joint.pt", "loc.pt", "damage.pt"):
        (tmp_path / name).write_text(f"weights of {name}")
    sums = {name: hashlib.sha256(f"weights of {name}".encode()).hexdigest() for name in ("joint.pt", "damage.pt")}

    def warned(*checkpoints, **more):
        tuned = {"temperature": 1.5, "offsets": [0, 1, 0, 0], "decision": {"building_threshold": 0.4}, **more}
        (tmp_path / "tuned.json").write_text(json.dumps(tuned))
        assert onnx(tmp_path / "mine", *checkpoints, "--calibration", "tuned.json") == 0
        return [line for line in capsys.readouterr().err.splitlines() if "tuned.json" in line]

    assert warned("joint.pt") == []
    assert warned("joint.pt", checkpoint_sha256=sums["joint.pt"]) == []
    assert warned("joint.pt", checkpoint_sha256=["0" * 64, sums["joint.pt"].upper()]) == []
    assert warned("loc.pt", "damage.pt", checkpoint_sha256=sums["damage.pt"]) == []
    (line,) = warned("joint.pt", checkpoint_sha256=sums["damage.pt"])
    assert line.startswith("warning: tuned.json was chosen for another checkpoint than joint.pt")
    assert "xview2-train calibrate" in line
    (tmp_path / "tuned.json").write_text(
        json.dumps({"temperature": 1, "offsets": [0] * 4, "decision": {}, "checkpoint_sha256": 3})
    )
    assert onnx(tmp_path / "other", "joint.pt", "--calibration", "tuned.json") == 3
    assert "checkpoint_sha256 must be text" in capsys.readouterr().err


def test_numbers_too_large_for_half_precision(tmp_path, capsys, monkeypatch):
    def load_network(path):
        network = DecidedNetwork(1, 4).eval()
        network.body[1].weight.data *= 1e6  # the normalisation of the features
        return network

    monkeypatch.setattr("training.run.checkpoint.load_network", load_network)
    synthesize(tmp_path / "towns", 1, 64)
    capsys.readouterr()
    said = refused(
        capsys, 4, "onnx", "joint.pt", "--precision", "fp16", "--check", tmp_path / "towns", "--output",
        tmp_path / "half", "--input-size", "64x64",
    )  # fmt: skip
    assert "16-bit numbers end at 65,504" in said
    assert not (tmp_path / "half").exists()


def test_drawn_town_is_no_proof(tmp_path, capsys):
    assert onnx(tmp_path / "half", "joint.pt", "--precision", "fp16") == 0
    said = capsys.readouterr()
    assert "synthetic town only, also whether numbers inside outgrow 16 bits" in said.err
    assert "whose convolutions are in 32 bits" in said.out


def test_lone_localization_network_says_what_is_missing(tmp_path, capsys):
    assert onnx(tmp_path / "loc", "loc.pt") == 0
    assert "lacks a damage network" in capsys.readouterr().err
    assert main(["verify", str(tmp_path / "loc")]) == 4


def test_oblong_images_are_for_other_programs(tmp_path, capsys):
    assert main(["onnx", "joint.pt", "--output", str(tmp_path / "a"), "--input-size", "32x64"]) == 0
    assert "square tiles only" in capsys.readouterr().err
    assert json.loads((tmp_path / "a" / "model.json").read_text())["tile_size"] == [32, 64]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["onnx"],
        ["onnx", "joint.pt"],
        ["onnx", "joint.pt", "--output", "x", "--input-size", "1024"],
        ["onnx", "joint.pt", "--output", "x", "--precision", "int8"],
        ["published", "a"],
        ["published", "--solution", "second-place"],
        ["published", "a", "--solution", "second-place"],
        ["published", "a", "--solution", "first-place"],
        ["quantize", "a", "--output", "b"],
    ],
)
def test_wrong_usage(arguments):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_unusable_input(tmp_path, capsys):
    out = ["--output", tmp_path / "out", "--input-size", "64x64"]
    assert "no such checkpoint" in refused(capsys, 3, "onnx", "nowhere.pt", *out)
    assert "joint and joint" in refused(capsys, 3, "onnx", "joint.pt", "joint.pt", *out)
    assert "divisible by 32" in refused(capsys, 3, "onnx", "joint.pt", *out[:2], "--input-size", "100x64")
    assert "overlap" in refused(capsys, 3, "onnx", "joint.pt", *out, "--overlap", "40")
    assert "no images" in refused(capsys, 3, "onnx", "joint.pt", *out, "--check", tmp_path)
    (tmp_path / "card.json").write_text('{"id": "a/b", "title": "", "licence": "", "training_data": "", "source": ""}')
    assert "id must be" in refused(capsys, 3, "onnx", "joint.pt", *out, "--card", tmp_path / "card.json")
    save_as_of_old(tmp_path / "file", {"state_dict": {}})
    published = ["published", "--solution", "second-place"]
    assert "holds no state_dict" in refused(capsys, 3, *published, tmp_path / "file", *out)
    assert not (tmp_path / "out").exists()


def test_downloads_are_listed_and_verified(tmp_path, capsys):
    assert main(["published", "--list"]) == 0
    assert "21 files from https://github.com/selimsef/xview2_solution" in capsys.readouterr().out
    published = ["published", "--solution", "second-place", "--verify", tmp_path]
    assert "none of the published files is here" in refused(capsys, 3, *published)
    name = "localization_dpn_unet_dpn92_0_best_dice"
    (tmp_path / name).write_bytes(b"<html>")
    assert f"{name} not in order" in refused(capsys, 3, *published)


def test_unusable_model(tmp_path, capsys):
    folder = write_tiny_bundle(tmp_path / "tiny", 64, 16)
    assert main(["verify", str(folder)]) == 0
    capsys.readouterr()
    (folder / "joint.onnx").write_bytes(b"")
    assert "checksum" in refused(capsys, 4, "verify", folder)
    assert "no model" in refused(capsys, 4, "verify", tmp_path / "nowhere")
    assert "checksum" in refused(
        capsys, 4, "quantize", folder, "--calibration", tmp_path, "--output", tmp_path / "int8"
    )
