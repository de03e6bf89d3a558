"""Every config: it loads, says what its recipe says, and trains two epochs of synthetic towns with a falling loss."""

import gc
import json
from pathlib import Path

import pytest
import torch
import yaml

from tests.checkout import ROOT
from training.data.datasets import training_sources
from training.fit.fitting import fit, make_plan, make_samples
from training.losses.target import Target
from training.networks.normalisation import normalise
from training.run.configuration import check_configuration, load_configuration

CONFIGS = sorted((ROOT / "training" / "configs").glob("*.yaml"))
NAMES = {path.stem for path in CONFIGS}

# the same code with fewer weights: what each recipe trains in `make test`, its own network being for `make test-slow`
LIGHT = {
    ("unet", "described"): {"encoder": "efficientnet_lite0", "widths": [64, 48, 32, 16]},
    ("unet", "published", "localization"): {"encoder": "seresnext50"},
    ("unet", "published", "damage"): {"encoder": "efficientnet-b2"},
    ("dual-hrnet",): {"width": 18},
}


def light(path):
    """The recipe of a file with a light network of the same form."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    network = content["network"]
    for signs, lighter in LIGHT.items():
        if all(sign in network.values() for sign in signs):
            network |= lighter
    return content


def different(paths):
    """One file of those which differ in nothing but the size of their network."""
    kept = {}
    for path in paths:
        kept.setdefault(json.dumps({k: v for k, v in light(path).items() if k != "run"}), path)
    return kept.values()


def test_configs_of_the_specification_exist():
    wanted = {"compact", "fifth-place-dual-hrnet", *(f"dual-hrnet-w{w}" for w in (32, 48, 64))}
    wanted |= {f"{task}-{encoder}" for task in ("localization", "damage") for encoder in ("dpn92", "densenet161")}
    published = ("d92-loc", "d161-loc", "se50-loc", "d92-softmax", "d161-softmax", "se50-softmax", "b2-softmax")
    wanted |= {f"second-place-{name}" for name in (*published, "r101-softmax")}
    assert wanted <= NAMES


@pytest.mark.parametrize("path", different(CONFIGS), ids=lambda p: p.stem)
def test_recipe_trains_a_light_network(path, towns, tmp_path):
    train(light(path), towns, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("path", CONFIGS, ids=lambda p: p.stem)
def test_config_trains(path, towns, tmp_path):
    train(yaml.safe_load(path.read_text(encoding="utf-8")), towns, tmp_path).unlink()
    gc.collect()


def train(content, towns, tmp_path):
    """Train two epochs of a few steps: the loss on fixed samples falls. Returns the checkpoint."""
    highest = max(value for p in content["phases"] for key in ("begin", "end") if (value := p.get(key)))
    for phase in content["phases"]:
        # a few steps must show what the recipe takes many for; the shape of the schedule stays
        for key in {"begin", "end"} & set(phase):
            phase[key] *= 3e-4 / highest
    content["network"]["weights"] = None
    content.pop("start", None)
    content["data"] |= {"train": [{"folder": str(towns)}], "validation": None, "cache": str(tmp_path), "workers": 0}
    content["data"] |= {"folds": None, "fold": None}
    content["sampling"]["size"] = 64
    content["run"] |= {"folder": str(tmp_path / "run"), "batch": 2, "epochs": 2, "samples_per_epoch": 4}
    content["run"] |= {"accelerator": "cpu", "accumulate": 1, "log_every": 1, "keep_every": None, "save_every": 4}
    content["run"].pop("steps", None)
    config = check_configuration(content)
    sources = training_sources(config.data)
    batch = next(iter(torch.utils.data.DataLoader(make_samples(config, sources, make_plan(config, sources)[0]), 4)))
    images = [normalise(batch[name]) for name in ("pre", "post")]

    def loss(network):
        torch.manual_seed(0)
        with torch.no_grad():
            parts = config.loss(network.train()(*images), Target(batch["building"], batch["damage"]))
        return float(torch.stack(list(parts.values())).sum())

    torch.manual_seed(0)
    network = config.network.build(start=False)
    before = loss(network)
    last = fit(config, progress=False)
    network.load_state_dict(torch.load(last, weights_only=True)["network"])
    assert loss(network) < before
    return last


@pytest.mark.parametrize("path", CONFIGS, ids=lambda p: p.stem)
def test_config_is_complete(path):
    """A recipe spells out what it depends on: nothing of it changes when a default changes."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert {"network", "loss", "data", "sampling", "augmentation", "optimiser", "phases", "run"} <= set(content)
    assert {"batch", "ema_decay"} <= set(content["run"])
    config = load_configuration(path)
    assert config.run.folder == Path("runs") / path.stem
