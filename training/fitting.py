"""Fitting: the loop that trains a network, with exact resume.

The loop mechanics (device, precision, backward) are Lightning Fabric's. A checkpoint holds the weights, their moving
average, the optimiser and the step; together with samples that depend on their number only
(:mod:`training.sampling`) a resumed run continues as if it had never stopped.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader, Subset
from tqdm import tqdm

from .augmentation import Augmentation
from .cache import cache_folder
from .configuration import Configuration, NetworkConfig
from .losses.compact import CompactLoss
from .losses.target import Target
from .networks.compact import CompactNetwork
from .networks.encoders import IMAGENET_MEAN, IMAGENET_STD
from .sampling import CropDataset, SamplingRule, Source


class NonFiniteLossError(RuntimeError):
    """The loss or a gradient became infinite or not a number several times in a row."""


def make_network(config: NetworkConfig, start: bool = True) -> CompactNetwork:
    """Build the network of a configuration; ``start`` loads the start weights of the encoder."""
    return CompactNetwork(config.encoder, config.weights if start else None, config.widths)


def normalise(images: Tensor) -> Tensor:
    """Return uint8 (N, 3, H, W) RGB as float32 with ImageNet statistics."""
    mean = torch.tensor(IMAGENET_MEAN, device=images.device).view(1, 3, 1, 1) * 255
    std = torch.tensor(IMAGENET_STD, device=images.device).view(1, 3, 1, 1) * 255
    return (images.float() - mean).div_(std).contiguous(memory_format=torch.channels_last)


def learning_rate_factor(step: int, steps: int, warmup: float, final: float) -> float:
    """Return the factor on the learning rate: linear warm-up, then cosine down to ``final``."""
    begin = max(1, round(warmup * steps))
    if step < begin:
        return (step + 1) / begin
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * (step - begin) / max(1, steps - begin)))


def parameter_groups(network: nn.Module, rate: float, encoder_factor: float, decay: float) -> list[dict[str, Any]]:
    """Return parameter groups: a smaller rate for the encoder, no weight decay on norms and biases."""
    groups = []
    for inside in (True, False):
        named = [(n, p) for n, p in network.named_parameters() if n.startswith("encoder.") == inside]
        base = rate * (encoder_factor if inside else 1.0)
        groups.append({"params": [p for _, p in named if p.ndim > 1], "lr": base, "weight_decay": decay})
        groups.append({"params": [p for _, p in named if p.ndim <= 1], "lr": base, "weight_decay": 0.0})
    return groups


def moving_average(decay: float) -> Callable[[Tensor, Tensor, Tensor | int], Tensor]:
    """Return the rule of an exponential moving average that forgets its first steps quickly.

    The decay grows from 0.1 to ``decay`` like (1 + n) / (10 + n): a short run is not dragged back to its random start.
    """

    def average(averaged: Tensor, current: Tensor, count: Tensor | int) -> Tensor:
        keep = min(decay, (1 + int(count)) / (10 + int(count)))
        return averaged + (1 - keep) * (current - averaged)

    return average


def make_dataset(config: Configuration) -> CropDataset:
    """Build the samples of a run; decodes images into the cache where that has not been done."""
    data, run = config.data, config.run
    sources = [Source(cache_folder(s.folder, data.cache), s.weight) for s in data.train]
    rule = SamplingRule(data.crop, data.building_share, data.class_weights, data.damaged_share)
    augmentation = Augmentation(data.scale, data.rotation, data.displacement, data.colour, data.degrade)
    return CropDataset(sources, rule, augmentation, run.steps * run.batch, run.batch, run.seed)


def fit(
    config: Configuration,
    resume: bool = False,
    evaluate: Callable[[nn.Module, int], dict[str, float]] | None = None,
    progress: bool = True,
) -> Path:
    """Train a network and return its last checkpoint.

    Args:
        config: the run.
        resume: continue from the last checkpoint in the run's folder if there is one.
        evaluate: called with the averaged network and the step, now and then; its figures are logged.
        progress: show a progress bar.

    Raises:
        DatasetError: a file of the data set is missing or unusable.
        NonFiniteLossError: training diverged.
    """
    run = config.run
    run.folder.mkdir(parents=True, exist_ok=True)
    (run.folder / "configuration.json").write_text(config.model_dump_json(indent=2), encoding="utf-8")
    fabric = Fabric(accelerator=run.accelerator, devices=1, precision=run.precision)
    fabric.seed_everything(run.seed, verbose=False)
    # channels last: the fast layout of convolutions on CPUs and tensor cores alike
    network = make_network(config.network).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = AveragedModel(network, avg_fn=moving_average(run.ema_decay), use_buffers=True)
    settings = config.optimiser
    groups = parameter_groups(network, settings.learning_rate, settings.encoder_factor, settings.weight_decay)
    base_rates = [g["lr"] for g in groups]
    optimiser: torch.optim.Optimizer = torch.optim.AdamW(groups)
    last = run.folder / "last.pt"
    first = 0
    if resume and last.is_file():
        state = torch.load(last, map_location="cpu", weights_only=True)
        network.load_state_dict(state["network"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        first = state["step"]
    model, optimiser = fabric.setup(network, optimiser)
    average.to(fabric.device)
    criterion = CompactLoss(run.loss_class_weights)
    dataset = make_dataset(config)
    rest = Subset(dataset, range(first * run.batch, run.steps * run.batch))
    loader = fabric.setup_dataloaders(
        DataLoader(rest, batch_size=run.batch, num_workers=config.data.workers, persistent_workers=False)
    )
    log = (run.folder / "log.jsonl").open("a", encoding="utf-8")
    model.train()
    bad = 0
    bar = tqdm(loader, initial=first, total=run.steps, disable=not progress, mininterval=5, unit="step")
    for step, batch in enumerate(bar, start=first):
        factor = learning_rate_factor(step, run.steps, settings.warmup, settings.final_factor)
        for group, rate in zip(optimiser.param_groups, base_rates, strict=True):
            group["lr"] = rate * factor
        scores = model(normalise(batch["pre"]), normalise(batch["post"]))
        parts = criterion(scores, Target(batch["building"], batch["damage"]))
        loss = torch.stack(list(parts.values())).sum()
        optimiser.zero_grad(set_to_none=True)
        fabric.backward(loss)
        norm = fabric.clip_gradients(model, optimiser, max_norm=settings.clip, error_if_nonfinite=False)
        if norm is not None and torch.isfinite(norm) and torch.isfinite(loss):
            optimiser.step()
            average.update_parameters(network)
            bad = 0
        else:
            bad += 1
            if bad >= 20:
                raise NonFiniteLossError(f"loss {float(loss)} or its gradient is not finite since step {step - bad}")
        done = step + 1
        if done % 20 == 0:
            figures = {k: round(float(v.detach()), 4) for k, v in parts.items()}
            bar.set_postfix(loss=f"{float(loss.detach()):.3f}")
            _log(log, step=done, **figures)
        if done % run.save_every == 0 or done == run.steps:
            _save(last, {"network": network.state_dict(), "average": average.state_dict(),
                         "optimiser": optimiser.state_dict(), "step": done,
                         "network_config": config.network.model_dump(mode="json")})  # fmt: skip
        if evaluate and (done % run.evaluate_every == 0 or done == run.steps):
            _log(log, step=done, **evaluate(average.module, done))
            model.train()
    log.close()
    return last


def load_network(checkpoint: Path) -> CompactNetwork:
    """Return the averaged network of a checkpoint, in evaluation mode.

    Raises:
        FileNotFoundError: there is no such file.
        WeightTransferError: the weights do not fit the network that the checkpoint names.
    """
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    network = make_network(NetworkConfig.model_validate(state["network_config"]), start=False)
    network.load_state_dict({k.removeprefix("module."): v for k, v in state["average"].items() if k != "n_averaged"})
    return network.eval()


def _log(stream: TextIO, **figures: object) -> None:
    stream.write(json.dumps(figures) + "\n")
    stream.flush()


def _save(path: Path, state: dict[str, Any]) -> None:
    """Write a checkpoint so that a crash leaves either the old or the new one."""
    part = path.with_suffix(f".part{os.getpid()}")
    torch.save(state, part)
    part.replace(path)
