"""Fitting: the loop that trains a network, on one process or several, with exact resume.

Device, precision, gradient reduction and loss scaling are Lightning Fabric's. Samples, random draws and rates depend
on the number of the step alone (:mod:`.sampling`, :mod:`.phases`), so a run that was killed goes on from its last
checkpoint as if it had never stopped.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import torch
from lightning_fabric import Fabric
from torch import Tensor, nn
from torch.utils.data import ConcatDataset, DataLoader, Dataset, Subset

from ..data.datasets import training_sources
from ..data.sampling import CropDataset, Source, samples_per_epoch
from ..losses.target import Target
from ..networks.normalisation import normalise
from ..optimisation.optimisers import is_encoder, set_rate
from ..optimisation.phases import Plan, plan_phases
from ..optimisation.processes import Share, chosen_accelerator, start_fabric
from ..run.ancestry import check_ancestors
from ..run.configuration import Configuration
from ..run.folder import enter_folder, write_configuration
from ..run.recording import Record
from ..run.state import RunState, begin_run
from ..section import ConfigurationError

#: Called with the averaged network, the step and the record; returns figures, the one that decides "best" first.
Evaluate = Callable[[nn.Module, int, Record], dict[str, float]]


@dataclass(frozen=True)
class Rhythm:
    """When things happen, in steps; the default of each is once an epoch."""

    save: int
    evaluate: int
    keep: int | None

    @staticmethod
    def of(config: Configuration, steps_per_epoch: int) -> Rhythm:
        """Read the rhythm of a configuration."""
        run = config.run
        keep = None if run.keep_every is None else max(1, round(run.keep_every * steps_per_epoch))
        return Rhythm(run.save_every or steps_per_epoch, run.evaluate_every or steps_per_epoch, keep)


def make_plan(config: Configuration, sources: list[Source]) -> tuple[Plan, int]:
    """Return the phases of a run in steps, and the steps of an epoch."""
    samples = config.run.samples_per_epoch or samples_per_epoch(sources, config.sampling)
    epoch = max(1, samples // config.run.batch)
    steps = config.run.steps
    if steps is None and config.run.epochs is not None:
        steps = round(config.run.epochs * epoch)
    try:
        return plan_phases(config.phases, config.optimiser.learning_rate, epoch, steps), epoch
    except ValueError as error:
        raise ConfigurationError(f"phases: {error}") from error


def make_samples(config: Configuration, sources: list[Source], plan: Plan) -> Dataset[dict[str, Tensor]]:
    """Return all samples of a run in their order; every phase brings its own augmentation."""
    run, parts = config.run, []
    for planned in plan.phases:
        augmentation = config.augmentation_of(planned.phase.augmentation)
        samples = CropDataset(sources, config.sampling, augmentation, plan.steps * run.batch, run.batch, run.seed)
        last = planned.first + planned.steps
        parts.append(Subset(samples, range(planned.first * run.batch, last * run.batch)))
    return ConcatDataset(parts)


def fit(config: Configuration, resume: bool = False, evaluate: Evaluate | None = None, progress: bool = True) -> Path:
    """Train a network and return its last checkpoint.

    Args:
        config: the run.
        resume: continue from the last checkpoint in the run's folder if there is one; without it such a folder is
            refused.
        evaluate: figures of the validation; called by the first process only.
        progress: show a progress bar.

    Raises:
        ConfigurationError: the configuration contradicts itself, the data or the run in the folder, or holds back pairs
            that its start weights were trained on.
        CheckpointError: the checkpoint to resume from, or the localization network, cannot be used.
        DatasetError: a file of the data set is missing or unusable.
        NonFiniteError: training diverged.
    """
    run = config.run
    start = enter_folder(config, resume)
    if start is None:
        check_ancestors(config)
    sources = training_sources(config.data)
    plan, epoch = make_plan(config, sources)
    rhythm = Rhythm.of(config, epoch)
    fabric = start_fabric(run.accelerator, config.precision(chosen_accelerator(run.accelerator)))
    fabric.seed_everything(run.seed, verbose=False)
    try:
        share = Share(fabric.global_rank, fabric.world_size, run.accumulate, run.batch)
    except ValueError as error:
        raise ConfigurationError(str(error)) from error
    state = begin_run(config, fabric, start)
    del start  # gigabytes that the run has taken over
    last = run.folder / "last.pt"
    # no process may find the settings of this run where it still looks for those of the one before
    fabric.barrier()
    if fabric.is_global_zero:
        run.folder.mkdir(parents=True, exist_ok=True)
        write_configuration(config, run.folder)
    loader = DataLoader(
        make_samples(config, sources, plan),
        batch_sampler=list(share.numbers(state.step, plan.steps)),
        num_workers=config.data.workers,
        worker_init_fn=_one_thread,
    )
    turns = iter(fabric.setup_dataloaders(loader, use_distributed_sampler=False))
    record = Record(run.folder, state.step, plan.steps, silent=not fabric.is_global_zero, bar=progress)
    with record:
        for step in range(state.step, plan.steps):
            parts = _step(config, state, plan, share, turns, record)
            state.step = step + 1
            record.advance()
            if state.step % run.log_every == 0:
                total = sum(float(v) for v in parts.values())
                figures = {"loss": total, "rate": plan.rate(step), **{k: float(v) for k, v in parts.items()}}
                record.figures(state.step, "train", figures)
            ended = state.step == plan.steps
            if fabric.is_global_zero:
                if evaluate and (state.step % rhythm.evaluate == 0 or ended):
                    _validate(run.folder, state, evaluate, record)
                if state.step % rhythm.save == 0 or ended:
                    state.checkpoint().save(last)
                if rhythm.keep and state.step % rhythm.keep == 0:
                    state.checkpoint().save(run.folder / f"step-{state.step:07d}.pt")
            fabric.barrier()
    return last


def _one_thread(worker: int) -> None:
    """Keep OpenCV to one thread in a loader process: its threads would fight those of the other processes."""
    cv2.setNumThreads(0)


def _step(
    config: Configuration,
    state: RunState,
    plan: Plan,
    share: Share,
    turns: Iterator[dict[str, Tensor]],
    record: Record,
) -> dict[str, Tensor]:
    """Take one optimiser step; return the parts of the loss of its last turn."""
    step, fabric = state.step, state.fabric
    frozen = plan.at(step).phase.freeze_encoder
    set_rate(state.optimiser, plan.rate(step))
    state.optimiser.zero_grad(set_to_none=True)
    for turn in range(share.turns):
        batch = next(turns)
        # dropout draws the same whether the run was interrupted or not, and on one process or several
        torch.manual_seed(config.run.seed * 1_000_003 + step * share.batch + share.first_of(turn))
        with fabric.no_backward_sync(state.model, enabled=turn + 1 < share.turns):
            scores = state.model(normalise(batch["pre"]), normalise(batch["post"]))
            parts = state.criterion(scores, Target(batch["building"], batch["damage"]))
            fabric.backward(torch.stack(list(parts.values())).sum() / share.turns)
    if frozen:
        for name, parameter in state.network.named_parameters():
            if is_encoder(name):
                parameter.grad = None
    clip = config.optimiser.clip
    norm = fabric.clip_gradients(
        state.model, state.optimiser, max_norm=math.inf if clip is None else clip, error_if_nonfinite=False
    )
    assert isinstance(norm, Tensor)
    # the norm is that of the reduced gradient: what follows from it is the same on every process
    overflow = state.scales_loss and not bool(torch.isfinite(norm)) and _finite(fabric, parts)
    line = state.finite.accept(norm, parts, state.network, step, overflow)
    # with a scaled loss the optimiser passes over a step that is not finite by itself, and only so the scale falls
    if line is None or state.scales_loss:
        state.optimiser.step()
    if line is None:
        state.average.update_parameters(state.network)
    else:
        record.say(line)
    return {name: value.detach() for name, value in parts.items()}


def _finite(fabric: Fabric, parts: dict[str, Tensor]) -> bool:
    """Return whether the loss is finite on every process; all of them must ask."""
    own = torch.stack([torch.isfinite(v.detach()).all() for v in parts.values()]).all()
    found = fabric.all_reduce(own.float(), reduce_op="sum")
    assert isinstance(found, Tensor)
    return bool(int(found) == fabric.world_size)


def _validate(folder: Path, state: RunState, evaluate: Evaluate, record: Record) -> None:
    """Write the figures of the validation, and the checkpoint if it is the best so far."""
    figures = evaluate(state.average.module, state.step, record)
    state.model.train()
    record.figures(state.step, "validation", figures)
    value = next(iter(figures.values()))
    if value > state.best:
        state.best = value
        state.checkpoint().save(folder / "best.pt")
