"""Fitting: the loss falls, and a run that was killed, cut into turns or spread over processes is the same run."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
import torch
import yaml
from lightning_fabric import Fabric
from lightning_fabric.plugins import MixedPrecision
from torch import nn

from training.cli import main
from training.data.datasets import training_sources
from training.fit.fitting import fit, make_plan, make_samples
from training.losses.compact import CompactLoss
from training.losses.target import Target
from training.networks.normalisation import normalise
from training.optimisation.processes import start_fabric
from training.run.checkpoint import CheckpointError, load_network, read_checkpoint
from training.run.configuration import check_configuration
from training.run.state import begin_run
from training.section import ConfigurationError

# of few weights: what a step, a checkpoint and a start cost
SMALL = {"name": "compact", "encoder": "test_efficientnet", "weights": None, "widths": [16, 16, 16, 16]}


def content(towns, tmp_path, folder="run", rate=1e-3, phases=None, optimiser=None, network=None, **run):
    return {
        "network": {**(network or SMALL)},
        "loss": {"name": "compact"},
        "data": {"train": [{"folder": str(towns)}], "cache": str(tmp_path / "cache"), "workers": 0},
        "sampling": {"size": 64},
        "optimiser": {"learning_rate": rate, **(optimiser or {})},
        "phases": phases or [{"length": 0.2, "shape": "linear", "begin": 0.0, "end": rate}, {"length": 0.8}],
        "run": {
            "folder": str(tmp_path / folder), "steps": 8, "batch": 4, "save_every": 4, "accelerator": "cpu",
            "log_every": 1, **run,
        },
    }  # fmt: skip


def configuration(*arguments, **options):
    return check_configuration(content(*arguments, **options))


def assert_same_weights(first, second, parts=("network", "average"), exact=True, buffers=True):
    one, two = read_checkpoint(first), read_checkpoint(second)
    assert one.step == two.step
    for part in parts:
        for key, value in getattr(one, part).items():
            if not buffers and ("running_" in key or "num_batches" in key):
                continue
            other = getattr(two, part)[key]
            assert torch.equal(value, other) if exact else torch.allclose(value, other, rtol=1e-4, atol=1e-6), key


def test_loss_falls(towns, tmp_path):
    """The trained network does better on fixed samples than one that has hardly started."""

    def loss_after(steps):
        network = {"name": "compact", "weights": "package", "widths": [16, 16, 16, 16]}
        config = configuration(towns, tmp_path, f"run{steps}", 5e-3, network=network, steps=steps, ema_decay=0.998)
        network = load_network(fit(config, progress=False))
        sources = training_sources(config.data)
        samples = make_samples(config, sources, make_plan(config, sources)[0])
        batch = next(iter(torch.utils.data.DataLoader(samples, batch_size=8)))
        scores = network(normalise(batch["pre"]), normalise(batch["post"]))
        parts = CompactLoss()(scores, Target(batch["building"], batch["damage"]))
        return float((parts["bce"] + parts["dice"]).detach())

    assert loss_after(40) < 0.9 * loss_after(2)


def test_killed_run_goes_on_to_the_same_weights(towns, tmp_path):
    """``kill -9`` in the middle of a step, then ``--resume``: equal to the uninterrupted run, to the bit."""
    whole = fit(configuration(towns, tmp_path, "whole", steps=20), progress=False)
    file = tmp_path / "killed.yaml"
    file.write_text(yaml.safe_dump(content(towns, tmp_path, "killed", steps=20)))
    command = [sys.executable, "-m", "training", "fit", "--config", str(file)]
    log, last = tmp_path / "killed" / "log.jsonl", tmp_path / "killed" / "last.pt"
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (last.is_file() and len(log.read_text().splitlines()) >= 6) and time.monotonic() < deadline:
        assert process.poll() in (None, 0)
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert read_checkpoint(last).step in (4, 8, 12, 16)
    assert main([*command[3:], "--resume"]) == 0
    assert_same_weights(whole, last)


def test_interrupted_validation_goes_on_to_the_same_weights(towns, tmp_path):
    whole = fit(configuration(towns, tmp_path, "whole"), progress=False)

    class Interrupted(Exception):  # noqa: N818
        pass

    def stop(network, step, record):
        raise Interrupted

    broken = configuration(towns, tmp_path, "broken", evaluate_every=6)
    with pytest.raises(Interrupted):
        fit(broken, evaluate=stop, progress=False)
    assert_same_weights(whole, fit(broken, resume=True, progress=False))


@pytest.fixture
def one_thread():
    """Sums over several threads have another order, and Adam turns the last digit of a small gradient into a step."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.usefixtures("one_thread")
def test_two_processes_give_the_result_of_one(towns, tmp_path):
    """Two gloo processes equal one process with two accumulation turns. Batch statistics are each process's own."""
    alone = fit(configuration(towns, tmp_path, "alone", steps=6, accumulate=2), progress=False)
    file = tmp_path / "together.yaml"
    file.write_text(yaml.safe_dump(content(towns, tmp_path, "together", steps=6)))
    subprocess.run(
        [
            sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", "--master-port", "0",
            "--standalone", "-m", "training", "fit", "--config", str(file),
        ],
        check=True, capture_output=True, env={**os.environ, "OMP_NUM_THREADS": "1"}, timeout=300,
    )  # fmt: skip
    assert_same_weights(alone, tmp_path / "together" / "last.pt", parts=("network",), exact=False, buffers=False)


def test_turns_of_a_network_without_batch_statistics_are_one_batch(towns, tmp_path, monkeypatch):
    """Without batch normalisation the gradient of two half batches is that of the whole one, for a plain mean loss."""

    class Plain(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Conv2d(3, 5, 1)

        def forward(self, pre, post):
            from training.networks.scores import Scores

            scores = self.layer(pre)
            return Scores(scores[:, :1], scores[:, 1:])

    def mean_square(loss, scores, target):
        return {"square": ((scores.building[:, 0] - (target.building == 1).float()) ** 2).mean()}

    monkeypatch.setattr("training.networks.compact.CompactConfig.build", lambda plan, start: Plain())
    monkeypatch.setattr(CompactLoss, "__call__", mean_square)
    paths = [fit(configuration(towns, tmp_path, f"turns{n}", accumulate=n), progress=False) for n in (1, 2, 4)]
    for path in paths[1:]:
        assert_same_weights(paths[0], path, parts=("network",), exact=False)


def test_frozen_encoder_keeps_its_weights(towns, tmp_path):
    phases = [{"length": 1, "freeze_encoder": True}]
    network = {"name": "compact", "weights": "package", "widths": [16, 16, 16, 16]}
    config = configuration(towns, tmp_path, phases=phases, network=network, steps=3)
    start = config.network.build(start=True).state_dict()
    end = read_checkpoint(fit(config, progress=False)).network
    moved = {k for k, v in end.items() if v.is_floating_point() and not torch.equal(v, start[k])}
    assert not [k for k in moved if k.startswith("encoder.") and "running_" not in k]
    assert [k for k in moved if k.startswith("decoder.")]
    assert [k for k in moved if k.startswith("encoder.") and "running_mean" in k]


def test_checkpoints_best_last_and_kept(towns, tmp_path):
    figures = iter([0.2, 0.5, 0.4])
    config = configuration(towns, tmp_path, steps=9, evaluate_every=3, save_every=3, samples_per_epoch=12, keep_every=2)
    fit(config, evaluate=lambda network, step, record: {"score": next(figures)}, progress=False)
    steps = {p.name: read_checkpoint(p).step for p in (tmp_path / "run").glob("*.pt")}
    assert steps == {"last.pt": 9, "best.pt": 6, "step-0000006.pt": 6}
    lines = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert [x["score"] for x in lines if x["kind"] == "validation"] == [0.2, 0.5, 0.4]
    assert list((tmp_path / "run" / "tensorboard").glob("events*"))


def spoilt_at_step_1():
    calls = []

    def spoilt(loss, scores, target):
        if scores.building.requires_grad:  # not the trial before the first step
            calls.append(None)
        return {"bce": scores.building.mean() * (float("nan") if len(calls) == 2 else 1.0)}

    return spoilt


def test_step_that_is_not_finite_is_skipped_and_named(towns, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(CompactLoss, "__call__", spoilt_at_step_1())
    path = fit(configuration(towns, tmp_path, steps=3))
    assert all(torch.isfinite(v).all() for v in read_checkpoint(path).network.values())
    assert "step 1: not finite: loss bce" in capsys.readouterr().out


def test_bf16_trains(towns, tmp_path):
    path = fit(configuration(towns, tmp_path, steps=2, precision="bf16-mixed"), progress=False)
    assert read_checkpoint(path).network["head.1.weight"].dtype == torch.float32


@pytest.fixture
def scaled_loss(monkeypatch):
    """fp16 with a dynamic loss scale, as on a GPU; Fabric itself takes bf16 on a CPU."""

    def start(accelerator, precision):
        plugin = MixedPrecision("16-mixed", device="cpu", scaler=torch.amp.GradScaler("cpu", init_scale=2.0**40))
        return Fabric(accelerator="cpu", devices=1, plugins=[plugin])

    monkeypatch.setattr("training.fit.fitting.start_fabric", start)


@pytest.mark.usefixtures("scaled_loss")
def test_loss_scale_finds_its_level_and_is_resumed(towns, tmp_path):
    """Overflows at first are no error: the scale falls, weights stay finite, and a resumed run knows the scale."""
    config = configuration(towns, tmp_path, steps=6, save_every=3, keep_every=1, samples_per_epoch=12)
    whole = read_checkpoint(fit(config, progress=False))
    assert whole.scaler["scale"] < 2.0**40
    assert all(torch.isfinite(v).all() for v in whole.network.values())
    half = tmp_path / "run" / "step-0000003.pt"
    half.replace(tmp_path / "run" / "last.pt")
    resumed = read_checkpoint(fit(config, resume=True, progress=False))
    assert resumed.scaler == whole.scaler
    assert all(torch.equal(v, resumed.network[k]) for k, v in whole.network.items())


def test_loss_that_is_not_a_number_under_a_loss_scale_is_skipped(towns, tmp_path, monkeypatch, capsys):
    """The step is passed over, the scale falls by its factor of a half, and the run goes on to its end."""
    monkeypatch.setattr(CompactLoss, "__call__", spoilt_at_step_1())
    plugin = MixedPrecision("16-mixed", device="cpu", scaler=torch.amp.GradScaler("cpu", init_scale=4.0))
    monkeypatch.setattr(
        "training.fit.fitting.start_fabric", lambda *_: Fabric(accelerator="cpu", devices=1, plugins=[plugin])
    )
    end = read_checkpoint(fit(configuration(towns, tmp_path, steps=4, save_every=1)))
    assert end.step == 4
    assert all(torch.isfinite(v).all() for v in (*end.network.values(), *end.average.values()))
    assert end.scaler["scale"] == 2.0
    assert end.average["n_averaged"] == 3  # of four steps
    assert {int(s["step"]) for s in end.optimiser["state"].values()} == {3}
    assert "step 1: not finite: loss bce" in capsys.readouterr().out


@pytest.mark.usefixtures("scaled_loss")
def test_overflow_names_the_gradients_and_leaves_the_average(towns, tmp_path, capsys):
    end = read_checkpoint(fit(configuration(towns, tmp_path, steps=3, non_finite="stop")))
    said = capsys.readouterr().out
    assert all(f"step {step}: not finite: gradient of" in said for step in range(3))
    assert end.average["n_averaged"] == 0
    assert end.scaler["scale"] == 2.0**37


def test_run_in_full_precision_goes_on_in_fp16(towns, tmp_path, monkeypatch):
    fit(configuration(towns, tmp_path, steps=1), progress=False)
    plugin = MixedPrecision("16-mixed", device="cpu", scaler=torch.amp.GradScaler("cpu", init_scale=4.0))
    monkeypatch.setattr(
        "training.fit.fitting.start_fabric", lambda *_: Fabric(accelerator="cpu", devices=1, plugins=[plugin])
    )
    end = read_checkpoint(fit(configuration(towns, tmp_path, steps=2), resume=True, progress=False))
    assert (end.step, end.scaler["scale"]) == (2, 4.0)


def test_resumed_optimiser_is_where_its_parameters_are(towns, tmp_path):
    """Fabric moves the parameters in ``setup``. Moved to float64 here, as there is not a GPU everywhere: an optimiser
    that was filled before would keep float32 and, on a GPU, the CPU."""
    config = configuration(towns, tmp_path, steps=2)
    start = read_checkpoint(fit(config, progress=False))
    state = begin_run(config, Fabric(accelerator="cpu", devices=1, precision="64-true"), start)
    trained = [p for g in state.optimiser.param_groups for p in g["params"]]
    assert trained
    inner = state.optimiser.state
    for parameter in trained:
        assert parameter.dtype == inner[parameter]["exp_avg"].dtype == torch.float64
        assert inner[parameter]["exp_avg"].device == parameter.device
    saved = start.optimiser["state"]
    for number, parameter in enumerate(trained):
        assert torch.equal(inner[parameter]["exp_avg"], saved[number]["exp_avg"].double())


def test_batch_that_cannot_be_cut_is_refused(towns, tmp_path):
    with pytest.raises(ConfigurationError, match=r"run\.batch 4 is not a multiple"):
        fit(configuration(towns, tmp_path, accumulate=3), progress=False)


def test_a_run_begins_with_the_averaged_weights_of_another(towns, tmp_path):
    first = fit(check_configuration(content(towns, tmp_path / "a", steps=3)), progress=False)
    begun = content(towns, tmp_path / "b", steps=1)
    begun["start"] = str(first)
    state = begin_run(check_configuration(begun), start_fabric("cpu", "32-true"), None)
    expected = load_network(first).state_dict()
    for name, value in state.network.state_dict().items():
        assert torch.equal(value, expected[name]), name
    assert state.step == 0
    # what was interrupted goes on with its own weights, not with those it began with
    last = fit(check_configuration(begun), progress=False)
    again = begin_run(check_configuration(begun), start_fabric("cpu", "32-true"), read_checkpoint(last))
    assert again.step == 1
    assert any(not torch.equal(v, expected[n]) for n, v in again.network.state_dict().items())


def test_another_network_cannot_be_begun_with(towns, tmp_path):
    first = fit(check_configuration(content(towns, tmp_path / "a", steps=1)), progress=False)
    other = content(towns, tmp_path / "b", network=SMALL | {"widths": [8, 8, 8, 8]})
    other["start"] = str(first)
    with pytest.raises(CheckpointError, match=r"last\.pt: holds another network"):
        fit(check_configuration(other), progress=False)
