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


def start_fabric(accelerator: str, precision: str) -> Fabric:
    """Return Fabric for this process, alone or as one of those that ``torchrun`` started.

    Args:
        accelerator: ``auto``, ``cpu``, ``cuda`` …
        precision: Lightning's name, for example ``16-mixed``.
    """
    local = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    world = int(os.environ.get("WORLD_SIZE", "1"))
    fabric = Fabric(
        accelerator=accelerator,
        devices=local,
        num_nodes=max(1, world // local),
        strategy="ddp" if world > 1 else "auto",
        precision=precision,
    )
    fabric.launch()
    return fabric
