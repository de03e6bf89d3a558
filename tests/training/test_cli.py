"""The command xview2-train: what a user types, and one line when something is wrong."""

import json
import subprocess
from types import SimpleNamespace

import pytest
import torch
import yaml
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from tests.training.evaluation.test_decision_search import draw
from tests.training.fit.test_fitting import content
from training.cli import main
from training.run.checkpoint import load_network


@pytest.fixture(scope="module")
def checkpoint(towns, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli")
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump(content(towns, folder, steps=2)))
    assert main(["fit", "--config", str(config), f"data.validation={towns}", "run.evaluate_every=2"]) == 0
    return folder / "run" / "best.pt"


def test_fit_records_the_validation(checkpoint):
    lines = [json.loads(x) for x in (checkpoint.parent / "log.jsonl").read_text().splitlines()]
    assert [x["step"] for x in lines if x["kind"] == "validation"] == [2]
    events = EventAccumulator(str(checkpoint.parent / "tensorboard"))
    events.Reload()
    assert "validation/score" in events.Tags()["scalars"]
    assert [t for t in events.Tags()["images"] if t.startswith("validation/town-")]


def test_evaluate(checkpoint, towns, capsys):
    assert main(["evaluate", str(checkpoint), str(towns), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert {r["name"] for r in rows} >= {"town-wind", "town-fire", "all"}
    assert main(["evaluate", str(checkpoint), str(towns), "--holdout-disaster", "town-fire", "--tta", "flips"]) == 0
    assert "town-fire (held out)" in capsys.readouterr().out


def test_evaluate_the_pairs_that_were_held_back(towns, tmp_path, capsys):
    """The same figures as the validation of the run at its end, and no other pair."""
    section = content(towns, tmp_path, steps=1)
    section["data"] |= {"folds": 2, "fold": 1}
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump(section))
    assert main(["fit", "--config", str(config)]) == 0
    last = tmp_path / "run" / "last.pt"
    capsys.readouterr()
    assert main(["evaluate", str(last), "--held-back", "--json"]) == 0
    rows = {r["name"]: r for r in json.loads(capsys.readouterr().out)["rows"]}
    assert rows["all"]["pairs"] == 1
    logged = [json.loads(x) for x in (last.parent / "log.jsonl").read_text().splitlines()]
    assert rows["all"]["official"]["score"] == pytest.approx(logged[-1]["score"], abs=1e-6)


@pytest.mark.parametrize("arguments", [[], ["towns", "--held-back"], ["towns", "more"]])
def test_evaluate_wants_a_folder_or_the_held_back_pairs(arguments):
    with pytest.raises(SystemExit) as stop:
        main(["evaluate", "a.pt", *arguments])
    assert stop.value.code == 2


def test_folder_may_stand_behind_the_options(checkpoint, towns, capsys):
    assert main(["evaluate", str(checkpoint), "--json", "--device", "cpu", str(towns)]) == 0
    assert json.loads(capsys.readouterr().out)["rows"]


def test_settings_may_stand_on_both_sides_of_options(towns, tmp_path, capsys):
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump(content(towns, tmp_path)))
    assert main(["fit", "--config", str(config), "run.steps=3", "--resume", "run.save_every=1"]) == 0
    stored = json.loads((tmp_path / "run" / "configuration.json").read_text())["run"]
    assert (stored["steps"], stored["save_every"]) == (3, 1)
    with pytest.raises(SystemExit) as stop:
        main(["fit", "--config", str(config), "run.steps=3", "--resume", "--resum=b"])
    assert stop.value.code == 2


@pytest.mark.skipif(torch.cuda.is_available(), reason="needs a machine without GPU")
def test_a_device_that_is_not_there(checkpoint, towns, capsys):
    assert main(["evaluate", str(checkpoint), str(towns), "--device", "cuda"]) == 3
    assert capsys.readouterr().err == "error: --device cuda: PyTorch finds no GPU here; use --device cpu\n"
    config = checkpoint.parents[1] / "config.yaml"
    assert main(["fit", "--config", str(config), "run.accelerator=cuda", f"run.folder={checkpoint.parent / 'x'}"]) == 3
    error = capsys.readouterr().err
    assert error.startswith("error: run.accelerator: cuda: ")
    assert error.count("\n") == 1
    assert not (checkpoint.parent / "x").exists()


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("network={name: unet, task: damage, encoder: dpn93, weights: null}", "network: encoder dpn93: unknown"),
        ("loss.name=described-damage", "loss: the loss needs damage scores of 5 channels, the network gives 4"),
        ("loss.name=fifth-place", "loss: the loss needs building scores of 2 channels, the network gives 1"),
    ],
)
def test_network_and_loss_that_do_not_go_together(towns, tmp_path, capsys, override, words):
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump(content(towns, tmp_path)))
    assert main(["fit", "--config", str(config), override]) == 3
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("text", ["hello world\n", "# notes\n", "", "{}", "\x80\x02."])
def test_text_given_as_a_checkpoint(tmp_path, capsys, text):
    file = tmp_path / "notes.txt"
    file.write_text(text, encoding="latin-1")
    assert main(["evaluate", str(file), str(tmp_path)]) == 3
    assert capsys.readouterr().err == f"error: {file}: not a checkpoint, or a damaged one\n"


def test_predict_and_score(checkpoint, towns, tmp_path, capsys):
    output, targets = tmp_path / "predictions", tmp_path / "targets"
    arguments = ["predict", str(checkpoint), str(towns), "--output", str(output), "--targets", str(targets)]
    assert main(arguments) == 0
    assert (output / "test_damage_00000_prediction.png").is_file()
    capsys.readouterr()
    assert main(["score", str(output), str(targets)]) == 0
    assert 0 <= json.loads(capsys.readouterr().out)["score"] <= 1


def test_check(towns, tmp_path, capsys):
    assert main(["check", str(towns)]) == 0
    assert main(["check", str(tmp_path)]) == 3
    assert capsys.readouterr().err.startswith("error: ")


def test_damage_network_starts_from_localization(towns, tmp_path, capsys):
    """``--loc-weights``: the encoder is taken over, a network with another encoder is refused."""
    unet = {"name": "unet", "encoder": "efficientnet_lite0", "weights": None, "widths": [32, 16, 16, 8]}
    paths = {}
    for task, loss in (("localization", "described-localization"), ("damage", "described-damage")):
        section = content(towns, tmp_path, task, network={**unet, "task": task}, steps=1)
        section["loss"] = {"name": loss}
        section["optimiser"] = {"learning_rate": 0.0}
        section["phases"] = [{"length": 1}]
        paths[task] = tmp_path / f"{task}.yaml"
        paths[task].write_text(yaml.safe_dump(section))
    assert main(["fit", "--config", str(paths["localization"])]) == 0
    weights = tmp_path / "localization" / "last.pt"
    assert main(["fit", "--config", str(paths["damage"]), "--loc-weights", str(weights)]) == 0
    first, second = load_network(weights), load_network(tmp_path / "damage" / "last.pt")
    for (name, one), two in zip(first.encoder.named_parameters(), second.encoder.parameters(), strict=True):
        assert one.equal(two), name
    capsys.readouterr()
    other = ["network={name: unet, task: damage, encoder: test_efficientnet, weights: null}", "run.steps=1"]
    other.append(f"run.folder={tmp_path / 'other'}")
    assert main(["fit", "--config", str(paths["damage"]), "--loc-weights", str(weights), *other]) == 3
    assert "encoder weights" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["fit", "--config", "nowhere.yaml"], 3, "nowhere.yaml"),
        (["evaluate", "nowhere.pt", "."], 3, "nowhere.pt: there is no such checkpoint"),
        (["score", "nowhere", "nowhere"], 3, "nowhere"),
    ],
)
def test_mistakes_are_one_line(arguments, code, words, capsys):
    assert main(arguments) == code
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert words in error
    assert error.count("\n") == 1


def test_threshold_outside_its_range_is_wrong_usage(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["evaluate", "a.pt", ".", "--threshold", "2"])
    assert stop.value.code == 2


def test_calibrate(tmp_path, capsys, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "training.fit.out_of_fold.held_back_predictions",
        lambda path, tta, device: asked.append((path.name, tta, device.type)) or [draw(len(asked))],
    )
    monkeypatch.setattr("training.fit.out_of_fold.check_disjoint", lambda _: None)
    files_of = lambda path: SimpleNamespace(files=[SimpleNamespace(identity=path.name)])  # noqa: E731
    monkeypatch.setattr("training.fit.out_of_fold.held_back", files_of)
    output = tmp_path / "calibration.json"
    files = [tmp_path / "a.pt", tmp_path / "b.pt"]
    for file in files:
        file.write_bytes(file.name.encode())
    options = ["--tta", "mirror", "--device", "cpu", "--output", str(output)]
    assert main(["calibrate", *map(str, files), *options]) == 0
    assert asked == [("a.pt", "mirror", "cpu"), ("b.pt", "mirror", "cpu")]
    tuned = json.loads(output.read_text())
    assert tuned["tta"] == "mirror"  # the figures belong to it
    assert tuned["figures"] == json.loads(capsys.readouterr().out)
    assert tuned["figures"]["after"]["score"] >= tuned["figures"]["before"]["score"]
    by_the_other = tuned["figures"]["each_by_the_others"]
    assert list(by_the_other) == list(map(str, files))
    both = tuned["figures"]["by_the_others"]
    assert both["buildings"] == sum(part["buildings"] for part in by_the_other.values())
    # as `sha256sum` gives it
    sums = [
        subprocess.run(["sha256sum", file], check=True, capture_output=True, text=True).stdout[:64] for file in files
    ]
    assert tuned["checkpoint_sha256"] == sums
    settled = [1.0, 2.0, 1.5, 0.5]
    assert main(["calibrate", str(files[1]), *options, "--class-weights", *map(str, settled)]) == 0
    tuned = json.loads(output.read_text())
    assert tuned["checkpoint_sha256"] == sums[1]
    assert "by_the_others" not in tuned["figures"]
    assert tuned["decision"]["class_weights"] == settled
    own = tuned["offsets"]
    more = ["--class-shares", "0.9", "0.04", "0.03", "0.03", "--minimum-area", "20"]
    assert main(["calibrate", str(files[1]), *options, *more]) == 0
    tuned = json.loads(output.read_text())
    assert tuned["decision"]["minimum_area_m2"] == 20
    assert max(tuned["offsets"][1:]) < max(own[1:])  # damage is rarer there
    assert main(["calibrate", str(files[1]), *options, "--threshold", "0.3"]) == 0
    decision = json.loads(output.read_text())["decision"]
    assert decision["building_threshold"] == decision["damaged_building_threshold"] == 0.3
    assert main(["calibrate", str(files[1]), *options, "--measure", str(files[0])]) == 0
    assert json.loads(capsys.readouterr().out.split("\n}\n")[-2] + "\n}")["measured"]["buildings"] > 0


def test_class_weights_must_be_above_zero():
    with pytest.raises(SystemExit) as stop:
        main(["calibrate", "a.pt", "--output", "c.json", "--class-weights", "1", "0", "1", "1"])
    assert stop.value.code == 2


def test_calibrate_needs_a_run(tmp_path, capsys):
    assert main(["calibrate", str(tmp_path / "best.pt"), "--output", str(tmp_path / "c.json")]) == 3
    assert "no configuration.json beside it" in capsys.readouterr().err
    assert not (tmp_path / "c.json").exists()
