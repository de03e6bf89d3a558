"""Phases of a run: how long, which learning rate, which augmentation, encoder frozen or not.

Every schedule of the field is a list of phases: warm-up and cosine are two, a table of rates per epoch is one constant
phase per row, and the four-phase recipe of Dual-HRNet says it itself. Rates are absolute.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from ..augmentation.presets import PresetName

Shape = Literal["constant", "linear", "cosine", "poly"]


@dataclass(frozen=True)
class Phase:
    """A part of a run.

    Attributes:
        length: length in epochs. When the run's own length is given, the phases share it in this proportion.
        begin: learning rate at its first step; ``None`` is the optimiser's.
        end: learning rate behind its last step; ``None`` is ``begin``.
        shape: the way from ``begin`` to ``end``.
        power: exponent of ``poly``, ``begin · (1 - progress) ** power``.
        period: steps, counted from the start of the run, after which the way starts again at ``begin``; ``None`` is
            the whole phase.
        augmentation: preset that replaces the run's augmentation during the phase.
        freeze_encoder: keep the weights of the encoder; batch statistics still move.
    """

    length: float
    begin: float | None = None
    end: float | None = None
    shape: Shape = "constant"
    power: float = 0.9
    period: int | None = None
    augmentation: PresetName | None = None
    freeze_encoder: bool = False


@dataclass(frozen=True)
class PlannedPhase:
    """A phase with its place in the run.

    Attributes:
        phase: the phase.
        first: its first step.
        steps: number of its steps.
    """

    phase: Phase
    first: int
    steps: int


@dataclass(frozen=True)
class Plan:
    """All phases of a run, back to back.

    Attributes:
        phases: in order; phases that are shorter than one step are left out.
        learning_rate: the optimiser's rate, for phases without one.
    """

    phases: tuple[PlannedPhase, ...]
    learning_rate: float

    @property
    def steps(self) -> int:
        """Steps of the whole run."""
        return self.phases[-1].first + self.phases[-1].steps

    def at(self, step: int) -> PlannedPhase:
        """Return the phase of a step."""
        return next((p for p in self.phases if step < p.first + p.steps), self.phases[-1])

    def rate(self, step: int) -> float:
        """Return the learning rate of a step."""
        planned = self.at(step)
        phase = planned.phase
        begin = self.learning_rate if phase.begin is None else phase.begin
        end = begin if phase.end is None else phase.end
        done, whole = step - planned.first, planned.steps
        if phase.period is not None:
            done, whole = step % phase.period, phase.period
        # a warm-up from zero must not waste its first step, so its ways count the step as done
        if phase.shape == "linear":
            return begin + (end - begin) * (done + 1) / whole
        progress = done / whole
        if phase.shape == "cosine":
            return end + (begin - end) * 0.5 * (1 + math.cos(math.pi * progress))
        if phase.shape == "poly":
            return float(begin * (1 - progress) ** phase.power)
        return begin


def plan_phases(phases: list[Phase], learning_rate: float, steps_per_epoch: int, steps: int | None = None) -> Plan:
    """Give every phase its steps.

    Args:
        phases: at least one.
        learning_rate: the optimiser's rate.
        steps_per_epoch: steps of an epoch.
        steps: steps of the run; ``None`` takes the sum of the phases.

    Raises:
        ValueError: there is no phase, or no step in all of them.
    """
    ends = list(accumulate(p.length for p in phases))
    if not ends or ends[-1] <= 0:
        raise ValueError("the phases of the run have no length")
    scale = steps_per_epoch if steps is None else steps / ends[-1]
    borders = [0, *(round(e * scale) for e in ends)]
    planned = tuple(
        PlannedPhase(p, a, b - a) for p, a, b in zip(phases, borders[:-1], borders[1:], strict=True) if b > a
    )
    if not planned:
        raise ValueError("the run has no step")
    return Plan(planned, learning_rate)
