"""Fitting: the loss falls, and a resumed run ends with the weights of an uninterrupted one."""

import itertools

import pytest
import torch

from training.configuration import Configuration
from training.fitting import fit, learning_rate_factor, load_network, make_dataset, normalise
from training.losses.compact import CompactLoss
from training.losses.target import Target
from training.networks.encoders import IMAGENET_MEAN, IMAGENET_STD


def configuration(towns, tmp_path, steps, folder="run", **run):
    return Configuration.model_validate(
        {
            "network": {"weights": "package", "widths": [16, 16, 16, 16]},
            "data": {
                "train": [{"folder": str(towns)}], "cache": str(tmp_path / "cache"), "crop": 64, "workers": 0,
            },
            "run": {
                "folder": str(tmp_path / folder), "steps": steps, "batch": 4, "save_every": 4, "accelerator": "cpu",
                **run,
            },
        }
    )  # fmt: skip


def test_loss_falls(towns, tmp_path):
    """The trained network does better on fixed samples than one that has hardly started."""

    def loss_after(steps):
        config = configuration(towns, tmp_path, steps, f"run{steps}")
        settings = config.optimiser.model_copy(update={"learning_rate": 5e-3})
        config = config.model_copy(update={"optimiser": settings})
        network = load_network(fit(config, progress=False))
        samples = next(iter(torch.utils.data.DataLoader(make_dataset(config), batch_size=8)))
        scores = network(normalise(samples["pre"]), normalise(samples["post"]))
        parts = CompactLoss()(scores, Target(samples["building"], samples["damage"]))
        return float((parts["bce"] + parts["dice"]).detach())

    assert loss_after(40) < 0.9 * loss_after(2)


def test_resumed_run_equals_uninterrupted_run(towns, tmp_path):
    whole = fit(configuration(towns, tmp_path, 8, "whole"), progress=False)

    class Interrupted(Exception):  # noqa: N818
        pass

    def stop(network, step):
        raise Interrupted

    broken = configuration(towns, tmp_path, 8, "broken", evaluate_every=6)
    with pytest.raises(Interrupted):
        fit(broken, evaluate=stop, progress=False)
    resumed = fit(broken, resume=True, progress=False)
    first, second = (torch.load(p, weights_only=True) for p in (whole, resumed))
    assert second["step"] == 8
    for part in ("network", "average"):
        for key, value in first[part].items():
            assert torch.equal(value, second[part][key]), key


def test_checkpoint_loads_as_a_network(towns, tmp_path):
    network = load_network(fit(configuration(towns, tmp_path, 4), progress=False))
    image = torch.zeros(1, 3, 64, 64)
    scores = network(image, image)
    assert scores.building.shape == (1, 1, 64, 64)
    assert scores.damage.shape == (1, 4, 64, 64)


def test_learning_rate_warms_up_and_falls():
    factors = [learning_rate_factor(s, 100, 0.1, 0.01) for s in range(100)]
    assert factors[0] == pytest.approx(0.1)
    assert max(factors) == pytest.approx(1.0)
    assert all(a >= b for a, b in itertools.pairwise(factors[10:]))
    assert factors[-1] < 0.02


def test_normalise_is_imagenet():
    image = torch.full((1, 3, 2, 2), 255, dtype=torch.uint8)
    wanted = [(1 - m) / s for m, s in zip(IMAGENET_MEAN, IMAGENET_STD, strict=True)]
    assert normalise(image)[0, :, 0, 0].tolist() == pytest.approx(wanted, rel=1e-5)
