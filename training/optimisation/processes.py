"""Processes: one, or several that ``torchrun`` started, and which samples each of them gets.

Every step has one global batch. It is cut into equal parts, one for each process and accumulation turn, so that two
processes compute what one process computes with two turns.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from lightning_fabric import Fabric

from ..section import ConfigurationError


@dataclass(frozen=True)
class Share:
    """The part of a global batch that one process computes.

    Attributes:
        rank: number of the process, from 0.
        processes: number of processes.
        turns: accumulation turns before a step.
        batch: samples of a step, over all processes and turns.
    """

    rank: int
    processes: int
    turns: int
    batch: int

    def __post_init__(self) -> None:
        if self.batch % (self.processes * self.turns):
            raise ValueError(
                f"run.batch {self.batch} is not a multiple of {self.processes} processes x {self.turns} turns"
            )

    @property
    def part(self) -> int:
        """Samples of one turn of one process."""
        return self.batch // (self.processes * self.turns)

    def first_of(self, turn: int) -> int:
        """Return the place of a turn's first sample in the global batch."""
        return (self.rank * self.turns + turn) * self.part

    def numbers(self, first_step: int, steps: int) -> Iterator[list[int]]:
        """Yield the sample numbers of every turn, from ``first_step`` up to ``steps``."""
        for step in range(first_step, steps):
            for turn in range(self.turns):
                start = step * self.batch + self.first_of(turn)
                yield list(range(start, start + self.part))


def chosen_accelerator(wanted: str) -> str:
    """Return ``cpu`` or the accelerator that Fabric would take for ``auto``."""
    if wanted != "auto":
        return wanted
    return "cuda" if torch.cuda.is_available() else "cpu"


def chosen_device(wanted: str) -> torch.device:
    """Return the device for networks that are only asked, not trained.

    Args:
        wanted: ``auto`` (CUDA where there is a GPU), ``cpu`` or ``cuda``.

    Raises:
        ConfigurationError: CUDA is wanted and there is none.
    """
    if wanted == "cuda" and not torch.cuda.is_available():
        raise ConfigurationError("--device cuda: PyTorch finds no GPU here; use --device cpu")
    return torch.device(chosen_accelerator(wanted))


def start_fabric(accelerator: str, precision: str) -> Fabric:
    """Return Fabric for this process, alone or as one of those that ``torchrun`` started.

    Args:
        accelerator: ``auto``, ``cpu``, ``cuda`` …
        precision: Lightning's name, for example ``16-mixed``.

    Raises:
        ConfigurationError: this machine has no such accelerator, or not so many devices.
    """
    local = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    world = int(os.environ.get("WORLD_SIZE", "1"))
    try:
        fabric = Fabric(
            accelerator=accelerator,
            devices=local,
            num_nodes=max(1, world // local),
            strategy="ddp" if world > 1 else "auto",
            precision=precision,
        )
    except (RuntimeError, ValueError) as error:  # Lightning's own errors are kinds of these
        raise ConfigurationError(f"run.accelerator: {accelerator}: {' '.join(str(error).split())}") from error
    fabric.launch()
    return fabric
